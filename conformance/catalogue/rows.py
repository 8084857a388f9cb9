"""Turns the rows of the catalogue's files into requirements, untested sentences and features."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from conformance.catalogue.model import (
    OPERATIONS,
    PROXY,
    Document,
    Feature,
    Level,
    Requirement,
    Source,
    Untested,
)
from conformance.catalogue.reading import Items, Table, refuse
from conformance.catalogue.shapes import (
    DOCUMENT,
    FEATURE,
    REQUIREMENT,
    UNTESTED,
    choose,
    hint,
    words,
)

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalogue.shapes import Shape

_ID = re.compile(r"(proxy\.)?[a-z]+\.[a-z]+\.[a-z0-9-]+")
_LEVELS = {level.value: level for level in Level}
_OPERATIONS = {operation.id: operation for operation in OPERATIONS}
_PREFIXES = {
    start + operation.prefix: operation.id for start in ("", PROXY) for operation in OPERATIONS
}


@dataclass(slots=True)
class RowReader:
    """Reads the rows of requirements, file by file, against the known features and documents."""

    features: dict[str, Feature]
    documents: dict[str, Document]
    requirements: dict[str, Requirement] = field(default_factory=dict)
    untested: list[Untested] = field(default_factory=list)
    _places: dict[str, str] = field(default_factory=dict)

    def read(self, path: Path, value: object) -> None:
        """Take the rows of the file at *path*."""
        if path.stem not in _PREFIXES:
            mend = hint(path.stem, _PREFIXES)
            refuse(path, 1, f"the file is named after no operation: '{path.stem}'", mend)
        if not isinstance(value, Items):
            refuse(path, 1, "the file is not a list of rows", "begin each row with '- id: …'")
        for row, line in zip(value, value.lines, strict=True):
            if isinstance(row, Table) and "untested" in row and "id" not in row:
                self.untested.append(self._untested(path, UNTESTED.fit(path, row, line)))
            else:
                self._add(path, REQUIREMENT.fit(path, row, line))

    def _add(self, path: Path, row: Table) -> None:
        key = str(row["id"])
        line = row.line_of("id")
        if not _ID.fullmatch(key):
            mend = "write resource.verb.words-with-dashes in lower case"
            refuse(path, line, f"'{key}' is no requirement id", mend)
        if not key.startswith(path.stem + "."):
            mend = f"begin it with '{path.stem}.' or move the row"
            refuse(path, line, f"the id '{key}' is not of this file", mend)
        if key in self.requirements:
            mend = f"rename one; the other is at {self._places[key]}"
            refuse(path, line, f"the id '{key}' stands twice", mend)
        self._places[key] = f"{path.name}:{line}"
        self.requirements[key] = self._requirement(path, row)

    def _requirement(self, path: Path, row: Table) -> Requirement:
        operation = choose(path, row, "operation", _OPERATIONS)
        if operation.id != _PREFIXES[path.stem]:
            mend = f"write 'operation: {_PREFIXES[path.stem]}' or move the row"
            refuse(path, row.line_of("operation"), f"'{operation.id}' is not of this file", mend)
        if "feature" in row:
            choose(path, row, "feature", self.features)
        return Requirement(
            id=str(row["id"]),
            level=choose(path, row, "level", _LEVELS),
            operation=operation.id,
            sentence=str(row["sentence"]),
            sources=self._sources(path, row),
            since=str(row["since"]),
            reason=_text(row, "reason"),
            feature=_text(row, "feature"),
            passive=row.get("passive") is True,
            retired_in=_text(row, "retired_in"),
        )

    def _untested(self, path: Path, row: Table) -> Untested:
        sources = self._sources(path, row)
        return Untested(str(row["sentence"]), sources, str(row["untested"]))

    def _sources(self, path: Path, row: Table) -> tuple[Source, ...]:
        table = cast("Table", row["sources"])
        found: list[Source] = []
        for name, cited in table.items():
            found += self._cited(path, name, cited, table.line_of(name))
        if not found:
            mend = "name the document and the place that state it"
            refuse(path, row.line_of("sources"), "'sources' is empty", mend)
        return tuple(found)

    def _cited(self, path: Path, name: str, cited: object, line: int) -> list[Source]:
        if name not in self.documents:
            refuse(path, line, f"unknown document '{name}'", hint(name, self.documents))
        places = self.documents[name].places
        found = list(words(path, _listed(cited, line), "a place"))
        for place, at in found:
            if places and place not in places:
                refuse(path, at, f"'{name}' has no place '{place}'", hint(place, places))
        if not found:
            refuse(path, line, f"no place of '{name}' is named", "name one or remove the line")
        return [Source(name, place) for place, _ in found]


def _listed(value: object, line: int) -> Items:
    """A list as it is, and a single word as a list of one."""
    if isinstance(value, Items):
        return value
    items = Items(line)
    items.append(value)
    items.lines.append(line)
    return items


def read_features(path: Path, value: object) -> dict[str, Feature]:
    """What a target may claim, by name."""
    return {
        name: Feature(name, str(table["sentence"]), table["probed"] is True)
        for name, table in _named(path, value, FEATURE).items()
    }


def read_documents(path: Path, value: object) -> dict[str, Document]:
    """The documents that requirements cite, by name."""
    return {
        name: _document(path, name, table) for name, table in _named(path, value, DOCUMENT).items()
    }


def _named(path: Path, value: object, shape: Shape) -> dict[str, Table]:
    if not isinstance(value, Table):
        refuse(path, 1, "the file is not a mapping", f"give {shape.noun} a line 'name:'")
    return {name: shape.fit(path, inner, value.line_of(name)) for name, inner in value.items()}


def _document(path: Path, name: str, table: Table) -> Document:
    places = table.get("places")
    entries = places if isinstance(places, Table) else Table(0)
    for place, text in entries.items():
        if not isinstance(text, str) or not text:
            refuse(path, entries.line_of(place), f"'{place}' is no text", "say what it states")
    return Document(
        name=name,
        title=str(table["title"]),
        what=str(table["what"]),
        date=str(table["date"]),
        version=_text(table, "version"),
        sha256=_text(table, "sha256"),
        places={place: str(text) for place, text in entries.items()},
    )


def _text(row: Table, key: str) -> str | None:
    return str(row[key]) if key in row else None
