"""Evidence as a stream of lines: a header, a line per case, a footer."""

from __future__ import annotations

import contextlib
import gc
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.errors import Unwritable, UsageError
from conformance.evidence import heading
from conformance.evidence.lines import is_proper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWNER_ONLY = 0o600


class TruncatedEvidence(UsageError):
    """The evidence has no header, so nothing in it can be judged."""


class EvidenceWriter:
    """Appends records as they come; each line is whole on disk before the next begins."""

    def __init__(self, path: Path, header: dict[str, Any]) -> None:
        """Begin a new file at *path* with *header*, readable by its owner only.

        Raises:
            Unwritable: if there is no room, or no such directory.
        """
        self.trouble: Unwritable | None = None
        self._path = path
        try:
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        except OSError as error:
            raise self._unwritable(error) from error
        self._file = os.fdopen(opened, "wb", buffering=0)
        self.append({"kind": "header", **header})

    def append(self, line: dict[str, Any]) -> None:
        """Write one line; after one that could not be written none is tried.

        Raises:
            Unwritable: if this is the one.
        """
        if self.trouble:
            return
        # Lone surrogates of the target's are escaped rather than refused.
        rest = memoryview(json.dumps(line, ensure_ascii=True).encode() + b"\n")
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> Unwritable:
        self.trouble = Unwritable(
            f"The evidence {self._path} can't be written ({error.strerror}): "
            "make room on the disk, or give another --report-dir."
        )
        return self.trouble

    def close(self, footer: dict[str, Any]) -> None:
        """End the file with *footer*."""
        self.append({"kind": "footer", **footer})
        self._file.close()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a run has left: what was planned, what each case saw, how it ended."""

    header: dict[str, Any]
    records: tuple[dict[str, Any], ...]
    footer: dict[str, Any] | None  # None where the file was cut short
    unreadable: int = 0  # lines that are no JSON, or no record of a run
    plan: dict[str, list[str]] | None = None  # for each requirement in scope its cases
    cleaning: tuple[dict[str, Any], ...] = ()  # what the preflight and deleting have cost
    odd: int = 0  # of the unreadable lines those that no cut has made so

    @classmethod
    def from_file(cls, path: Path) -> Evidence:
        """Read what is whole in *path*; a missing footer or a cut line is told, not hidden.

        Raises:
            UsageError: if the file can't be read, or its header lacks what judging needs.
            TruncatedEvidence: if there is no header.
        """
        try:
            text = path.read_text("utf-8", errors="replace")
        except OSError as error:
            raise UsageError(
                f"{path} can't be read ({error.strerror}): name an evidence.jsonl of a run."
            ) from error
        with _no_garbage():
            lines, unreadable, odd = _read(text)
        headers = [line for line in lines if line["kind"] == "header"]
        if not headers:
            raise TruncatedEvidence(f"{path} has no header line: it is no evidence of a run.")
        heading.check(headers[0], path)
        footers = [line for line in lines if line["kind"] == "footer"]
        return cls(
            header=headers[0],
            records=tuple(line for line in lines if line["kind"] == "case"),
            footer=footers[-1] if footers else None,
            unreadable=unreadable,
            plan=next((line["plan"] for line in lines if line["kind"] == "plan"), None),
            cleaning=tuple(line for line in lines if line["kind"] == "cleaning"),
            odd=odd,
        )

    def exchanges(self) -> Iterator[dict[str, Any]]:
        """Every exchange: of every record, then of the preflight and of the clean-up.

        Each has the name of the variable that holds its key, or None where the header names none.
        """
        variables = self.header["target"].get("key_variables") or {}
        for record in (*self.records, *self.cleaning):
            for each in record["exchanges"]:
                holder = "second" if each["credential"] == "second" else "own"
                yield {**each, "key_variable": variables.get(holder)}


@contextlib.contextmanager
def _no_garbage() -> Iterator[None]:
    """While this goes on, nobody looks for garbage among ever more values that are kept."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read(text: str) -> tuple[list[dict[str, Any]], int, int]:
    """The lines of *text* that can be read, the number of the others, and of the odd among them."""
    lines: list[dict[str, Any]] = []
    unreadable = odd = 0
    for line in filter(None, text.split("\n")):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        has_kind = isinstance(value, dict) and "kind" in value
        if has_kind and is_proper(value):
            lines.append(value)
        else:
            unreadable += 1
            odd += has_kind
    return lines, unreadable, odd
