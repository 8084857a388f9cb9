"""Cases that found no room for their containers come again behind all others.

A target may take only so many containers at a time, and workers together hold more than one
process does. There nobody waits for ever: a case that was refused a container gives back what it
holds and is tried again when every worker is done with the rest, one case at a time. Those that
use one shared thing come together, as they do in any run: it goes with the last of them, and
takes no room any more when the next come.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock

from conformance.plugin import planning

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from conformance.ledger import Ledger
    from conformance.plugin.record import Record

#: Seconds that one worker waits for the others, which may have been killed.
GIVE_UP_S = 120.0

LOOK_S = 0.1

#: What the ledger counts workers under that are not through with the cases of a turn.
AT_WORK = "at work before postponed turn"

OWNER_ONLY = 0o600


class Postponed:
    """The cases of one worker that are to come again."""

    def __init__(self, ledger: Ledger) -> None:
        """Agree with the other workers through *ledger*."""
        self._ledger = ledger
        self._cases: list[pytest.Item] = []
        self._is_counted = False

    def begin(self) -> None:
        """Let the other workers know that this one has cases to run."""
        if not self._is_counted:
            self._is_counted = True
            for turn in planning.TURNS:
                self._ledger.add(f"{AT_WORK} {turn}", 1)

    def takes(self, case: pytest.Item, record: Record) -> bool:
        """Whether *case*, whose attempt left *record*, is put off: it found no room for once."""
        if not record.lacks_room or case in self._cases:
            return False
        self._cases.append(case)
        return True

    def in_turn(self) -> Iterator[pytest.Item]:
        """Each case that was put off, when there may be room for it."""
        for turn in planning.TURNS:
            cases = [each for each in self._cases if planning.turn(each) == turn]
            self._arrive(turn, is_waiting=bool(cases))
            for case in cases:
                with self._alone():
                    yield case

    def _arrive(self, turn: int, *, is_waiting: bool) -> None:
        """Be through with what comes before *turn*, and wait for the others where that matters."""
        counter = f"{AT_WORK} {turn}"
        self._ledger.add(counter, -1)
        give_up = time.monotonic() + GIVE_UP_S
        while is_waiting and self._ledger.count(counter) > 0 and time.monotonic() < give_up:
            time.sleep(LOOK_S)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        path = self._ledger.path
        lock = FileLock(path.with_name(f"{path.stem}-room.lock"), mode=OWNER_ONLY)
        with lock.acquire(timeout=GIVE_UP_S):
            yield
