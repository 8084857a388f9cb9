"""What each file of the catalogue may hold: its keys, and the kind of each key's value."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from conformance.catalogue.reading import Items, Table, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

T = TypeVar("T")
_KINDS: dict[type, str] = {str: "text", bool: "true or false", Items: "a list", Table: "a mapping"}


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys that a table of a file must and may have."""

    noun: str
    required: dict[str, type]
    optional: dict[str, type] = field(default_factory=dict)

    def fit(self, path: Path, value: object, line: int) -> Table:
        """*value* as a table of this shape; refuses the file where it is none."""
        if not isinstance(value, Table):
            refuse(path, line, f"{self.noun} is not a mapping", f"give it the keys {self._keys()}")
        for key, content in value.items():
            kind = self.required.get(key) or self.optional.get(key)
            if kind is None:
                refuse(path, value.line_of(key), f"{self.noun} has no key '{key}'", self._hint(key))
            if not isinstance(content, kind) or content == "":
                refuse(path, value.line_of(key), f"'{key}' is not {_KINDS[kind]}", "correct it")
        for key in self.required:
            if key not in value:
                refuse(path, value.line, f"{self.noun} lacks the key '{key}'", f"add '{key}: …'")
        return value

    def _keys(self) -> str:
        return ", ".join((*self.required, *self.optional))

    def _hint(self, key: str) -> str:
        return hint(key, (*self.required, *self.optional))


def hint(word: str, known: Iterable[str]) -> str:
    """How to mend a *word* that is none of the *known* ones."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    return f"did you mean '{close[0]}'?" if close else f"known are {', '.join(names) or 'none'}"


def choose(path: Path, table: Table, key: str, known: dict[str, T]) -> T:
    """What *known* has for the word under *key*; refuses the file where it has nothing."""
    word = table[key]
    if not isinstance(word, str) or word not in known:
        refuse(path, table.line_of(key), f"unknown {key} '{word}'", hint(str(word), known))
    return known[word]


def words(path: Path, value: object, noun: str) -> Iterable[tuple[str, int]]:
    """Each word of a list, with its line; refuses the file where one is no word."""
    for item, line in zip(value, value.lines, strict=True) if isinstance(value, Items) else ():
        if not isinstance(item, str) or not item:
            refuse(path, line, f"{noun} is no text", "write a word or put it in quotes")
        yield item, line


REQUIREMENT = Shape(
    "a requirement",
    {"id": str, "level": str, "operation": str, "sentence": str, "sources": Table, "since": str},
    {"reason": str, "feature": str, "passive": bool, "retired_in": str},
)
UNTESTED = Shape("an untested sentence", {"sentence": str, "sources": Table, "untested": str})
FEATURE = Shape("a feature", {"sentence": str, "probed": bool})
DOCUMENT = Shape(
    "a document",
    {"title": str, "what": str, "date": str},
    {"sha256": str, "version": str, "places": Table},
)
PROFILE = Shape(
    "a profile",
    {"name": str, "sentence": str},
    {
        "extends": str,
        "include": Items,
        "exclude": Items,
        "levels": Table,
        "features": Table,
        "cases": Items,
    },
)
