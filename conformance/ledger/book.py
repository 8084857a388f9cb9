"""The ledger: one SQLite file a run, written before use by every worker.

Rule 1: what may exist on the target stands here before the request leaves.
Rule 2: a limit is kept by one atomic statement, so that no two workers pass it together.
Rule 3: what is held can always be deleted: ordinary requests leave room for the deletions.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.errors import LimitReached
from conformance.ledger.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.ledger.limits import Limits

#: Requests that deleting takes: one for what is held, one more to look for what is not certain.
_OWED = """
SELECT coalesce(sum(CASE state WHEN 'held' THEN 1 ELSE 2 END), 0)
FROM entries WHERE state IN ('asked', 'held', 'doubtful')
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was created on the target, or may have been."""

    number: int
    kind: str
    id: str | None
    name: str | None
    case: str
    state: str
    tenant: str = "own"
    asked_at: float = 0.0  # Unix seconds
    status: int | None = None  # of the answer that told no id


class Ledger(Store):
    """The book of one run, opened by the controller and by every worker."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Open the book at *path*, making it if it is new.

        Raises:
            Unwritable: if it can't be written.
        """
        super().__init__(path)
        self.limits = limits
        for name, value in (("requests", 0), ("containers", 0), ("waited_s", 0), ("throttled", 0)):
            self._run("INSERT OR IGNORE INTO counters VALUES (?, ?)", name, value)
        self._run("INSERT OR IGNORE INTO counters VALUES ('started_at', ?)", time.monotonic())
        self._started_at: float | None = None  # it never changes, and every request asks for it
        self._known: set[str] = set()
        self._gone: set[str] = set()  # what is deleted, where that can't be written down

    # What was spent.

    def count(self, name: str) -> float:
        """The counter *name*; 0 if nothing was ever counted."""
        row = self._first("SELECT value FROM counters WHERE name = ?", name)
        return float(row[0]) if row else 0.0

    def counts(self, *names: str) -> list[float]:
        """The counters *names*, looked up together."""
        marks = ", ".join("?" * len(names))
        rows = self._read(f"SELECT name, value FROM counters WHERE name IN ({marks})", *names)  # noqa: S608 - marks only
        found = dict(rows)
        return [float(found.get(each, 0.0)) for each in names]

    def add(self, name: str, amount: float) -> None:
        """Add *amount* to the counter *name*."""
        self._run(
            "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + ?",
            name,
            amount,
            amount,
        )

    def forget(self, beginning: str) -> None:
        """Forget every counter whose name has this *beginning*."""
        self._run("DELETE FROM counters WHERE substr(name, 1, ?) = ?", len(beginning), beginning)

    def spend_request(self, *, cleaning: bool = False) -> None:
        """Count one request before it leaves.

        Raises:
            LimitReached: if it would pass ``--max-requests``, or leave too few for the
                deletions that are owed, or if ``--max-duration`` is over.
        """
        if not cleaning:
            self.check_duration()
        owed = "" if cleaning else f" + ({_OWED})"
        spent = self._run(
            f"UPDATE counters SET value = value + 1 WHERE name = 'requests' AND value{owed} < ?",  # noqa: S608 - constants
            self.limits.requests,
        )
        if not spent.rowcount:
            raise LimitReached(self.limits.name("requests"))

    def check_duration(self, wait_s: float = 0.0) -> None:
        """Refuse to go on once ``--max-duration`` is over, or would be in *wait_s* seconds.

        Raises:
            LimitReached: if it is.
        """
        if self.elapsed_s + wait_s > self.limits.duration_s:
            raise LimitReached(self.limits.name("duration_s"))

    @property
    def elapsed_s(self) -> float:
        """Seconds since the book was begun, by a clock that nobody sets."""
        if self._started_at is None:
            self._started_at = self.count("started_at")
        return time.monotonic() - self._started_at

    def pace(self) -> float:
        """Take the next free slot under ``--rps`` and any pause; returns seconds to wait for it."""
        now = time.monotonic()
        with self.transaction() as db:
            rows: dict[str, float] = dict(
                db.execute(
                    "SELECT name, value FROM counters WHERE name IN ('not_before', 'next_slot')"
                ).fetchall()
            )
            slot = max(now, rows.get("not_before", 0.0))
            if self.limits.rps:
                slot = max(slot, rows.get("next_slot", 0.0))
                db.execute(
                    "INSERT OR REPLACE INTO counters VALUES ('next_slot', ?)",
                    (slot + 1 / self.limits.rps,),
                )
        return slot - now

    @property
    def is_paced(self) -> bool:
        """Whether requests may have to wait: a rate was asked for, or the target throttles."""
        return self.limits.rps is not None or self.count("not_before") > time.monotonic()

    def pause(self, seconds: float) -> None:
        """Let no worker send anything for *seconds*: the target asked for a rest."""
        until = time.monotonic() + seconds
        self._run(
            "INSERT INTO counters VALUES ('not_before', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = max(value, ?)",
            until,
            until,
        )
        self.add("throttled", 1)

    def resume(self) -> None:
        """Forget every pause: the clock of another boot means nothing in this one."""
        self._run("DELETE FROM counters WHERE name IN ('not_before', 'next_slot')")

    # What was created.

    def ask(self, kind: str, name: str | None, case: str, tenant: str = "own") -> int:
        """Note that something is about to be created; returns the entry's number.

        Raises:
            LimitReached: if a container would pass ``--max-containers``.
        """
        if kind == "container":
            counted = self._run(
                "UPDATE counters SET value = value + 1 WHERE name = 'containers' AND value < ?",
                self.limits.containers,
            )
            if not counted.rowcount:
                raise LimitReached(self.limits.name("containers"))
        number = self._run(
            'INSERT INTO entries (kind, name, "case", asked_at, state, tenant)'
            " VALUES (?, ?, ?, ?, 'asked', ?)",
            kind,
            name,
            case,
            time.time(),
            tenant,
        ).lastrowid
        return int(number or 0)

    def hold(self, number: int, id_: str, *, doubtful: bool = False) -> None:
        """Note the id that the target gave; *doubtful* ones are looked at before deletion."""
        self._known.add(id_)  # ours, also where a full disk keeps it from being written down
        state = "doubtful" if doubtful else "held"
        self._run("UPDATE entries SET id = ?, state = ? WHERE number = ?", id_, state, number)

    def answer(self, number: int, status: int) -> None:
        """Note the *status* of an answer that does not tell what has become of the creation."""
        self._run("UPDATE entries SET status = ? WHERE number = ?", status, number)

    def refuse(self, number: int) -> None:
        """Note that the target refused the creation, so that nothing was made or spent."""
        self._give_back(number, "refused")

    def lose(self, number: int) -> None:
        """Note that no list shows what was to be created: never made, but a sweep looks again."""
        self._give_back(number, "unseen")

    def find(self, number: int, id_: str) -> None:
        """Hold what turned up after all as *id_*; where it was given up it is counted again."""
        self._run(
            "UPDATE counters SET value = value + 1 WHERE name = 'containers' AND EXISTS"
            " (SELECT 1 FROM entries WHERE number = ? AND state = 'unseen')",
            number,
        )
        self.hold(number, id_)

    def _give_back(self, number: int, state: str) -> None:
        with self.transaction() as db:
            asked = "SELECT kind, state FROM entries WHERE number = ?"
            kind, before = db.execute(asked, (number,)).fetchone()
            db.execute("UPDATE entries SET state = ? WHERE number = ?", (state, number))
            if kind == "container" and before not in ("refused", "unseen"):
                db.execute("UPDATE counters SET value = value - 1 WHERE name = 'containers'")

    def delete(self, id_: str) -> None:
        """Note that *id_* is gone from the target."""
        self._run("UPDATE entries SET state = 'deleted' WHERE id = ?", id_)
        if self.trouble:
            self._gone.add(id_)

    def revive(self, id_: str) -> None:
        """Note that *id_* still lives, although its deletion was said to have been done."""
        row = "SELECT 1 FROM entries WHERE id = ? AND state = 'deleted' LIMIT 1"
        if self._first(row, id_):
            self._gone.discard(id_)
            self._run("UPDATE entries SET state = 'held' WHERE id = ?", id_)

    def tenant_of(self, id_: str) -> str:
        """With whose key *id_* was made."""
        row = self._first("SELECT tenant FROM entries WHERE id = ?", id_)
        return str(row[0]) if row else "own"

    def entries(self, *states: str) -> list[Entry]:
        """The entries in any of *states*, oldest first."""
        marks = ", ".join("?" * len(states))
        rows = self._read(
            'SELECT number, kind, id, name, "case", state, tenant, asked_at, status'  # noqa: S608 - marks only
            f" FROM entries WHERE state IN ({marks}) ORDER BY number",
            *states,
        )
        return [Entry(*row) for row in rows]

    def owed(self, *, case: str | None = None, unseen: bool = False) -> list[Entry]:
        """What is still to be deleted, of one *case* or of all; also what is *unseen* so far."""
        owed = self.entries("asked", "held", "doubtful", *(["unseen"] if unseen else []))
        there = (each for each in owed if each.id not in self._gone)
        return [each for each in there if case is None or each.case == case]

    def knows(self, id_: str) -> bool:
        """Whether *id_* was created or made up by this run, in whatever worker."""
        if id_ in self._known:
            return True
        if self._first("SELECT 1 FROM entries WHERE id = ? LIMIT 1", id_):
            self._known.add(id_)
            return True
        return False

    def has_entered(self, id_: str) -> bool:
        """Whether *id_* is that of a creation, whatever has become of it."""
        entered = self._first("SELECT 1 FROM entries WHERE id = ? LIMIT 1", id_)
        return entered is not None or id_ in self._gone

    def is_given_again(self, id_: str) -> bool:
        """Whether the target gave *id_* to more than one creation."""
        return len(self._read("SELECT 1 FROM entries WHERE id = ? LIMIT 2", id_)) > 1

    def make_up(self, id_: str) -> str:
        """Allow *id_*, which this process has invented, to be named in a request."""
        self._known.add(id_)
        return id_

    # What was found out on the way.

    def note(self, key: str, value: str) -> None:
        """Keep *value* under *key* for the other workers and for a later sweep."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    def noted(self, key: str) -> str | None:
        """What was kept under *key*; None if nothing was."""
        row = self._first("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else None

    def confirm(self, requirement: str) -> None:
        """Note that *requirement* failed twice, so that no other case need repeat it."""
        self._run("INSERT OR IGNORE INTO confirmed VALUES (?)", requirement)

    def confirmed(self) -> set[str]:
        """The requirements whose failure was confirmed by a repeat."""
        return {row[0] for row in self._read("SELECT requirement FROM confirmed")}
