"""The bytes of files, one file on disk each, in one directory."""

import os
import secrets
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO


class Blobs:
    """A directory of unchanging blobs."""

    def __init__(self, directory: Path) -> None:
        """Keep them in *directory*, which is made when the first blob is."""
        self._directory = directory

    def _path(self, blob: str) -> Path:
        return self._directory / blob

    def create(self) -> tuple[str, BinaryIO]:
        """A new blob's name, and the open file to write it to."""
        blob = secrets.token_hex(16)
        self._directory.mkdir(mode=0o700, exist_ok=True)
        return blob, self._path(blob).open("xb")

    def open(self, blob: str) -> BinaryIO:
        """The blob, open for reading; stays readable when the blob is removed meanwhile."""
        return self._path(blob).open("rb")

    def copy(self, blob: str) -> str:
        """A second blob of the same bytes, which takes no room where the disk has hard links."""
        twin = secrets.token_hex(16)
        try:
            os.link(self._path(blob), self._path(twin))
        except OSError:
            shutil.copyfile(self._path(blob), self._path(twin))
        return twin

    def remove(self, blob: str) -> None:
        """Forget a blob; one that is not there is no error."""
        self._path(blob).unlink(missing_ok=True)

    def keep_only(self, wanted: Collection[str]) -> None:
        """Remove what an interrupted upload left behind."""
        left = self._directory.iterdir() if self._directory.exists() else ()
        for path in left:
            if path.name not in wanted:
                path.unlink()
