"""What time it is, for the provider: asked for, never assumed."""

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """The time in Unix seconds."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """The time in Unix seconds."""
        return int(time.time())


class MovableClock:
    """A clock that runs like another and can be moved on."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Begin at the time of *clock*, by default the machine's."""
        self._clock = clock or SystemClock()
        self._ahead_s = 0

    def now(self) -> int:
        """The time in Unix seconds, with all moves."""
        return self._clock.now() + self._ahead_s

    def advance(self, seconds: int) -> None:
        """Move the clock on by *seconds*."""
        self._ahead_s += seconds
