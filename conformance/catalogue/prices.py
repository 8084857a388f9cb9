"""The price table: what a container costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.facts import MEMORY_LIMITS
from conformance.catalogue.reading import Table, read, refuse
from conformance.catalogue.shapes import Shape
from conformance.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

PRICES = Shape(
    "the price table",
    {"source": str, "date": str, "currency": str, "session_minutes": str, "per_session": Table},
)


@dataclass(frozen=True, slots=True)
class Prices:
    """US$ per container and session of twenty minutes, by memory limit, with their source."""

    source: str
    date: str
    per_session: dict[str, float]

    @classmethod
    def from_yaml(cls, path: Path) -> Prices:
        """Read the table at *path*.

        Raises:
            UsageError: if it is missing or broken, with the line and the mend.
        """
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} can't be read: the price table belongs there.") from error
        table = PRICES.fit(path, read(path, text), 1)
        rows = table["per_session"]
        prices: dict[str, float] = {}
        for limit, price in rows.items() if isinstance(rows, Table) else ():
            line = rows.line_of(limit) if isinstance(rows, Table) else 1
            if limit not in MEMORY_LIMITS:
                refuse(
                    path,
                    line,
                    f"unknown memory limit '{limit}'",
                    f"known: {', '.join(MEMORY_LIMITS)}",
                )
            prices[limit] = _dollars(path, line, price)
        for limit in MEMORY_LIMITS:
            if limit not in prices:
                refuse(path, table.line_of("per_session"), f"no price for {limit}", "add it")
        return cls(str(table["source"]), str(table["date"]), prices)

    def of(self, containers: dict[str, int]) -> float:
        """US$ for so many *containers* of each memory limit, a whole session each."""
        return sum(self.per_session[limit] * count for limit, count in containers.items())


def _dollars(path: Path, line: int, price: object) -> float:
    try:
        dollars = float(str(price))
    except ValueError:
        dollars = -1.0
    if not 0 <= dollars < 1000:  # noqa: PLR2004 - a container of a thousand dollars is a slip
        refuse(path, line, f"'{price}' is no price", "write US$ as a number, like 0.03")
    return dollars
