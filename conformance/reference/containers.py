"""Containers: made, found, listed, removed, and expired by the clock.

Expiry is settled at the beginning of whatever is asked: what is due is expired, its files are
gone for good, and its metadata stays as it was.
"""

import json
import secrets
import sqlite3

from conformance.reference import errors, pages
from conformance.reference.pages import Paging, Rows
from conformance.reference.records import Container, Draft
from conformance.reference.storage import Storage


class Containers:
    """Every tenant's containers; another tenant's are not found."""

    def __init__(self, storage: Storage) -> None:
        """Keep them in *storage*."""
        self._storage = storage
        self._settled_at = -1

    def create(self, tenant: str, draft: Draft) -> Container:
        """A new, running container."""
        now = self._storage.clock.now()
        policy = None if draft.network_policy is None else json.dumps(draft.network_policy)
        container_id = "cntr_" + secrets.token_hex(24)
        limits = (draft.minutes, draft.memory_limit, policy)
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO containers (id, tenant, name, created_at, last_active_at,"
                " minutes, memory_limit, network_policy, status)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running')",
                (container_id, tenant, draft.name, now, now, *limits),
            )
            return self._find(tenant, container_id)

    def get(self, tenant: str, container_id: str) -> Container:
        """The container; asking for one that is not expired prolongs its life.

        Raises:
            Refusal: if the tenant has no such container.
        """
        with self._storage.transaction():
            self._settle()
            found = self._find(tenant, container_id)
            return found if found.is_expired else self._use(found)

    def running(self, tenant: str, container_id: str) -> Container:
        """The container, if its files can be worked with; that prolongs its life.

        Raises:
            Refusal: if the tenant has no such container, or it is expired.
        """
        found = self.get(tenant, container_id)
        if found.is_expired:
            raise errors.container_expired(container_id)
        return found

    def page(
        self, tenant: str, paging: Paging, name: str | None = None
    ) -> tuple[list[Container], bool]:
        """A page of the tenant's containers, expired ones too, and whether there are more.

        With *name*, only those whose name contains it. Being listed prolongs no life.

        Raises:
            Refusal: if a cursor names nothing that this list ever held.
        """
        rows = Rows("containers", "tenant = ?", (tenant,))
        if name is not None:
            rows = rows.narrowed("instr(name, ?) > 0", name)
        with self._storage.transaction() as connection:
            self._settle()
            page, more = pages.read(connection, rows, paging)
            return [_container(row) for row in page], more

    def delete(self, tenant: str, container_id: str) -> None:
        """Remove a container and its files; the Files API's files stay.

        Raises:
            Refusal: if the tenant has no such container.
        """
        with self._storage.transaction() as connection:
            self._settle()
            self._find(tenant, container_id)
            self._empty(container_id)
            sql = "UPDATE containers SET deleted = 1, name = '', network_policy = NULL WHERE id = ?"
            connection.execute(sql, (container_id,))

    def _find(self, tenant: str, container_id: str) -> Container:
        sql = "SELECT * FROM containers WHERE id = ? AND tenant = ? AND deleted = 0"
        row = self._storage.connection.execute(sql, (container_id, tenant)).fetchone()
        if row is None:
            raise errors.container_not_found(container_id)
        return _container(row)

    def _use(self, found: Container) -> Container:
        now = self._storage.clock.now()
        if now > found.last_active_at:
            sql = "UPDATE containers SET last_active_at = ? WHERE id = ?"
            self._storage.connection.execute(sql, (now, found.id))
            found = found.used_at(now)
        return found

    def _settle(self) -> None:
        now = self._storage.clock.now()
        if now == self._settled_at:  # nothing falls due twice in a second
            return
        sql = (
            "UPDATE containers SET status = 'expired' WHERE status = 'running' AND deleted = 0"
            " AND last_active_at + 60 * minutes <= ? RETURNING id"
        )
        for row in self._storage.connection.execute(sql, (now,)).fetchall():
            self._empty(row["id"])
        self._settled_at = now

    def _empty(self, container_id: str) -> None:
        connection = self._storage.connection
        sql = "SELECT blob FROM files WHERE container_id = ? AND deleted = 0"
        for row in connection.execute(sql, (container_id,)):
            self._storage.discard(row["blob"])
        connection.execute("DELETE FROM files WHERE container_id = ?", (container_id,))


def _container(row: sqlite3.Row) -> Container:
    policy = row["network_policy"]
    return Container(
        id=row["id"],
        name=row["name"],
        created_at=row["created_at"],
        last_active_at=row["last_active_at"],
        status=row["status"],
        minutes=row["minutes"],
        memory_limit=row["memory_limit"],
        network_policy=None if policy is None else json.loads(policy),
    )
