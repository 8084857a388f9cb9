"""Two reports held against each other: what no longer holds, what holds now, what came and went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.verdicts.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.verdicts.report import Report, RequirementResult

SCHEMA_VERSION = "1"

#: What can have become of a requirement, in the order in which it is told.
KINDS = ("regressed", "fixed", "added", "removed", "changed")

HELD = Outcome.PASSED.value

#: Outcomes that are no fault of the target.
_ASIDE = frozenset({Outcome.UNSUPPORTED.value, Outcome.NOT_APPLICABLE.value})


@dataclass(frozen=True, slots=True)
class Change:
    """What has become of one requirement; None stands for a report that does not have it."""

    id: str
    operation: str
    before: RequirementResult | None
    after: RequirementResult | None

    @property
    def kind(self) -> str:
        """One of `KINDS`, or ``unchanged``."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        was, is_now = self.before.outcome, self.after.outcome
        if (was, self.before.waived) == (is_now, self.after.waived):
            return "unchanged"
        if was == HELD and self._is_lost(self.after):
            return "regressed"
        return "fixed" if is_now == HELD and was not in _ASIDE else "changed"

    @staticmethod
    def _is_lost(after: RequirementResult) -> bool:
        """Whether callers can no longer rely on it: it is red and not waived, or unsupported."""
        return not after.waived and after.outcome != Outcome.NOT_APPLICABLE.value

    def to_json(self) -> dict[str, Any]:
        """The change as plain data."""
        return {
            "id": self.id,
            "operation": self.operation,
            "before": _side(self.before),
            "after": _side(self.after),
        }


def _side(result: RequirementResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "level": result.level,
        "outcome": result.outcome,
        "waived": result.waived,
        "message": result.message,
    }


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed from one report to another."""

    old: Report
    new: Report
    changes: tuple[Change, ...]

    @classmethod
    def of(cls, old: Report, new: Report) -> Comparison:
        """Compare *old* with *new*, in the order of the new report, then of what is gone."""
        before = {each.id: each for each in old.requirements}
        after = {each.id: each for each in new.requirements}
        both = {**after, **before}
        return cls(
            old,
            new,
            tuple(
                Change(id_, both[id_].operation, before.get(id_), after.get(id_))
                for id_ in (*after, *(each for each in before if each not in after))
            ),
        )

    def __getitem__(self, kind: str) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(each for each in self.changes if each.kind == kind)

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known before the two are compared, in sentences."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        old, new = self.old, self.new
        for what in ("base_url", "profile"):
            if old.target[what] != new.target[what]:
                name = what.replace("_", " ")
                yield f"The {name} differs: {old.target[what]}, then {new.target[what]}."
        same = old.suite["catalogue_sha256"] == new.suite["catalogue_sha256"]
        if not same:
            yield "They are of different catalogues: requirements came, went or changed."
        unasked = [each for each in self["removed"] if each.before and each.before.outcome == HELD]
        if same and unasked and old.target["profile"] == new.target["profile"]:
            yield f"{len(unasked)} that held were not asked for in the new run."
        if new.run["interrupted"] or new.verdict in ("inconclusive", "unreachable", "error"):
            yield f"The new run was not whole: its verdict is {new.verdict}."

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain data."""
        return {
            "schema_version": SCHEMA_VERSION,
            "old": _identity(self.old),
            "new": _identity(self.new),
            "notes": list(self.notes),
            "counts": {kind: len(self[kind]) for kind in (*KINDS, "unchanged")},
            **{kind: [each.to_json() for each in self[kind]] for kind in KINDS},
        }


def _identity(report: Report) -> dict[str, Any]:
    return {
        "run": report.run["id"],
        "started_at": report.run["started_at"],
        "target": report.target["name"],
        "base_url": report.target["base_url"],
        "profile": report.target["profile"],
        "verdict": report.verdict,
        "catalogue_sha256": report.suite["catalogue_sha256"],
    }
