"""Waivers: a target owner's signed exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import yaml

from conformance.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.verdicts.report import Report

KEYS = ("requirement", "operation", "reason", "issue", "until")
NEEDED = ("requirement", "reason")

#: Characters of what was seen that a draft repeats.
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Waiver:
    """One exception: which requirements (a glob), on which operation, why, and until when."""

    requirement: str
    reason: str
    operation: str | None = None
    issue: str | None = None
    until: date | None = None

    def covers(self, requirement: str, operation: str) -> bool:
        """Whether it speaks of *requirement* of *operation*."""
        return fnmatchcase(requirement, self.requirement) and self.operation in (None, operation)

    def is_expired(self, today: date) -> bool:
        """Whether its time is over, so that it has no effect."""
        return self.until is not None and today > self.until

    def to_json(self) -> dict[str, str]:
        """The waiver as plain data; what was not given is left out."""
        fields = {
            "requirement": self.requirement,
            "operation": self.operation,
            "reason": self.reason,
            "issue": self.issue,
            "until": self.until.isoformat() if self.until else None,
        }
        return {key: value for key, value in fields.items() if value is not None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Waiver:
        """Read a waiver back; the reverse of `to_json`."""
        until = data.get("until")
        return cls(**{**data, "until": date.fromisoformat(until) if until else None})


class _Once(yaml.SafeLoader):
    """Takes a key of a mapping once, where YAML's own loader takes the last of several."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's
        seen = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                problem = f"the key {name!r} stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


@dataclass(frozen=True, slots=True)
class WaiverFile:
    """The waivers of one file."""

    waivers: tuple[Waiver, ...]

    @classmethod
    def from_yaml(cls, path: Path, known: Iterable[tuple[str, str]]) -> WaiverFile:
        """Read *path*; *known* are the requirements with their operations.

        Raises:
            UsageError: if the file is broken, or a waiver is incomplete or covers nothing.
        """
        try:
            rows = yaml.load(path.read_text("utf-8"), Loader=_Once)  # noqa: S506 - a safe loader
        except OSError as error:
            raise UsageError(f"{path} can't be read ({error.strerror}).") from error
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            where = getattr(getattr(error, "problem_mark", None), "line", None)
            line = f", line {where + 1}" if where is not None else ""
            problem = getattr(error, "problem", None)
            why = f" ({problem})" if problem else ""
            raise UsageError(f"{path}{line}: broken YAML{why}; mend it there.") from error
        if not isinstance(rows, list):
            raise UsageError(f"{path}: must be a list of waivers, each with {', '.join(NEEDED)}.")
        known = tuple(known)
        return cls(tuple(_waiver(path, n, row, known) for n, row in enumerate(rows, 1)))


def _waiver(path: Path, number: int, row: Any, known: tuple[tuple[str, str], ...]) -> Waiver:  # noqa: ANN401 - a user's YAML
    where = f"{path}, waiver {number}"
    if not isinstance(row, dict):
        raise UsageError(f"{where}: must have {', '.join(NEEDED)}.")
    strange = sorted(str(key) for key in row if key not in KEYS)
    if strange:
        raise UsageError(f"{where}: unknown key {strange[0]!r}; known are {', '.join(KEYS)}.")
    missing = [key for key in NEEDED if not isinstance(row.get(key), str) or not row[key]]
    if missing:
        raise UsageError(f"{where}: needs {missing[0]} as a text.")
    until = row.get("until")
    if until is not None and type(until) is not date:  # a datetime is one, too
        raise UsageError(f"{where}: until must be a date like 2026-12-31.")
    waiver = Waiver(
        requirement=row["requirement"],
        reason=row["reason"],
        operation=row.get("operation"),
        issue=str(row["issue"]) if row.get("issue") else None,
        until=until,
    )
    if not any(waiver.covers(*each) for each in known):
        raise UsageError(
            f"{where}: no requirement matches {waiver.requirement!r}"
            + (f" of {waiver.operation}" if waiver.operation else "")
            + "; `containers-conformance explain` knows the ids."
        )
    return waiver


def draft(report: Report, path: Path) -> None:
    """Write a waiver for every failed requirement of *report*; its owner gives the reasons.

    Raises:
        UsageError: if *path* can't be written.
    """
    rows = [
        {"requirement": each.id, "reason": f"TODO: {each.message[:LONGEST_REASON]}"}
        for each in report.requirements
        if each.outcome in ("failed", "flaky")
    ]
    try:
        path.write_text(yaml.safe_dump(rows, sort_keys=False, allow_unicode=True), "utf-8")
    except OSError as error:
        raise UsageError(f"{path} can't be written ({error.strerror}).") from error
