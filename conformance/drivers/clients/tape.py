"""What crosses the wire while one client is driven, trial by trial, within limits."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence import Exchange

#: Requests that one call may cause: more is a walk without end.
MOST_REQUESTS = 40


@dataclass(slots=True)
class Tape:
    """The exchanges of one client, oldest first, and how many the call at hand may still cause."""

    column: str
    exchanges: list[Exchange] = field(default_factory=list)
    limit: str | None = None  # of the whole run, once it is reached
    _most: int = MOST_REQUESTS
    _asked: int = 0  # by the call at hand
    _begun: int = 0
    _pending: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def begin(self, most: int = MOST_REQUESTS) -> None:
        """Let a call begin that may cause *most* requests."""
        with self._changed:
            self._most, self._asked, self._begun = most, 0, len(self.exchanges)

    def admit(self) -> str | None:
        """The id of the next exchange; None if the call has caused as many as it may."""
        with self._changed:
            self._asked += 1
            if self.is_full:
                return None
            self._pending += 1
            return f"{self.column}-{next(self._numbers)}"

    def done(self) -> None:
        """What was admitted has been answered, or will never be."""
        with self._changed:
            self._pending -= 1
            self._changed.notify_all()

    def keep(self, exchange: Exchange) -> None:
        """Keep what was said."""
        with self._changed:
            self.exchanges.append(exchange)

    def wait(self, seconds: float) -> None:
        """Wait for what is still on its way, so that it counts to the call that has caused it."""
        with self._changed:
            self._changed.wait_for(lambda: self._pending <= 0, timeout=seconds)

    @property
    def is_full(self) -> bool:
        """Whether the call wanted more requests than it may cause."""
        return self._asked > self._most

    @property
    def of_this_call(self) -> list[Exchange]:
        """What crossed the wire since the call began."""
        return self.exchanges[self._begun :]
