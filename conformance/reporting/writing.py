"""Writes what was rendered: each file whole or not at all, for its owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def write_all(directory: Path, files: Iterable[tuple[str, str]]) -> None:
    """Write *files*, pairs of name and text, to *directory*, which is made where it is missing.

    Raises:
        UsageError: if one can't be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in files:
            _write(directory / name, text)
    except OSError as error:
        raise UsageError(
            f"The report can't be written to {directory} ({error.strerror}): "
            "name a directory that you may write to with --report-dir."
        ) from error


def summarise(directory: Path, environ: Mapping[str, str]) -> str | None:
    """On GitHub Actions, add the report to the summary of the job; why not, where it can't be."""
    summary = environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        text = (directory / "report.md").read_text("utf-8")
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            return (
                f"GITHUB_STEP_SUMMARY: {summary} can't be written ({error.strerror}), "
                f"so the report stands in {directory} alone."
            )
    return None


def _write(path: Path, text: str) -> None:
    """Write *text* to a new file of mode 0600 beside *path*, then put it in its place."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
        os.replace(name, path)  # noqa: PTH105 - as mkstemp names it
    except BaseException:
        os.unlink(name)  # noqa: PTH108 - as mkstemp names it
        raise
