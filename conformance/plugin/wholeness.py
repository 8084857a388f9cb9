"""Whether all cases of a run are there, or somebody has picked some of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from conformance.plugin import planning
from conformance.plugin.declarations import planned

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

    from conformance.plugin.state import Bench


def is_whole(collected: Iterable[pytest.Item], kept: Iterable[pytest.Item], bench: Bench) -> bool:
    """Whether every case that the run asks for was *collected*, and *kept* by everybody else."""
    there = Counter(planning.case_of(item).partition("[")[0] for item in collected)
    missing = any(
        there[each.name] < each.times and _is_asked(each.name, each.requirements, bench)
        for each in planned()
    )
    left = set(collected) - set(kept)
    return not missing and not any(
        _is_asked(planning.case_of(item), planning.declared(item), bench) for item in left
    )


def _is_asked(case: str, ids: tuple[str, ...], bench: Bench) -> bool:
    patterns = bench.catalogue.profiles[bench.settings.profile].cases
    return planning.is_asked(case, ids, bench.scope, patterns, bench.settings)
