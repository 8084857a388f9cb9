"""From a requirement to its cases, read from the cases' own marks."""

from __future__ import annotations

from functools import cache

from conformance.plugin.declarations import planned


@cache
def cases() -> dict[str, list[str]]:
    """For each requirement that a case names the cases that do, as module and function."""
    table: dict[str, list[str]] = {}
    for case in planned():
        for id_ in case.requirements:
            table.setdefault(id_, []).append(case.name)
    return {id_: sorted(set(names)) for id_, names in table.items()}


def cases_of(requirement: str) -> list[str]:
    """The cases that speak for *requirement*."""
    return cases().get(requirement, [])
