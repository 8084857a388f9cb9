"""Where everything is kept: one database, one directory of blobs, one lock, one clock."""

import secrets
import shutil
import sqlite3
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conformance.reference import database
from conformance.reference.blobs import Blobs
from conformance.reference.clock import Clock
from conformance.reference.errors import Refusal


class Storage:
    """A database with its blobs beside it; without *path* both last as long as this object."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        """Open or make the database at *path*; time is what *clock* tells."""
        self.clock = clock
        self.connection = database.connect(path)
        self._lock = threading.RLock()
        self._discarded: list[str] = []
        name = f"containers-reference-{secrets.token_hex(16)}"
        temporary = Path(tempfile.gettempdir(), name) if path is None else None
        self._end = weakref.finalize(self, _close, self.connection, temporary)
        self.blobs = Blobs(temporary or Path(f"{path}.blobs"))
        self.blobs.keep_only(self._blobs_in_use())

    def close(self) -> None:
        """Let go of the database; what is only in memory is lost."""
        self._end()

    def discard(self, blob: str) -> None:
        """Remove a blob as soon as the transaction has succeeded."""
        self._discarded.append(blob)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one at a time; may be nested.

        A refusal is an answer and no accident: what was noted before it (activity, expiry) holds.
        """
        with self._lock:
            if self.connection.in_transaction:
                yield self.connection
                return
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except Refusal:
                self._commit()
                raise
            except BaseException:
                self.connection.execute("ROLLBACK")
                self._discarded.clear()
                raise
            self._commit()

    def _commit(self) -> None:
        self.connection.execute("COMMIT")
        while self._discarded:
            self.blobs.remove(self._discarded.pop())

    def _blobs_in_use(self) -> set[str]:
        sql = "SELECT blob FROM files WHERE deleted = 0 UNION SELECT blob FROM uploads"
        return {row["blob"] for row in self.connection.execute(sql)}


def _close(connection: sqlite3.Connection, temporary: Path | None) -> None:
    connection.close()
    if temporary is not None:
        shutil.rmtree(temporary, ignore_errors=True)
