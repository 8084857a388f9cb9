"""Settings from pytest's own command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance import catalogue
from conformance.errors import UsageError
from conformance.targets import Known, resolve
from conformance.targets.declaring import PYTEST_PREFIX, given_by

if TYPE_CHECKING:
    from conformance.targets import Settings


def known_names() -> Known:
    """The names that options may mention."""
    everything = catalogue.load()
    return Known(
        profiles=tuple(everything.profiles),
        features=tuple(everything.features),
        requirements=tuple(everything.requirements),
        operations=tuple(each.id for each in everything.operations),
    )


def settings_of(config: pytest.Config) -> Settings | None:
    """The settings of a run that plain pytest was asked for; None where it was not.

    Raises:
        pytest.UsageError: if an option can't be understood.
    """
    given = given_by(config.option, "conformance_")
    if not given:
        return None
    try:
        return resolve(given, os.environ, Path.cwd(), known_names(), PYTEST_PREFIX)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
