"""What a run says about a lie or a variant, and the summary of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tests.mutants.registry import MUTANTS, VARIANTS
from tests.mutants.trial import Ending


class Fate(Enum):
    """What became of a lie or a variant."""

    KILLED = "killed"
    OTHERWISE = "otherwise"  # found where it is, but by no requirement that must find it
    SURVIVED = "survived"
    MISBOOKED = "misbooked"
    GREEN = "green"
    BLAMED = "blamed"
    HUNG = "hung"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Judged:
    """A lie or a variant, with what failed where it should not have."""

    ending: Ending
    fate: Fate
    found: tuple[str, ...] = ()  # failed where the fault is
    misbooked: tuple[str, ...] = ()  # failed on an operation that is not at fault
    undeclared: tuple[str, ...] = ()  # failed on the operation at fault, without being declared

    def to_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        ending = self.ending
        return {
            "name": ending.name,
            "fate": self.fate.value,
            "status": ending.status,
            "duration_s": round(ending.duration_s, 2),
            "requests": ending.run.get("requests"),
            "containers_left": ending.run.get("containers_left"),
            "found": list(self.found),
            "misbooked": list(self.misbooked),
            "undeclared": list(self.undeclared),
            "failed": [dict(row) for row in ending.red],
            "untestable": len(ending.untestable),
            "output": ending.output if self.fate in (Fate.HUNG, Fate.BROKEN) else "",
        }


def judge(ending: Ending) -> Judged:
    """What became of the subject of *ending*."""
    if ending.status is None:
        return Judged(ending, Fate.HUNG)
    is_lie = ending.name in MUTANTS
    outcomes = [row["outcome"] for row in ending.rows]
    if "passed" not in outcomes or (is_lie and "error" in outcomes):
        return Judged(ending, Fate.BROKEN)
    return _judge_mutant(ending) if is_lie else _judge_variant(ending)


def _judge_mutant(ending: Ending) -> Judged:
    lie = MUTANTS[ending.name]
    ids = [row["id"] for row in ending.failed]
    elsewhere = [row["id"] for row in ending.failed if row["operation"] not in lie.operations]
    found = tuple(id_ for id_ in ids if lie.must_fail(id_))
    misbooked = tuple(id_ for id_ in elsewhere if not lie.may_fail(id_))
    undeclared = tuple(id_ for id_ in ids if not lie.may_fail(id_) and id_ not in elsewhere)
    here = tuple(id_ for id_ in ids if id_ not in misbooked)
    found_fate = Fate.KILLED if found else Fate.OTHERWISE if here else Fate.SURVIVED
    fate = Fate.MISBOOKED if misbooked else found_fate
    return Judged(ending, fate, found or here, misbooked, undeclared)


def _judge_variant(ending: Ending) -> Judged:
    red = tuple(row["id"] for row in ending.red if row["level"] == "MUST")
    untestable = tuple(row["id"] for row in ending.untestable if row["level"] == "MUST")
    is_green = ending.status == 0 and not red
    blamed = red or untestable or (f"exit status {ending.status}",)
    return Judged(ending, Fate.GREEN if is_green else Fate.BLAMED, misbooked=blamed)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Everything that was judged in one go."""

    judged: Sequence[Judged]
    in_scope: frozenset[str]
    seconds: float
    is_whole: bool = True
    unrun: int = 0  # because the session was interrupted

    def of(self, *fates: Fate) -> list[Judged]:
        """Those with one of these *fates*, by name."""
        return sorted(
            (each for each in self.judged if each.fate in fates), key=lambda each: each.ending.name
        )

    @property
    def lies(self) -> list[Judged]:
        """The mutants among them."""
        return [each for each in self.judged if each.ending.name in MUTANTS]

    @property
    def never_failed(self) -> list[str]:
        """The requirements in scope that no lie makes fail."""
        failed = {row["id"] for each in self.lies for row in each.ending.failed}
        return sorted(self.in_scope - failed)

    @property
    def is_clean(self) -> bool:
        """Whether every lie was found where it is, and no honest target was blamed."""
        fine = all(each.fate in (Fate.KILLED, Fate.GREEN) for each in self.judged)
        return fine and not self.unrun


def in_scope(endings: Iterable[Judged]) -> frozenset[str]:
    """The MUST and SHOULD requirements that the runs were about."""
    return frozenset(
        row["id"]
        for each in endings
        for row in each.ending.rows
        if row["level"] in ("MUST", "SHOULD")
        and row["outcome"] not in ("unsupported", "not-applicable")
    )


def _line(each: Judged) -> str:
    parts = [f"  {each.ending.name}"]
    if each.fate is Fate.MISBOOKED and not each.found:
        parts.append(f"(declared: {', '.join(MUTANTS[each.ending.name].breaks)})")
    if each.misbooked:
        parts.append(f"-> {', '.join(each.misbooked[:6])}")
    if each.fate in (Fate.SURVIVED, Fate.OTHERWISE):
        parts.append(f"(declared: {', '.join(MUTANTS[each.ending.name].breaks)})")
        parts.append(f"failed: {', '.join(each.found[:6]) or 'nothing'}")
    errors = [row for row in each.ending.rows if row["outcome"] == "error"]
    if errors:
        first = str(errors[0]["message"])[:200]
        parts.append(f"{len(errors)} faults of the suite, {errors[0]['id']}: {first}")
    elif each.fate in (Fate.HUNG, Fate.BROKEN):
        parts.append(f"status {each.ending.status}: {each.ending.output.strip()[-300:]}")
    return " ".join(parts)


def render(matrix: Matrix) -> str:
    """The summary that a run prints."""
    lies = matrix.lies
    found = [each for each in lies if each.found]
    booked = [each for each in found if not each.misbooked]
    lines = []
    for fate in (each for each in Fate if each not in (Fate.KILLED, Fate.GREEN)):
        some = matrix.of(fate)
        if some:
            lines += [f"{fate.value}: {len(some)}", *map(_line, some), ""]
    if lies:
        rows = sum(len(each.ending.failed) for each in lies) / len(lies)
        never = matrix.never_failed
        surprised = sum(bool(each.undeclared) for each in lies)
        lines += [
            f"requirements in scope that no lie makes fail: {len(never)}",
            *(f"  {each}" for each in never if matrix.is_whole),
            "",
            f"found {len(found)} of {len(lies)} lies ({len(found) / len(lies):.1%})",
            f"booked right {len(booked)} of {len(found)}",
            f"mean red rows per lie {rows:.1f}; lies with undeclared failures {surprised}",
        ]
    honest = [each for each in matrix.judged if each.ending.name in VARIANTS]
    if honest:
        green = sum(each.fate is Fate.GREEN for each in honest)
        lines.append(f"green {green} of {len(honest)} variants")
    if matrix.unrun:
        lines.append(f"interrupted: {matrix.unrun} were not run")
    return "\n".join([*lines, f"time {matrix.seconds:.0f} s"])
