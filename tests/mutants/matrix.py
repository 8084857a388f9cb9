"""The matrix of requirements and mutants: what each lie made fail, and the score."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.mutants.registry import MUTANTS, PREFIXES
from tests.mutants.verdict import Fate, Judged

#: Cells of the matrix.
KILLS, MAY, SURPRISE, MISSING = "K", "a", "!", "-"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Everything that was judged in one go."""

    judged: Sequence[Judged]
    seconds: float
    is_whole: bool = True
    unrun: int = 0  # because the session was interrupted
    excused: Mapping[str, str] = field(default_factory=dict)  # requirements without a lie, and why

    def of(self, *fates: Fate) -> list[Judged]:
        """Those with one of these *fates*, by name."""
        return sorted(
            (each for each in self.judged if each.fate in fates), key=lambda each: each.ending.name
        )

    @property
    def lies(self) -> list[Judged]:
        """The mutants among them."""
        return [each for each in self.judged if each.is_lie]

    @property
    def never_failed(self) -> list[str]:
        """The requirements in scope that no lie makes fail, and that nobody excuses."""
        failed = {row["id"] for each in self.lies for row in each.ending.failed}
        return sorted(
            id_
            for id_ in in_scope(self.lies) - failed
            if not any(fnmatchcase(id_, glob) for glob in self.excused)
        )

    @property
    def is_clean(self) -> bool:
        """Whether every lie does as it declares, and no honest target was blamed.

        Of a part of the lies nobody can say which requirements no lie breaks.
        """
        fine = all(each.fate in (Fate.KILLED, Fate.GREEN) for each in self.judged)
        return fine and not self.unrun and not (self.is_whole and self.never_failed)

    def to_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "seconds": round(self.seconds, 1),
            "never_failed": self.never_failed,
            "judged": [each.to_json() for each in self.judged],
        }


def in_scope(judged: Iterable[Judged]) -> set[str]:
    """The MUST and SHOULD requirements that the runs were about."""
    return {
        row["id"]
        for each in judged
        for row in each.ending.rows
        if row["level"] in ("MUST", "SHOULD")
        and row["outcome"] not in ("unsupported", "not-applicable")
    }


def cell(each: Judged, requirement: str, *, failed: bool) -> str:
    """What a lie did to a requirement: empty where nothing failed and nothing had to."""
    lie = MUTANTS[each.ending.name]
    if failed:
        is_declared = lie.may_fail(requirement)
        return KILLS if lie.must_fail(requirement) else MAY if is_declared else SURPRISE
    return MISSING if any(fnmatchcase(requirement, one) for one in each.missing) else ""


def as_csv(matrix: Matrix) -> str:
    """A row a requirement and a column a lie."""
    lies = sorted(matrix.lies, key=lambda each: each.ending.name)
    columns = [{row["id"] for row in each.ending.failed} for each in lies]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["requirement", *(each.ending.name for each in lies)])
    for id_ in sorted(in_scope(lies)):
        cells = [
            cell(each, id_, failed=id_ in ids) for each, ids in zip(lies, columns, strict=True)
        ]
        writer.writerow([id_, *cells])
    return text.getvalue()


def by_kind(matrix: Matrix) -> list[str]:
    """The matrix with the lies of a kind in one column: how many of them each row finds."""
    kinds = sorted({MUTANTS[each.ending.name].kind for each in matrix.lies})
    counts = Counter[tuple[str, str]]()
    for each in matrix.lies:
        kind = MUTANTS[each.ending.name].kind
        counts.update((row["id"], kind) for row in each.ending.failed)
    lines = [f"{n:>4} {kind}" for n, kind in enumerate(kinds, 1)]
    width = max((len(id_) for id_ in in_scope(matrix.lies)), default=0)
    lines += ["", " " * width + "".join(f"{n:>4}" for n in range(1, len(kinds) + 1))]
    for id_ in sorted(in_scope(matrix.lies)):
        cells = "".join(f"{counts[id_, kind] or '.':>4}" for kind in kinds)
        lines.append(f"{id_:<{width}}{cells}")
    return lines


def by_operation(matrix: Matrix) -> list[str]:
    """For the lies about each operation, on which operations their failures are booked."""
    counts = Counter[tuple[str, str]]()
    for each in matrix.lies:
        booked = {row["operation"] for row in each.ending.failed}
        counts.update(
            (told, seen) for told in MUTANTS[each.ending.name].operations for seen in booked
        )
    head = "".join(f"{n:>5}" for n in range(1, len(PREFIXES) + 1))
    lines = [f"{'lies about  /  with failures on':<32}{head}"]
    for n, told in enumerate(PREFIXES, 1):
        cells = "".join(f"{counts[told, seen] or '.':>5}" for seen in PREFIXES)
        lines.append(f"{n} {told:<30}{cells}")
    return lines
