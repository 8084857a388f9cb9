"""What crosses the wire while one client is driven, trial by trial, within limits."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    _asked: int = 0
    _begun: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, most: int = MOST_REQUESTS) -> None:
        """Let a call begin that may cause *most* requests."""
        with self._lock:
            self._most, self._asked, self._begun = most, 0, len(self.exchanges)

    def admit(self) -> str | None:
        """The id of the next exchange; None if the call has caused as many as it may."""
        with self._lock:
            self._asked += 1
            if self._asked > self._most:
                return None
            return f"{self.column}-{len(self.exchanges) + self._asked}"

    def keep(self, exchange: Exchange) -> None:
        """Keep what was said."""
        with self._lock:
            self._asked -= 1
            self._most -= 1
            self.exchanges.append(exchange)

    @property
    def is_full(self) -> bool:
        """Whether the call wanted more requests than it may cause."""
        return self._asked > self._most

    @property
    def of_this_call(self) -> list[Exchange]:
        """What crossed the wire since the call began."""
        return self.exchanges[self._begun :]
