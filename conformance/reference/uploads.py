"""The Files API, as far as copying a file into a container needs it."""

import secrets
import sqlite3
from typing import BinaryIO

from conformance.reference import errors
from conformance.reference.records import Received, Upload
from conformance.reference.storage import Storage


class Uploads:
    """Every tenant's files of the Files API; another tenant's are not found."""

    def __init__(self, storage: Storage) -> None:
        """Keep them in *storage*."""
        self._storage = storage

    def add(self, tenant: str, received: Received, purpose: str) -> Upload:
        """Keep a file that has arrived."""
        upload_id = "file-" + secrets.token_hex(12)
        now = self._storage.clock.now()
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO uploads (id, tenant, created_at, bytes, filename, purpose, blob)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    upload_id,
                    tenant,
                    now,
                    received.bytes,
                    received.filename,
                    purpose,
                    received.blob,
                ),
            )
            return self.get(tenant, upload_id)

    def get(self, tenant: str, upload_id: str, param: str = "id") -> Upload:
        """A file, asked for by the parameter *param*.

        Raises:
            Refusal: if the tenant has no such file.
        """
        sql = "SELECT * FROM uploads WHERE id = ? AND tenant = ?"
        with self._storage.transaction() as connection:
            row = connection.execute(sql, (upload_id, tenant)).fetchone()
        if row is None:
            raise errors.upload_not_found(upload_id, param)
        return _upload(row)

    def all(self, tenant: str) -> list[Upload]:
        """Every file of a tenant, the newest first."""
        sql = "SELECT * FROM uploads WHERE tenant = ? ORDER BY rowid DESC"
        with self._storage.transaction() as connection:
            return [_upload(row) for row in connection.execute(sql, (tenant,))]

    def open(self, tenant: str, upload_id: str) -> tuple[Upload, BinaryIO]:
        """A file, with its bytes open for reading.

        Raises:
            Refusal: if the tenant has no such file.
        """
        with self._storage.transaction():
            found = self.get(tenant, upload_id)
            return found, self._storage.blobs.open(found.blob)

    def delete(self, tenant: str, upload_id: str) -> None:
        """Remove a file; its copies in containers stay.

        Raises:
            Refusal: if the tenant has no such file.
        """
        with self._storage.transaction() as connection:
            self._storage.discard(self.get(tenant, upload_id).blob)
            connection.execute("DELETE FROM uploads WHERE id = ?", (upload_id,))


def _upload(row: sqlite3.Row) -> Upload:
    return Upload(
        id=row["id"],
        created_at=row["created_at"],
        bytes=row["bytes"],
        filename=row["filename"],
        purpose=row["purpose"],
        blob=row["blob"],
    )
