"""A comparison of two reports: for people, for a pull request, for programs."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import TYPE_CHECKING

from conformance.reporting.escaping import printable
from conformance.reporting.markdown import code, plain
from conformance.verdicts.comparison import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.verdicts.comparison import Change, Comparison
    from conformance.verdicts.report import Report, RequirementResult

#: Characters of what was seen that are shown.
SHOWN = 300

#: Characters of Markdown that changes take: a comment on GitHub holds 65,536.
ROOM = 55_000

HEAD = ("| requirement | level | | |", "|---|---|---|---|")

TITLES = {
    "regressed": "Regressed",
    "fixed": "Fixed",
    "added": "Added",
    "removed": "Removed",
    "changed": "Otherwise changed",
}


def _counts(comparison: Comparison) -> str:
    told = [f"{len(comparison[kind])} {kind}" for kind in KINDS]
    return " · ".join([*told, f"{len(comparison['unchanged'])} unchanged"])


def _outcome(result: RequirementResult | None) -> str:
    if result is None:
        return "not there"
    return f"{result.outcome}, waived" if result.waived else result.outcome


def _step(change: Change) -> str:
    return f"{_outcome(change.before)} → {_outcome(change.after)}"


def _level(change: Change) -> str:
    side = change.after or change.before
    return side.level if side else ""


def _why(change: Change) -> str:
    return change.after.message if change.after else ""


def _identity(report: Report) -> str:
    target = report.target
    told = f"{target['name']} at {target['base_url']}, profile {target['profile']}"
    return f"{told}, run {report.run['id']}: {report.verdict}"


def as_text(comparison: Comparison) -> str:
    """The comparison for a terminal."""
    lines = [
        f"old  {printable(_identity(comparison.old), limit=SHOWN)}",
        f"new  {printable(_identity(comparison.new), limit=SHOWN)}",
        *(f"note {printable(each, limit=SHOWN)}" for each in comparison.notes),
        "",
        _counts(comparison),
        *_text_of_kinds(comparison),
    ]
    return "\n".join(lines) + "\n"


def _text_of_kinds(comparison: Comparison) -> Iterator[str]:
    for kind in KINDS:
        changes = comparison[kind]
        if changes:
            yield ""
            yield TITLES[kind]
        for each in changes:
            yield f"  {printable(each.id)}  {_level(each)}  {_step(each)}"
            if _why(each) and kind != "removed":
                yield f"    {printable(_why(each), limit=SHOWN)}"


def as_markdown(comparison: Comparison) -> str:
    """The comparison for a pull request."""
    sign = "❌" if comparison["regressed"] else "✅"
    parts = [
        f"## {sign} Containers API: {len(comparison['regressed'])} regressed\n",
        f"- old: {code(_identity(comparison.old))}\n- new: {code(_identity(comparison.new))}\n",
        f"{_counts(comparison)}\n",
        *(f"> {plain(each)}\n" for each in comparison.notes),
    ]
    room, left_out = ROOM, 0
    for kind in KINDS:
        changes = comparison[kind]
        rows = [_row(each) for each in changes]
        taken = accumulate(map(len, rows))
        fitting = [row for row, so_far in zip(rows, taken, strict=True) if so_far < room]
        room -= sum(map(len, fitting))
        left_out += len(rows) - len(fitting)
        if fitting:
            parts.append("\n".join([f"### {TITLES[kind]}\n", *HEAD, *fitting, ""]))
    if left_out:
        parts.append(f"… and {left_out} more.\n")
    return "\n".join(parts)


def _row(change: Change) -> str:
    why = code(_why(change)) if _why(change) else ""
    return f"| {code(change.id)} | {_level(change)} | {_step(change)} | {why} |"


def as_json(comparison: Comparison) -> str:
    """The comparison for programs."""
    return json.dumps(comparison.to_json(), indent=2) + "\n"


#: Every form by the name that ``compare --format`` takes.
FORMATS: dict[str, Callable[[Comparison], str]] = {
    "text": as_text,
    "md": as_markdown,
    "json": as_json,
}
