"""The provider's memory, as the application and those who wrap it see it."""

from pathlib import Path

from conformance.reference.blobs import Blobs
from conformance.reference.clock import Clock, SystemClock
from conformance.reference.containers import Containers
from conformance.reference.files import Files
from conformance.reference.records import Container, Draft
from conformance.reference.storage import Storage
from conformance.reference.uploads import Uploads


class Store:
    """Containers, their files, and the Files API's files, in a file or in memory."""

    def __init__(self, path: Path | None = None, clock: Clock | None = None) -> None:
        """Keep everything at *path* or in memory; time is what *clock* tells."""
        self.clock = clock or SystemClock()
        self._storage = Storage(path, self.clock)
        self.containers = Containers(self._storage)
        self.files = Files(self._storage, self.containers)
        self.uploads = Uploads(self._storage)

    @property
    def blobs(self) -> Blobs:
        """Where bytes are written to as they arrive."""
        return self._storage.blobs

    def create_container(self, tenant: str, draft: Draft) -> Container:
        """A new container, with copies of the files that the draft names.

        Raises:
            Refusal: if one of the files does not exist; nothing is created then.
        """
        with self._storage.transaction():
            named = dict.fromkeys(draft.file_ids)
            uploads = [self.uploads.get(tenant, each, "file_ids") for each in named]
            created = self.containers.create(tenant, draft)
            for upload in uploads:
                self.files.copy(tenant, created.id, upload)
            return created

    def close(self) -> None:
        """Let go of the database; what is only in memory is lost."""
        self._storage.close()
