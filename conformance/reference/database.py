"""The SQLite database: its tables, and the one connection to it."""

import sqlite3
from pathlib import Path

# Deleted containers and files keep their row, without content, as places that a cursor may name.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS containers (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL,
  name TEXT NOT NULL, created_at INTEGER NOT NULL, last_active_at INTEGER NOT NULL,
  status TEXT NOT NULL, minutes INTEGER NOT NULL, memory_limit TEXT NOT NULL,
  network_policy TEXT, deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS containers_listed
  ON containers (tenant, created_at, seq) WHERE deleted = 0;
CREATE INDEX IF NOT EXISTS containers_due
  ON containers (last_active_at + 60 * minutes) WHERE status = 'running' AND deleted = 0;
CREATE TABLE IF NOT EXISTS files (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, container_id TEXT NOT NULL,
  created_at INTEGER NOT NULL, bytes INTEGER NOT NULL, path TEXT NOT NULL,
  filename TEXT NOT NULL, blob TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS files_listed
  ON files (container_id, created_at, seq) WHERE deleted = 0;
CREATE TABLE IF NOT EXISTS uploads (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL,
  created_at INTEGER NOT NULL, bytes INTEGER NOT NULL, filename TEXT NOT NULL,
  purpose TEXT NOT NULL, blob TEXT NOT NULL
);
"""


_APPLICATION_ID = 0x434E5452  # "CNTR", in the header of every database of ours


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the database, in memory without *path*, and make its tables where they are missing.

    A file is held exclusively: a second process is told that it is locked.

    Raises:
        sqlite3.Error: if the file can't be opened, is locked, or is no database of ours.
    """
    where = ":memory:" if path is None else path
    connection = sqlite3.connect(where, timeout=0.5, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _claim(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _claim(connection: sqlite3.Connection) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if objects and owner != _APPLICATION_ID:
        raise sqlite3.DatabaseError("it is the database of another program")
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
