"""The plan: which cases run, in which order, and which requirements each speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from conformance.errors import SuiteError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from conformance.catalogue import Catalogue, Requirement
    from conformance.plugin.record import Scope
    from conformance.targets import Settings

#: Fixtures that are made once a run, in the order in which their users run.
SHARED = ("stock", "depot", "stand")

#: The fixtures that give the same later, when the case asks for it.
LATER = {"stock": "flock_later"}

#: How the modules of our cases are called.
SCENARIOS = "conformance.scenarios."

#: The fixture that every other of the cases' vocabulary asks for, and where it is.
BASIS, VOCABULARY = "bench", "conformance.plugin.fixtures"

#: The module of the generated cases, which ``--fuzz off`` leaves.
GENERATED = "test_generated::"

#: The module of the cases that see what time has done.
LATE = "test_afterwards::"

#: The turns of a run: one for the users of each shared thing, then those of none, late cases,
#: and generated ones that share nothing.
TURNS = range(len(SHARED) + 3)


def in_scope(catalogue: Catalogue, settings: Settings) -> dict[str, Requirement]:
    """The requirements of the profile that ``--only`` leaves, with the profile's levels."""
    profile = catalogue.profiles[settings.profile]
    claimed = claims(catalogue, settings)
    chosen: dict[str, Requirement] = {}
    for id_ in catalogue.asked_by(settings.profile, proxied=settings.proxied):
        row = catalogue.requirements[id_]
        names = (row.id, row.operation)
        if not settings.only or any(
            fnmatchcase(name, pattern) for name in names for pattern in settings.only
        ):
            chosen[id_] = profile.levelled(row, claimed)
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
    """Whether *item* is a conformance case rather than a test that somebody runs beside them.

    It names requirements, and is one of the scenarios or speaks with their vocabulary: the
    mark alone may be somebody else's.
    """
    if not any(True for _ in item.iter_markers("requirement")):
        return False
    module = getattr(getattr(item, "module", None), "__name__", "")
    return module.startswith(SCENARIOS) or _has_vocabulary(item)


def _has_vocabulary(item: pytest.Item) -> bool:
    """Whether *item* asks by way of the fixture that all of the vocabulary stands on."""
    fixtures = getattr(item, "_fixtureinfo", None)  # pytest has no other way to ask whose they are
    found = fixtures.name2fixturedefs.get(BASIS, ()) if fixtures else ()
    return any(each.func.__module__ == VOCABULARY for each in found)


def mark_report(report: pytest.TestReport, item: pytest.Item) -> None:
    """Let *report* tell wherever it gets to whether it is of a conformance case."""
    report.of_scenario = is_scenario(item)  # type: ignore[attr-defined]  # as xdist allows


def is_of_scenario(report: pytest.TestReport) -> bool:
    """Whether *report* is of a conformance case, as the process that ran it has marked it."""
    return bool(getattr(report, "of_scenario", False))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases a run takes, in what order, and what it leaves."""

    chosen: list[pytest.Item]
    left: list[pytest.Item]
    unasked: frozenset[str]  # requirements that only cases speak for which nobody asked for


def select(
    items: Iterable[pytest.Item], scope: Scope, catalogue: Catalogue, settings: Settings
) -> Selection:
    """The items that have something in scope to speak for, users of one thing together.

    Raises:
        SuiteError: if a case speaks for a requirement that the catalogue does not have.
    """
    chosen: list[pytest.Item] = []
    left: list[pytest.Item] = []
    silent: set[str] = set()
    patterns = catalogue.profiles[settings.profile].cases
    for item in items:
        ids = declared(item)
        unknown = [each for each in ids if each not in catalogue.requirements]
        if unknown:
            raise SuiteError(f"{item.nodeid} speaks for unknown requirements: {unknown}")
        if is_asked(case_of(item), ids, scope, patterns, settings):
            chosen.append(item)
            continue
        left.append(item)
        if case_of(item).startswith(GENERATED):
            silent.update(ids)
    if settings.shard:
        number, of = settings.shard
        elsewhere = [each for n, each in enumerate(chosen) if n % of != number - 1]
        chosen = [each for n, each in enumerate(chosen) if n % of == number - 1]
        left += elsewhere
        silent.update(each for item in elsewhere for each in declared(item))
    spoken = {each for item in chosen for each in declared(item)}
    return Selection(sorted(chosen, key=turn), left, frozenset(silent - spoken))


def is_asked(
    case: str, ids: tuple[str, ...], scope: Scope, patterns: tuple[str, ...], settings: Settings
) -> bool:
    """Whether a run takes *case*, which speaks for *ids*: it has something in scope to say."""
    if settings.fuzz == "off" and case.startswith(GENERATED):
        return False
    if patterns and not any(fnmatchcase(case, each) for each in patterns):
        return False
    rows = (scope.requirements[each] for each in ids if each in scope.requirements)
    return any(_is_tried(row, scope.claims) for row in rows)


def _is_tried(row: Requirement, claimed: dict[str, bool]) -> bool:
    return row.feature is None or claimed.get(row.feature, True)


def turn(item: pytest.Item) -> int:
    """When *item* runs: users of one shared thing together, so that it goes with the last of them.

    Late cases come behind all that people wrote, whatever they use.
    """
    if case_of(item).startswith(LATE):
        return len(SHARED) + 1
    last = len(SHARED) + 2 * case_of(item).startswith(GENERATED)
    return next((n for n, name in enumerate(SHARED) if uses(item, name)), last)


def comes_last(item: pytest.Item) -> bool:
    """Whether *item* is late, or generates what makes containers and takes what limits leave."""
    return turn(item) > len(SHARED)


def uses(item: pytest.Item, name: str) -> bool:
    """Whether *item* uses what is shared as *name*, from its beginning or later."""
    fixtures = getattr(item, "fixturenames", ())
    return name in fixtures or LATER.get(name, "") in fixtures


def plan(
    items: Iterable[pytest.Item], scope: dict[str, Requirement], unasked: frozenset[str]
) -> dict[str, list[str]]:
    """For each requirement in scope the cases that speak for it; passive ones have none."""
    table: dict[str, list[str]] = {id_: [] for id_ in scope if id_ not in unasked}
    for item in items:
        for id_ in declared(item):
            if id_ in table:
                table[id_].append(case_of(item))
    return table
