"""In what order cases are dealt to worker processes, so that all are done at about one time.

pytest-xdist gives each worker two cases at first, and another whenever it has one left
(``--maxschedchunk=1``). So a dear case comes early and stands with a cheap one. What many cases
read takes a chain of requests to make: one of its cheapest users makes it, those that need
nothing of it go on meanwhile, and its other users come behind them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.plugin import planning

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

#: The shared things that take many requests to make.
AWAITED = frozenset({"stock"})


def dealt(cases: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """*cases* in the order in which so many *workers* get them."""
    last = [each for each in cases if planning.comes_last(each)]
    rest = sorted((each for each in cases if each not in last), key=requests, reverse=True)
    awaiting = [each for each in rest if AWAITED.intersection(getattr(each, "fixturenames", ()))]
    free = [each for each in rest if each not in awaiting]
    return [*_paired([*awaiting[-1:], *free, *awaiting[:-1]], workers), *last]


def _paired(cases: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The first case of each worker with one from the end, where there are two for each."""
    if len(cases) < 2 * workers:
        return cases
    pairs = zip(cases[:workers], reversed(cases[-workers:]), strict=True)
    return [*(each for pair in pairs for each in pair), *cases[workers:-workers]]


def requests(case: pytest.Item) -> int:
    """How many requests *case* declares."""
    mark = case.get_closest_marker("cost")
    return int(mark.kwargs.get("requests", 0)) if mark else 0
