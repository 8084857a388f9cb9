"""Which lies a day's run is made of: every family, and every requirement that one breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from tests.mutants.registry import Mutant


def daily(mutants: Sequence[Mutant], requirements: Iterable[str]) -> list[Mutant]:
    """One of each family, and whatever is needed to break every requirement that can be."""
    ids = sorted(requirements)
    breaks = {
        each.name: {id_ for id_ in ids if any(fnmatchcase(id_, one) for one in each.breaks)}
        for each in mutants
    }
    return _needed(_covering(mutants, breaks), breaks)


def _family(mutant: Mutant) -> str:
    return mutant.name.partition("[")[0]


def _covering(mutants: Sequence[Mutant], breaks: Mapping[str, set[str]]) -> list[Mutant]:
    """Each that breaks what none before it does, or is the first of its family."""
    chosen, families, broken = list[Mutant](), set[str](), set[str]()
    for each in mutants:
        if breaks[each.name] - broken or _family(each) not in families:
            chosen.append(each)
            families.add(_family(each))
            broken |= breaks[each.name]
    return chosen


def _needed(chosen: Sequence[Mutant], breaks: Mapping[str, set[str]]) -> list[Mutant]:
    """*chosen* without those that others make up for, the last first."""
    families = Counter(_family(each) for each in chosen)
    broken = Counter(id_ for each in chosen for id_ in breaks[each.name])
    needed = list[Mutant]()
    for each in reversed(chosen):
        if families[_family(each)] > 1 and all(broken[id_] > 1 for id_ in breaks[each.name]):
            families[_family(each)] -= 1
            broken.subtract(breaks[each.name])
        else:
            needed.append(each)
    return needed[::-1]
