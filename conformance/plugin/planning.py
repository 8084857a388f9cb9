"""The plan: which cases run, in which order, and which requirements each speaks for."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest

from conformance.catalogue import OPERATIONS
from conformance.errors import SuiteError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalogue import Catalogue, Requirement
    from conformance.targets import Settings

#: Fixtures that are made once a run, in the order in which their users run.
SHARED = ("stock",)


def in_scope(catalogue: Catalogue, settings: Settings) -> dict[str, Requirement]:
    """The requirements of the profile that ``--only`` leaves, with the profile's levels."""
    profile = catalogue.profiles[settings.profile]
    chosen: dict[str, Requirement] = {}
    for id_ in profile.requirements:
        row = catalogue.requirements[id_]
        names = (row.id, row.operation)
        if not settings.only or any(
            fnmatchcase(name, pattern) for name in names for pattern in settings.only
        ):
            chosen[id_] = replace(row, level=profile.levels.get(id_, row.level))
    return chosen


def claims(catalogue: Catalogue, settings: Settings) -> dict[str, bool]:
    """What the target is taken to have: the profile's claims, then the owner's."""
    return {**catalogue.profiles[settings.profile].features, **settings.features}


def declared(item: pytest.Item) -> tuple[str, ...]:
    """The requirements that *item* speaks for, as its marks name them."""
    named = [id_ for mark in item.iter_markers("requirement") for id_ in mark.args]
    return tuple(dict.fromkeys(named))


def case_of(item: pytest.Item) -> str:
    """The name of a case: module, function and parameters."""
    module = item.nodeid.partition("::")[0].rpartition("/")[2].removesuffix(".py")
    return f"{module}::{item.name}"


def is_scenario(item: pytest.Item) -> bool:
    """Whether *item* is one of ours rather than a test that somebody runs beside them."""
    return any(True for _ in item.iter_markers("requirement"))


def select(
    items: Iterable[pytest.Item],
    scope: dict[str, Requirement],
    claimed: dict[str, bool],
    catalogue: Catalogue,
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The items that have something in scope to speak for, in order, and the others.

    Raises:
        SuiteError: if a case speaks for a requirement that the catalogue does not have.
    """
    chosen, left = [], []
    for item in items:
        ids = declared(item)
        unknown = [each for each in ids if each not in catalogue.requirements]
        if unknown:
            raise SuiteError(f"{item.nodeid} speaks for unknown requirements: {unknown}")
        wanted = [each for each in ids if each in scope and _is_tried(scope[each], claimed)]
        (chosen if wanted else left).append(item)
    return sorted(chosen, key=_turn), left


def _is_tried(row: Requirement, claimed: dict[str, bool]) -> bool:
    return row.feature is None or claimed.get(row.feature, True)


def _turn(item: pytest.Item) -> int:
    """Users of one shared thing run together, so that it can go when the last is done."""
    fixtures = getattr(item, "fixturenames", ())
    return next((n for n, name in enumerate(SHARED) if name in fixtures), len(SHARED))


def plan(items: Iterable[pytest.Item], scope: dict[str, Requirement]) -> dict[str, list[str]]:
    """For each requirement in scope the cases that speak for it; passive ones have none."""
    table: dict[str, list[str]] = {id_: [] for id_ in scope}
    for item in items:
        for id_ in declared(item):
            if id_ in table:
                table[id_].append(case_of(item))
    return table


#: The nine operations' ids, as cases are parametrised with them.
OPERATION_IDS = tuple(operation.id for operation in OPERATIONS)
