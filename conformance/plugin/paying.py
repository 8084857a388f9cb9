"""How many worker processes pay for themselves.

A run that waits for its target is over sooner with several workers, each of which takes a while
to begin; one whose target answers at once only loses that while.
"""

from __future__ import annotations

from math import sqrt

from conformance.plugin.forking import parent

#: Seconds until the first worker begins where they are forked, and for each of them on top.
FORKED_S = (0.9, 0.3)

#: The same where each starts from nothing.
STARTED_S = (0.0, 1.3)

#: More than these wait for the longest case alone.
MOST_WORKERS = 12

#: A machine busier than this is taken for one like this: what was measured may be a hiccup.
MOST_CROWDED = 8.0

#: About how many requests a run sends at each level of generation.
REQUESTS = {"off": 460, "quick": 600, "standard": 870, "deep": 2500}


def crowding(wall_s: float, cpu_s: float) -> float:
    """How much slower a machine is for being busy, of work that takes a processor all its time.

    There a worker takes so much longer to start, and a target on it so much longer to answer.
    """
    return min(max(wall_s / cpu_s, 1.0), MOST_CROWDED) if cpu_s > 0 else 1.0


def workers(fuzz: str, latency_ms: float, crowd: float) -> int:
    """As many as make a run of level *fuzz* the shortest, at a *latency_ms*; 0 for none.

    Each shortens the wait of those before it, which is cut into ever smaller pieces, and
    lengthens the start. Of a busy machine, *crowd* times slower, latency tells so much less.
    """
    first_s, each_s = FORKED_S if parent.is_possible() else STARTED_S
    waits_s = REQUESTS[fuzz] * latency_ms / 1000 / crowd
    number = min(int(sqrt(waits_s / (each_s * crowd))), MOST_WORKERS)
    saved_s = waits_s * (1 - 1 / max(number, 1))
    return number if saved_s > (first_s + each_s * number) * crowd else 0
