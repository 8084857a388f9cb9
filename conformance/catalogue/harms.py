"""What callers suffer where a requirement does not hold, from the worst to the least."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.loading import load
from conformance.catalogue.reading import Items, Table, read, refuse
from conformance.catalogue.shapes import Shape, words
from conformance.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

HARM = Shape("a harm", {"title": str}, {"claims": Items})


@dataclass(frozen=True, slots=True)
class Harm:
    """A kind of harm: how grave it is, 0 being the worst, and a few words for it."""

    name: str
    rank: int
    title: str


@dataclass(frozen=True, slots=True)
class Harms:
    """Every kind of harm, and which claim does which."""

    of_claims: dict[str, Harm]  # in their order: of one harm the plainest first
    rest: Harm  # what a claim does that is not listed

    def of(self, requirement: str) -> Harm:
        """The harm that is done where the requirement of that id does not hold."""
        return self.of_claims.get(requirement.rpartition(".")[2], self.rest)

    def gravity(self, requirement: str) -> tuple[int, int]:
        """How grave it is where the requirement of that id does not hold; less is graver."""
        places = {claim: place for place, claim in enumerate(self.of_claims)}
        claim = requirement.rpartition(".")[2]
        return self.of(requirement).rank, places.get(claim, len(places))

    @classmethod
    def from_yaml(cls, path: Path) -> Harms:
        """Read the table at *path*.

        Raises:
            UsageError: if it is missing or broken, with the line and the mend.
        """
        try:
            table = read(path, path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path} can't be read: the table of harms belongs there.") from error
        if not isinstance(table, Table):
            refuse(path, 1, "the harms are not a mapping", "give each a name, a title and claims")
        of_claims: dict[str, Harm] = {}
        rest: list[Harm] = []
        for rank, name in enumerate(table):
            row = HARM.fit(path, table[name], table.line_of(name))
            harm = Harm(name, rank, str(row["title"]))
            rest += [] if "claims" in row else [harm]
            for claim, line in words(path, row.get("claims"), "a claim"):
                if of_claims.setdefault(claim, harm) is not harm:
                    refuse(path, line, f"'{claim}' does two harms", "leave it to the worse")
        if len(rest) != 1:
            refuse(path, 1, f"{len(rest)} harms list no claims", "let exactly one take the rest")
        return cls(of_claims, rest[0])


@functools.cache
def harms() -> Harms:
    """The table that came with this package."""
    return Harms.from_yaml(load().directory / "harms.yaml")
