"""Keeps what was made of files, so that the next process need not make it again.

One JSON file a thing below the user's cache directory, with the checksum of all that it was made
of. It is only ever a short cut: what is missing, stale, damaged or another user's is made anew,
and where nothing can be written nothing is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Who else may write to a file makes it worth nothing.
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def directory() -> Path:
    """Where it is kept."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "containers-conformance"


def kept(name: str, checksum: str) -> Any:  # noqa: ANN401 - any JSON
    """What is kept as *name* and was made of what has *checksum*; None if there is nothing."""
    try:
        with (directory() / f"{name}.json").open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_uid != os.geteuid() or found.st_mode & WRITABLE_BY_OTHERS:
                return None
            table = json.loads(file.read())
    except (OSError, ValueError, RuntimeError, RecursionError):  # RuntimeError: there is no home
        return None
    return table.get("made") if isinstance(table, dict) and table.get("of") == checksum else None


def keep(name: str, checksum: str, made: object) -> None:
    """Keep *made* as *name*, whole or not at all; where that can't be, nothing is."""
    text = json.dumps({"of": checksum, "made": made}, separators=(",", ":"))
    with contextlib.suppress(OSError, RuntimeError):
        place = directory()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, new = tempfile.mkstemp(dir=place, prefix=f".{name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(new).replace(place / f"{name}.json")
        except BaseException:
            Path(new).unlink()
            raise


def checksum_of_code(package: Path, *further: str) -> str:
    """A checksum that changes with any module below *package*, and of *further* words.

    Of each module it knows what the system tells of the file, as Python does when it takes what
    was compiled before, and the time of the last change, which nobody can set.
    """
    digest = hashlib.sha256("\0".join(further).encode())
    for file in _modules(str(package)):
        told = file.stat()
        known = (told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns)
        digest.update(f"{file.path} {known}\n".encode())
    return digest.hexdigest()


def _modules(folder: str) -> Iterator[os.DirEntry[str]]:
    entries: Iterable[os.DirEntry[str]] = sorted(os.scandir(folder), key=lambda each: each.name)
    for each in entries:
        if each.is_dir():
            yield from _modules(each.path)
        elif each.name.endswith(".py"):
            yield each
