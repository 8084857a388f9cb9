"""What several cases read is made once a run, by whichever worker needs it first."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from conformance.errors import Failure, NoRoom, Signal, Untestable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from conformance.ledger.book import Ledger

#: How often the making is tried: once more in fresh circumstances.
TRIES = 2

#: Seconds between two looks at what another worker is making, and until it is given up.
LOOK_S, GIVE_UP_S = 0.02, 180.0

#: A look that is written down, once in so many: only who writes learns that the disk is full.
NOTED_LOOK = 25

OWNER_ONLY = 0o600

ECHOED = "the target put a key into what it made"


class Shared:
    """Things made once a run, kept as plain data in the ledger."""

    def __init__(self, ledger: Ledger, mask: Callable[[str], str] = str) -> None:
        """Keep them in *ledger*, but for what *mask* leaves out."""
        self._ledger = ledger
        self._mask = mask

    def get(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - plain data of any shape
        """What is shared as *name*; *make* is called by the first worker that asks.

        Raises:
            Untestable: if it could not be made, with the requirement to blame.
        """
        give_up = time.monotonic() + GIVE_UP_S
        looks = 0
        while time.monotonic() < give_up:
            looks += 1
            if looks % NOTED_LOOK == 0:
                self._ledger.add("looks", NOTED_LOOK)
            with self._alone(name) as is_alone:
                state, value = self._claim(name) if is_alone else self._look(name)
                if state == "mine":
                    return self._make(name, make)
            if state == "ready":
                return json.loads(value)
            if state == "failed":
                raise Untestable(**json.loads(value))
            time.sleep(LOOK_S)
        raise Untestable(f"another worker did not finish making the {name} in {GIVE_UP_S:.0f} s")

    @contextmanager
    def _alone(self, name: str) -> Iterator[bool]:
        """Whether nobody else makes *name* now; who is killed while making lets go of it."""
        path = self._ledger.path
        lock = FileLock(path.with_name(f"{path.stem}-{name}.lock"), mode=OWNER_ONLY)
        try:
            lock.acquire(blocking=False)
        except (Timeout, OSError):  # also where the directory is gone
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def _look(self, name: str) -> tuple[str, str]:
        """What another worker has come to with *name*; a failure may still be tried again."""
        with self._ledger.transaction() as db:
            state, value, tries = _row(db, name)
        return ("making", "") if state == "failed" and tries < TRIES else (state, value)

    def _claim(self, name: str) -> tuple[str, str]:
        """Take the making of *name* upon us, unless it is done, or was tried too often."""
        with self._ledger.transaction() as db:
            state, value, tries = _row(db, name)
            if state == "making":  # and yet nobody does
                state, value = "failed", json.dumps({"reason": f"who made the {name} was killed"})
            if state == "ready" or (state == "failed" and tries >= TRIES):
                return state, value
            db.execute(
                "INSERT INTO shared (name, state, tries) VALUES (?, 'making', 1)"
                " ON CONFLICT (name) DO UPDATE SET state = 'making', tries = tries + 1",
                (name,),
            )
            return "mine", ""

    def _make(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - any JSON
        try:
            value = make()
        except NoRoom:
            self._settle(name, "wanted", None)  # whoever asks when there is room makes it
            raise
        except Signal as signal:
            self._settle(name, "failed", {"reason": signal.reason, "blame": signal.blame})
            raise
        except Failure as failure:
            self._settle(name, "failed", {"reason": str(failure), "blame": None})
            raise
        except BaseException:
            self._settle(name, "failed", {"reason": f"making the {name} broke off", "blame": None})
            raise
        text = json.dumps(value, ensure_ascii=False)
        if self._mask(text) != text:
            # The ledger is a file, and what was masked would no longer be what was made.
            self._settle(name, "failed", {"reason": ECHOED, "blame": None})
            raise Untestable(ECHOED)
        self._settle(name, "ready", value)
        return value

    def _settle(self, name: str, state: str, value: object) -> None:
        text = json.dumps(value) if state == "ready" else self._mask(json.dumps(value))
        with self._ledger.transaction() as db:
            db.execute(
                "UPDATE shared SET state = ?, value = ? WHERE name = ?",
                (state, text, name),
            )

    def expect(self, name: str, users: int) -> None:
        """Tell how many cases will use *name*, so that it can go when the last is done."""
        with self._ledger.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO shared (name, state, tries, users)"
                " VALUES (?, 'wanted', 0, ?)",
                (name, users),
            )

    def done(self, name: str) -> bool:
        """Note that one case is done with *name*; whether it was the last and can go."""
        with self._ledger.transaction() as db:
            db.execute("UPDATE shared SET users = users - 1 WHERE name = ?", (name,))
            row = db.execute("SELECT users, state FROM shared WHERE name = ?", (name,)).fetchone()
        return bool(row) and row[0] == 0 and row[1] == "ready"

    def forget(self, name: str, lost: str) -> None:
        """Have *name* made anew, if it may be tried once more: *lost* of it is gone."""
        reason = f"{lost}, which several cases need, is gone, though nobody has deleted it"
        with self._ledger.transaction() as db:
            gone = json.dumps({"reason": reason, "blame": None})
            db.execute(
                "UPDATE shared SET state = 'failed', value = ? WHERE name = ? AND state = 'ready'",
                (gone, name),
            )

    def peek(self, name: str) -> Any:  # noqa: ANN401 - plain data of any shape
        """What is shared as *name*, or None if it is not ready."""
        with self._ledger.transaction() as db:
            row = db.execute("SELECT state, value FROM shared WHERE name = ?", (name,)).fetchone()
        return json.loads(row[1]) if row and row[0] == "ready" else None


def _row(db: sqlite3.Connection, name: str) -> tuple[str, str, int]:
    """What is known of *name*: its state, its value, and how often it was tried."""
    found = db.execute("SELECT state, value, tries FROM shared WHERE name = ?", (name,)).fetchone()
    return found or ("wanted", "", 0)
