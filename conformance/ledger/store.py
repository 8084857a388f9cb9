"""The SQLite file below a ledger: private, shared by all workers, and honest about a full disk."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from conformance.errors import Unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value REAL NOT NULL);
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,        -- container, file
    id TEXT,                   -- NULL until the target has told it
    name TEXT,
    "case" TEXT NOT NULL,
    asked_at REAL NOT NULL,    -- Unix seconds
    state TEXT NOT NULL,       -- asked, unseen, held, doubtful, refused, deleted
    tenant TEXT NOT NULL DEFAULT 'own',  -- with whose key: own, second
    status INTEGER             -- of the answer that told no id; NULL where none came
);
CREATE INDEX IF NOT EXISTS entries_by_id ON entries (id);
CREATE TABLE IF NOT EXISTS shared (
    name TEXT PRIMARY KEY, state TEXT NOT NULL, value TEXT, tries INTEGER NOT NULL, users INTEGER
);
CREATE TABLE IF NOT EXISTS confirmed (requirement TEXT PRIMARY KEY);
"""

#: Columns that ledgers of earlier versions lack, which may still be swept.
_LATER = {"tenant": "TEXT NOT NULL DEFAULT 'own'", "status": "INTEGER"}

OWNER_ONLY = 0o600

#: Seconds that a worker waits for another's transaction.
BUSY_S = 30.0


class Store:
    """One open SQLite file; `trouble` tells why nothing more can be written to it."""

    def __init__(self, path: Path) -> None:
        """Open the file at *path*, making it if it is new.

        Raises:
            Unwritable: if it can't be written.
        """
        self.path = path
        self.trouble: Unwritable | None = None
        self.is_lenient = False  # whether what can't be written is let go
        self._lock = threading.RLock()
        try:
            # SQLite gives the files that it puts beside it the same rights.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
            self._db = sqlite3.connect(
                path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=OFF")  # a killed process loses nothing
            self._db.executescript(_TABLES)
            self._add_columns()
        except (OSError, sqlite3.Error) as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def _add_columns(self) -> None:
        there = {row[1] for row in self._db.execute("PRAGMA table_info(entries)")}
        for name, kind in _LATER.items():
            if name not in there:
                self._db.execute(f"ALTER TABLE entries ADD COLUMN {name} {kind}")

    def _unwritable(self, error: OSError | sqlite3.Error) -> Unwritable:
        why = error.strerror if isinstance(error, OSError) else error
        self.trouble = Unwritable(
            f"The ledger {self.path} can't be written ({why}): "
            "make room on the disk, or give another --report-dir."
        )
        return self.trouble

    def _run(self, statement: str, *values: object) -> sqlite3.Cursor:
        with self._lock:
            try:
                return self._db.execute(statement, values)
            except sqlite3.OperationalError as error:
                trouble = self._unwritable(error)
                if self.is_lenient:
                    return self._db.cursor()
                raise trouble from error

    def _read(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a query.

        While one is read, what this connection sees does not move on, so that a thread that
        writes meanwhile is refused once another process has written: SQLITE_BUSY_SNAPSHOT.
        """
        with self._lock:
            return self._run(statement, *values).fetchall()

    def _first(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of a query; None where there is none."""
        return next(iter(self._read(statement, *values)), None)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the file alone for a few statements."""
        with self._lock:
            self._run("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                if not isinstance(error, sqlite3.OperationalError):
                    raise
                trouble = self._unwritable(error)
                if not self.is_lenient:
                    raise trouble from error
