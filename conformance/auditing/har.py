"""A HAR file as a stream of entries: one at a time in memory, however large the file is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ijson

from conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What the recordings of our own runs name as their creator.
OURS = "containers-conformance"

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: What a complaint of the parser quotes: it is told before it is known what is secret.
QUOTED = re.compile(r"'.*'|\".*\"")

_BROKEN = (ijson.JSONError, UnicodeDecodeError, OverflowError)


@dataclass(slots=True)
class Recording:
    """The entries of a HAR 1.2 file."""

    path: Path
    is_ours: bool = False
    cut: bool = False  # whether the file ended, or broke, amid its entries

    @classmethod
    def at(cls, path: Path) -> Recording:
        """Look at the beginning of *path*.

        Raises:
            UsageError: if it can't be read, or is no HAR.
        """
        found = cls(path)
        try:
            with path.open("rb") as file:
                _skip_mark(file)
                found._look(file)
        except OSError as error:
            raise UsageError(
                f"{path} can't be read ({error.strerror}): give a HAR file."
            ) from error
        except _BROKEN as error:
            raise found._no_har(str(error)) from error
        return found

    def _look(self, file: Any) -> None:  # noqa: ANN401 - a binary stream
        for prefix, event, value in ijson.parse(file):
            if prefix == "log.creator.name" and event == "string":
                self.is_ours = value == OURS
            if prefix == "log.entries":
                if event != "start_array":
                    break
                return
        raise self._no_har("it has no log.entries")

    def _no_har(self, why: str) -> UsageError:
        told = QUOTED.sub("...", why.partition("\n")[0]).strip()[:120]
        return UsageError(f"{self.path} is no HAR ({told}): give one as a client has saved it.")

    def entries(self) -> Iterator[dict[str, Any]]:
        """Every entry that is whole; `cut` tells afterwards whether the last one was not."""
        self.cut = False
        with self.path.open("rb") as file:
            _skip_mark(file)
            try:
                for entry in ijson.items(file, "log.entries.item", use_float=True):
                    yield entry if isinstance(entry, dict) else {}
            except _BROKEN:
                self.cut = True


def _skip_mark(file: Any) -> None:  # noqa: ANN401 - a binary stream
    if file.read(len(BYTE_ORDER_MARK)) != BYTE_ORDER_MARK:
        file.seek(0)
