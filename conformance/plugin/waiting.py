"""The one way to wait for what a target shows later than it was done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from conformance.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.plugin.state import Bench

T = TypeVar("T")

#: Seconds between two looks: the first, the factor, the longest.
FIRST_LOOK_S, SLOWER, LONGEST_LOOK_S = 0.05, 1.7, 1.5

#: Seconds that a wait may take once the same wait was in vain.
SECOND_CHANCE_S = 2.0


def looks(
    longest: float,
    first_s: float = FIRST_LOOK_S,
    slower: float = SLOWER,
    slowest_s: float = LONGEST_LOOK_S,
) -> Iterator[None]:
    """Come at once, ever more seldom then, and a last time when *longest* seconds are over.

    The first pause is *first_s*, each further one so many times *slower*, at most *slowest_s*.
    """
    end, pause = time.monotonic() + longest, first_s
    while True:
        began = time.monotonic()
        yield
        if began >= end:
            return
        time.sleep(max(min(pause, end - time.monotonic()), 0))
        pause = min(pause * slower, slowest_s)


def wait(bench: Bench, check: Callable[[], T], *, about: str, at_least: float = 0) -> T:
    """Repeat *check* until it holds, as long as lists may lag, and *at_least* so many seconds.

    The whole assertion is in the loop; the time to consistency goes into the record.

    Raises:
        Failure: the last one, when time is up; from then on waits *about* it are short.
    """
    began = time.monotonic()
    in_vain = bench.ledger.noted(f"waited in vain: {about}")
    longest = min(SECOND_CHANCE_S if in_vain else 1e9, bench.settings.consistency)
    last = Failure(about, "no look")  # there is one at least
    for _ in looks(max(longest, at_least)):
        try:
            result = check()
        except Failure as failure:
            last = failure
        else:
            spent = time.monotonic() - began
            bench.record.consistency_s = max(bench.record.consistency_s, spent)
            return result
    bench.ledger.note(f"waited in vain: {about}", "yes")
    raise last
