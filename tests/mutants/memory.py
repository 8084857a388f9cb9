"""What the reference keeps, as a liar may look it up behind its back."""

from __future__ import annotations

import sqlite3

from starlette.types import ASGIApp


def rows(app: ASGIApp, sql: str, *values: object) -> list[sqlite3.Row]:
    """What *sql* finds in the database of *app*, which is the reference itself."""
    connection = app.state.store._storage.connection
    return connection.execute(sql, values).fetchall()


def tenant_of(app: ASGIApp, container: str) -> str | None:
    """Whose *container* is; None if there is none."""
    found = rows(app, "SELECT tenant FROM containers WHERE id = ? AND deleted = 0", container)
    return found[0]["tenant"] if found else None


def files_of(app: ASGIApp, container: str) -> list[str]:
    """The ids of the files that the *container* has."""
    sql = "SELECT id FROM files WHERE container_id = ? AND deleted = 0"
    return [each["id"] for each in rows(app, sql, container)]


def namesakes(app: ASGIApp, file: str) -> list[tuple[str, str]]:
    """The places of the living files of one tenant that are called like *file*, oldest first."""
    sql = (
        "SELECT other.container_id, other.id FROM files AS own"
        " JOIN files AS other ON other.filename = own.filename AND other.deleted = 0"
        " JOIN containers AS home ON home.id = own.container_id"
        " JOIN containers AS place ON place.id = other.container_id AND place.deleted = 0"
        " WHERE own.id = ? AND place.tenant = home.tenant ORDER BY other.seq"
    )
    return [(each["container_id"], each["id"]) for each in rows(app, sql, file)]
