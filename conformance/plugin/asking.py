"""A run from pytest's own command line: what it was asked for, and how it opens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.errors import SuiteError, UsageError
from conformance.evidence import Redactor
from conformance.plugin.names import known_names
from conformance.plugin.session import Run
from conformance.targets import resolve
from conformance.targets.declaring import PYTEST_PREFIX, given_by

if TYPE_CHECKING:
    from conformance.targets import Settings


#: What is said where the cases are run against nobody.
NO_TARGET = (
    "The conformance cases need a target: give --conformance-base-url URL, "
    "or --conformance-profile core for the embedded reference."
)

#: Exit status for a fault of our own.
FAULT = 5


def settings_of(config: pytest.Config) -> Settings | None:
    """The settings of a run that plain pytest was asked for; None where it was not.

    Raises:
        pytest.exit.Exception: if an option can't be understood; pytest ends as ``run`` does.
    """
    given = given_by(config.option, "conformance_")
    if not given:
        # A worker that ended would be taken for one that crashed.
        if getattr(config.option, "numprocesses", None) and any(
            "conformance.scenarios" in each.replace("/", ".") for each in config.args
        ):
            pytest.exit(NO_TARGET, returncode=UsageError.exit_status)
        return None
    if config.option.collectonly:
        given.pop("report-dir", None)  # nothing will be written there, so it may be anything
    try:
        return _of_one(resolve(given, os.environ, Path.cwd(), known_names(), PYTEST_PREFIX))
    except UsageError as error:
        pytest.exit(str(error), returncode=error.exit_status)


def _of_one(settings: Settings) -> Settings:
    """The settings, if they are of a single target; several take a process each."""
    if settings.targets:
        raise UsageError(
            f"{PYTEST_PREFIX}targets takes a process a target: "
            "call containers-conformance run --targets FILE."
        )
    return settings


def opened(settings: Settings) -> Run:
    """The run that *settings* ask for, its target looked at.

    Raises:
        pytest.exit.Exception: if it can't begin, with one sentence and the status of ``run``.
    """
    try:
        return _opened(settings)
    except SuiteError as error:
        sentence, status = str(error), error.exit_status
    except Exception as error:  # noqa: BLE001 - pytest's own status would blame somebody else
        told = Redactor.of(settings.secrets).mask(f"{type(error).__name__}: {error}")
        sentence, status = f"A fault of the suite itself: {told}", FAULT
    pytest.exit(sentence, returncode=status)


def _opened(settings: Settings) -> Run:
    run = Run.open(settings)
    try:
        run.prepare()
    except BaseException:
        run.stop()
        raise
    return run
