"""The vocabulary of the cases; everything behind it is in the room plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.errors import UsageError
from conformance.plugin.asking import NO_TARGET
from conformance.plugin.fixtures import (
    accepts,
    api,
    authenticated,
    bench,
    eventually,
    given,
    holds,
    pause,
    record,
)
from conformance.plugin.proxied import both, stand
from conformance.plugin.sharing import (
    another_second,
    depot,
    flock,
    flock_later,
    gone_before,
    made_before,
    shelf,
    shelf_later,
    stock,
)
from conformance.plugin.state import STATE
from conformance.plugin.viewing import agrees, together, views

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "accepts",
    "agrees",
    "another_second",
    "api",
    "authenticated",
    "bench",
    "both",
    "depot",
    "eventually",
    "flock",
    "flock_later",
    "given",
    "gone_before",
    "holds",
    "made_before",
    "pause",
    "record",
    "shelf",
    "shelf_later",
    "stand",
    "stock",
    "together",
    "views",
]


def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Refuse to run where nobody said against what."""
    if items and STATE not in config.stash:
        pytest.exit(NO_TARGET, returncode=UsageError.exit_status)
