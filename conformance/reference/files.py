"""Files in containers: put there, copied there, found, listed, read and removed."""

import secrets
import sqlite3
from typing import BinaryIO

from conformance.reference import errors, pages
from conformance.reference.containers import Containers
from conformance.reference.pages import Paging, Rows
from conformance.reference.records import Received, StoredFile, Upload
from conformance.reference.storage import Storage


class Files:
    """The files of every container.

    Each method raises a Refusal if the tenant has no such container, or it is expired.
    """

    def __init__(self, storage: Storage, containers: Containers) -> None:
        """Keep them in *storage*, for as long as *containers* have their containers."""
        self._storage = storage
        self._containers = containers

    def add(self, tenant: str, container_id: str, received: Received) -> StoredFile:
        """Put a file that has arrived into a container."""
        with self._storage.transaction():
            self._containers.running(tenant, container_id)
            return self._insert(container_id, received, secrets.token_hex(16))

    def copy(self, tenant: str, container_id: str, upload: Upload) -> StoredFile:
        """Put a copy of one of the Files API's files into a container."""
        with self._storage.transaction():
            self._containers.running(tenant, container_id)
            blob = self._storage.blobs.copy(upload.blob)
            copied = Received(upload.filename, upload.bytes, blob)
            return self._insert(container_id, copied, upload.id)

    def get(self, tenant: str, container_id: str, file_id: str) -> StoredFile:
        """A file in a container.

        Raises:
            Refusal: also if the container has no such file.
        """
        with self._storage.transaction():
            self._containers.running(tenant, container_id)
            return self._find(container_id, file_id)

    def open(self, tenant: str, container_id: str, file_id: str) -> tuple[StoredFile, BinaryIO]:
        """A file in a container, with its bytes open for reading.

        Raises:
            Refusal: also if the container has no such file.
        """
        with self._storage.transaction():
            found = self.get(tenant, container_id, file_id)
            return found, self._storage.blobs.open(found.blob)

    def page(self, tenant: str, container_id: str, paging: Paging) -> tuple[list[StoredFile], bool]:
        """A page of a container's files, and whether there are more.

        Raises:
            Refusal: also if a cursor names nothing that this list ever held.
        """
        with self._storage.transaction() as connection:
            self._containers.running(tenant, container_id)
            rows = Rows("files", "container_id = ?", (container_id,))
            page, more = pages.read(connection, rows, paging)
            return [_file(row) for row in page], more

    def delete(self, tenant: str, container_id: str, file_id: str) -> None:
        """Remove a file from a container.

        Raises:
            Refusal: also if the container has no such file.
        """
        with self._storage.transaction() as connection:
            found = self.get(tenant, container_id, file_id)
            self._storage.discard(found.blob)
            connection.execute("UPDATE files SET deleted = 1 WHERE id = ?", (file_id,))

    def _find(self, container_id: str, file_id: str) -> StoredFile:
        sql = "SELECT * FROM files WHERE id = ? AND container_id = ? AND deleted = 0"
        row = self._storage.connection.execute(sql, (file_id, container_id)).fetchone()
        if row is None:
            raise errors.file_not_found(file_id, container_id)
        return _file(row)

    def _insert(self, container_id: str, received: Received, prefix: str) -> StoredFile:
        file_id = "cfile_" + secrets.token_hex(16)
        path = f"/mnt/data/{prefix}-{received.filename}"
        now = self._storage.clock.now()
        self._storage.connection.execute(
            "INSERT INTO files (id, container_id, created_at, bytes, path, filename, blob)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (file_id, container_id, now, received.bytes, path, received.filename, received.blob),
        )
        return self._find(container_id, file_id)


def _file(row: sqlite3.Row) -> StoredFile:
    return StoredFile(
        id=row["id"],
        container_id=row["container_id"],
        created_at=row["created_at"],
        bytes=row["bytes"],
        path=row["path"],
        filename=row["filename"],
        blob=row["blob"],
    )
