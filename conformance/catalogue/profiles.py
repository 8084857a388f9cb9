"""Expands the profiles: from globs over requirement ids to sorted ids and raised levels."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.catalogue.model import Level, Profile
from conformance.catalogue.reading import Table, refuse
from conformance.catalogue.shapes import PROFILE, hint, words

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalogue.model import Feature, Requirement

_RANK = {Level.MAY: 0, Level.SHOULD: 1, Level.MUST: 2}


@dataclass
class ProfileReader:
    """Expands the profiles of a directory, each after the one that it extends."""

    tables: dict[str, tuple[Path, Table]]
    requirements: dict[str, Requirement]
    features: dict[str, Feature]
    done: dict[str, Profile] = field(default_factory=dict)
    _under_way: list[str] = field(default_factory=list)

    def expand(self, name: str) -> Profile:
        """The profile called *name*, with what it extends."""
        if name not in self.done:
            path, table = self.tables[name]
            if name in self._under_way:
                refuse(path, table.line_of("extends"), "it extends itself", "cut the circle")
            self._under_way.append(name)
            self.done[name] = self._expanded(path, table)
        return self.done[name]

    def _expanded(self, path: Path, table: Table) -> Profile:
        base = self._base(path, table)
        chosen = set(base.requirements) if base else set()
        for pattern, line in words(path, table.get("include"), "a pattern"):
            chosen.update(self._matches(path, pattern, line))
        for pattern, line in words(path, table.get("exclude"), "a pattern"):
            chosen.difference_update(self._matches(path, pattern, line))
        if not chosen:
            refuse(path, table.line, "it holds no requirement", "add patterns under 'include'")
        levels = {**(base.levels if base else {}), **self._levels(path, table)}
        return Profile(
            name=str(table["name"]),
            sentence=str(table["sentence"]),
            requirements=tuple(sorted(chosen)),
            levels={key: level for key, level in sorted(levels.items()) if key in chosen},
            features={**(base.features if base else {}), **self._claims(path, table)},
            cases=tuple(glob for glob, _ in words(path, table.get("cases"), "a pattern")),
        )

    def _base(self, path: Path, table: Table) -> Profile | None:
        if "extends" not in table:
            return None
        name = str(table["extends"])
        if name not in self.tables:
            wrong = f"unknown profile '{name}'"
            refuse(path, table.line_of("extends"), wrong, hint(name, self.tables))
        return self.expand(name)

    def _matches(self, path: Path, pattern: str, line: int) -> list[str]:
        found = fnmatch.filter(self.requirements, pattern)
        if not found:
            mend = "correct or remove it: " + hint(pattern, self.requirements)[:200]
            refuse(path, line, f"the pattern '{pattern}' matches no requirement", mend)
        return [key for key in found if self.requirements[key].retired_in is None]

    def _levels(self, path: Path, table: Table) -> dict[str, Level]:
        raised: dict[str, Level] = {}
        for pattern, word in _entries(table, "levels"):
            line = _line(table, "levels", pattern)
            level = next((level for level in Level if level.value == word), None)
            if level is None:
                refuse(path, line, f"unknown level '{word}'", "write MUST, SHOULD or MAY")
            for key in self._matches(path, pattern, line):
                if _RANK[level] < _RANK[self.requirements[key].level]:
                    mend = "a profile raises levels; leave what it does not ask for out"
                    refuse(path, line, f"'{key}' would be lowered to {word}", mend)
                raised[key] = level
        return raised

    def _claims(self, path: Path, table: Table) -> dict[str, bool]:
        claims: dict[str, bool] = {}
        for name, claim in _entries(table, "features"):
            line = _line(table, "features", name)
            if name not in self.features:
                refuse(path, line, f"unknown feature '{name}'", hint(name, self.features))
            if not isinstance(claim, bool):
                refuse(path, line, f"'{name}' is not true or false", "write one of the two")
            claims[name] = claim
        return claims


def read_profile(path: Path, value: object) -> Table:
    """The table of the profile at *path*, whose name is that of its file."""
    table = PROFILE.fit(path, value, 1)
    if table["name"] != path.stem:
        mend = f"write 'name: {path.stem}' or rename the file"
        refuse(path, table.line_of("name"), f"the name '{table['name']}' is not the file's", mend)
    return table


def _entries(table: Table, key: str) -> list[tuple[str, object]]:
    inner = table.get(key)
    return list(inner.items()) if isinstance(inner, Table) else []


def _line(table: Table, key: str, inner_key: str) -> int:
    inner = table[key]
    return inner.line_of(inner_key) if isinstance(inner, Table) else table.line
