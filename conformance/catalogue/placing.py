"""Where a file speaks of each operation: a description of the API, or the code that serves it."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from conformance.catalogue.loading import load
from conformance.catalogue.model import OPERATIONS, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The document that comes with the suite, as its repository has it.
DOCUMENT = "spec/openapi.yaml"


def lines_in(text: str) -> dict[str, int]:
    """The line of *text*, from 1, that speaks of each operation; 1 where none does.

    A line that declares its ``operationId`` goes before one that has it as a word, that before
    one with its method and path, and that before one with its path alone.
    """
    lines = text.splitlines()
    return {each.id: _line_of(each, lines) for each in OPERATIONS}


def _line_of(operation: Operation, lines: list[str]) -> int:
    for pattern in _patterns(operation):
        found = [number for number, line in enumerate(lines, 1) if pattern.search(line)]
        if found:  # what is further in refers to what is further out
            return min(found, key=lambda number: _indentation(lines[number - 1]))
    return 1


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _patterns(operation: Operation) -> Iterable[re.Pattern[str]]:
    """What speaks of *operation*, the plainest first; parameters may be written in many ways."""
    path = re.sub(r"\\{\w+\\}", r"(?:\\{[^/]+\\}|:\\w+|<[^/>]+>)", re.escape(operation.path))
    path = rf"{path}/?(?![\w/{{<:-])"
    yield re.compile(rf"^\s*[\"']?operationId[\"']?:\s*[\"']?{operation.id}\b")
    yield re.compile(rf"\b{operation.id}\b", re.IGNORECASE)
    yield re.compile(rf"\b{operation.method}\b.*{path}", re.IGNORECASE)
    yield re.compile(path)


@functools.cache
def lines_of_document() -> dict[str, int]:
    """The line of the suite's own OpenAPI document that declares each operation."""
    return lines_in((load().directory / "openapi.yaml").read_text("utf-8"))
