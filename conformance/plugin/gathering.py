"""Which cases a machine's part of a run takes: pytest gathers them, and runs none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from conformance.errors import SuiteError
from conformance.plugin import planning, running
from conformance.plugin.record import Scope

if TYPE_CHECKING:
    from conformance.catalogue import Catalogue
    from conformance.targets import Settings


@dataclass(frozen=True, slots=True)
class Share:
    """The cases of one machine, each with its parameters, and what they can speak for."""

    cases: tuple[str, ...]
    requirements: tuple[str, ...]


@dataclass(slots=True)
class Gatherer:
    """Takes every case from pytest, in the order of a run, so that none is left to be run."""

    items: list[pytest.Item] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Take them before anybody asks whom they are for."""
        self.items += [each for each in items if planning.is_scenario(each)]
        items.clear()


def share(catalogue: Catalogue, settings: Settings) -> Share:
    """What a run with *settings* takes of the cases, as its ``--shard`` says.

    Raises:
        SuiteError: if pytest can't gather the cases.
    """
    gatherer = Gatherer()
    with running.without(running.OF_PYTEST):
        status = pytest.main([*running.arguments(0, None), "--collect-only"], [gatherer])
    if not gatherer.items:
        raise SuiteError(f"pytest has gathered no case: its exit status is {status}.")
    scope = Scope(planning.in_scope(catalogue, settings), planning.claims(catalogue, settings))
    selection = planning.select(gatherer.items, scope, catalogue, settings)
    table = planning.plan(selection.chosen, scope.requirements, selection.unasked)
    return Share(tuple(map(planning.case_of, selection.chosen)), tuple(sorted(table)))
