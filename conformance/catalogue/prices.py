"""The price table: what a container costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Prices:
    """US$ per container and session of twenty minutes, by memory limit, with their source."""

    source: str
    date: str
    per_session: dict[str, float]

    @classmethod
    def from_yaml(cls, path: Path) -> Prices:
        """Read the table at *path*, which ships with the suite."""
        table = yaml.safe_load(path.read_text("utf-8"))
        return cls(str(table["source"]), str(table["date"]), dict(table["per_session"]))

    def of(self, containers: dict[str, int]) -> float:
        """US$ for so many *containers* of each memory limit, a whole session each."""
        return sum(self.per_session[limit] * count for limit, count in containers.items())
