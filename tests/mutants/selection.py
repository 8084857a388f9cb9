"""Which lies a day's run is made of: every kind, and every requirement that any of them breaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from tests.mutants.registry import Mutant

#: At least so many members of each family.
OF_A_FAMILY = 1


def daily(mutants: Sequence[Mutant], requirements: Iterable[str]) -> list[Mutant]:
    """Some of each family, and whatever is needed to break every requirement that can be."""
    chosen = dict[str, Mutant]()
    families = dict[str, int]()
    broken = set[str]()
    ids = sorted(requirements)
    for each in mutants:
        family = each.name.partition("[")[0]
        breaks = {id_ for id_ in ids if any(fnmatchcase(id_, one) for one in each.breaks)}
        if breaks - broken or families.get(family, 0) < OF_A_FAMILY:
            chosen[each.name] = each
            broken |= breaks
            families[family] = families.get(family, 0) + 1
    return list(chosen.values())
