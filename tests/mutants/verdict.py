"""What a run says about a lie or a variant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from tests.mutants.registry import MUTANTS, Mutant
from tests.mutants.trial import FELL, Ending

#: Outcomes of a requirement that a run had nothing to say about.
_OUT_OF_SCOPE = ("unsupported", "not-applicable")


class Fate(Enum):
    """What became of a lie or a variant; all but the first two fail the session."""

    KILLED = "killed"
    GREEN = "green"
    SURVIVED = "survived"
    MISBOOKED = "misbooked"  # something failed on an operation that is not at fault
    OTHERWISE = "otherwise"  # found where it is, but by no requirement that must find it
    MISSED = "missed"  # found, but something that must fail did not
    SURPRISED = "surprised"  # found, but something failed that was not declared
    BLAMED = "blamed"
    HUNG = "hung"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Judged:
    """A lie or a variant, with what differs from its declaration."""

    ending: Ending
    fate: Fate
    found: tuple[str, ...] = ()  # failed where the fault is
    misbooked: tuple[str, ...] = ()  # failed on an operation that is not at fault
    undeclared: tuple[str, ...] = ()  # failed on the operation at fault, without being declared
    missing: tuple[str, ...] = ()  # what must fail, as it is declared, and did not

    @property
    def is_lie(self) -> bool:
        """Whether the subject is a lie rather than a harmless variant."""
        return self.ending.name in MUTANTS

    @property
    def differences(self) -> list[str]:
        """What came (+) and was not declared, and what was declared and did not come (-)."""
        came = [f"+{id_}" for id_ in (*self.misbooked, *self.undeclared)]
        return [*(f"-{pattern}" for pattern in self.missing), *came]

    def to_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        ending = self.ending
        return {
            "name": ending.name,
            "fate": self.fate.value,
            "status": ending.status,
            "duration_s": round(ending.duration_s, 2),
            "cpu_s": round(ending.cpu_s, 2),
            "requests": ending.run.get("requests"),
            "containers_left": ending.run.get("containers_left"),
            "found": list(self.found),
            "misbooked": list(self.misbooked),
            "undeclared": list(self.undeclared),
            "missing": list(self.missing),
            "failed": [dict(row) for row in ending.red],
            "untestable": len(ending.untestable),
            "output": ending.output if self.fate in (Fate.HUNG, Fate.BROKEN) else "",
        }


def judge(ending: Ending) -> Judged:
    """What became of the subject of *ending*."""
    if ending.status is None:
        return Judged(ending, Fate.HUNG)
    lie = MUTANTS.get(ending.name)
    outcomes = [row["outcome"] for row in ending.rows]
    if "passed" not in outcomes or ending.status == FELL or (lie and ending.stumbles):
        return Judged(ending, Fate.BROKEN)
    return _judge_mutant(lie, ending) if lie else _judge_variant(ending)


def _judge_mutant(lie: Mutant, ending: Ending) -> Judged:
    ids = [row["id"] for row in ending.failed]
    elsewhere = {row["id"] for row in ending.failed if row["operation"] not in lie.operations}
    found = tuple(id_ for id_ in ids if lie.must_fail(id_))
    surprising = [id_ for id_ in ids if not lie.may_fail(id_)]
    misbooked = tuple(id_ for id_ in surprising if id_ in elsewhere)
    undeclared = tuple(id_ for id_ in surprising if id_ not in elsewhere)
    here = tuple(id_ for id_ in ids if id_ not in misbooked)
    missing = _missing(lie, ending)
    fate = Fate.SURVIVED if not here else Fate.OTHERWISE
    if misbooked:
        fate = Fate.MISBOOKED
    elif found:
        fate = Fate.MISSED if missing else Fate.SURPRISED if undeclared else Fate.KILLED
    return Judged(ending, fate, found or here, misbooked, undeclared, missing)


def _missing(lie: Mutant, ending: Ending) -> tuple[str, ...]:
    """What *lie* must break, was asked for in this run, and did not fail."""
    asked = [row["id"] for row in ending.rows if row["outcome"] not in _OUT_OF_SCOPE]
    failed = [row["id"] for row in ending.failed]
    return tuple(
        pattern
        for pattern in lie.breaks
        if any(fnmatchcase(id_, pattern) for id_ in asked)
        and not any(fnmatchcase(id_, pattern) for id_ in failed)
    )


def _judge_variant(ending: Ending) -> Judged:
    red = tuple(row["id"] for row in ending.red if row["level"] == "MUST")
    untestable = tuple(row["id"] for row in ending.untestable if row["level"] == "MUST")
    is_green = ending.status == 0 and not red
    blamed = red or untestable or (f"exit status {ending.status}",)
    return Judged(ending, Fate.GREEN if is_green else Fate.BLAMED, misbooked=blamed)
