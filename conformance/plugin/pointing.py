"""The file of a user's own that code scanning is to mark, as the evidence keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.catalogue.placing import lines_in

#: Characters of a file that are looked at.
MOST = 5_000_000


def pointed_at(file: Path) -> dict[str, Any]:
    """Where *file* stands in its repository, and the line in it that speaks of each operation."""
    with file.open(encoding="utf-8", errors="replace") as opened:
        lines = lines_in(opened.read(MOST))
    return {"file": _within(file.resolve()), "lines": lines}


def _within(file: Path) -> str:
    """The path of *file* from the top of its repository; without one, from where we are."""
    tops = [each for each in file.parents if (each / ".git").exists()]
    for top in (*tops[:1], Path.cwd()):
        if file.is_relative_to(top):
            return file.relative_to(top).as_posix()
    return file.name
