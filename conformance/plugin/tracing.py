"""From a requirement to its cases, by the cases' own marks, and to the lies that it finds."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from conformance.plugin.declarations import planned

#: The lies that each requirement finds, as ``python -m tests.traceability`` writes them here.
MUTANTS = "mutants.json"


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


def mutants_of(requirement: str) -> list[str]:
    """The families of lies that *requirement* finds, each with its size and its sentence."""
    text = files("conformance.plugin").joinpath(MUTANTS).read_text("utf-8")
    index = json.loads(text)
    return [
        f"{family}{f' ({size} of them)' if size > 1 else ''}: {index['families'][family]}"
        for family, size in index["requirements"].get(requirement, {}).items()
    ]
