"""A matrix of several reports as a page, as Markdown and as JSON."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import TYPE_CHECKING

from conformance.reporting import pages
from conformance.reporting.escaping import printable
from conformance.reporting.markdown import code, plain
from conformance.reporting.writing import write_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.verdicts.matrix import Cell, Matrix, Row, Summary

#: Characters of any one text on the page, and of a message beside a cell.
LIMIT, SHOWN = 2_000, 300

#: Characters of Markdown: a comment on GitHub holds 65,536. Of very many targets it is cut.
ROOM, LONGEST = 60_000, 64_500

#: Characters of a target's name over a column.
LABEL = 40

#: How each state is shown: a sign and a word, so that neither colour nor sign is needed.
SIGNS = {
    "holds": "✓",
    "broken": "✗",
    "waived": "✗",
    "not-shown": "?",
    "unsupported": "o",
    "not-applicable": "·",
    "not-asked": "·",
}

LEGEND = {
    "holds": "was shown to hold",
    "broken": "failed, always or now and then",
    "waived": "failed, and the target's owner waives it",
    "not-shown": "should have been shown and was not; no failure, and no proof either",
    "unsupported": "an optional feature that the target does not have",
    "not-applicable": "can't be shown under the options of the run",
    "not-asked": "not in that report: another profile, or a filter",
}


def word(cell: Cell) -> str:
    """What a cell says in a word; of what was not shown, why."""
    told = cell.outcome if cell.state == "not-shown" else cell.state
    return (told or cell.state).replace("-", " ")


def as_json(matrix: Matrix) -> str:
    """The matrix for programs."""
    return json.dumps(matrix.to_json(), indent=2) + "\n"


def as_markdown(matrix: Matrix) -> str:
    """The operations, then the requirements in which not all targets hold, as many as fit."""
    legend = " · ".join(f"{SIGNS[state]} {state}" for state in LEGEND)
    parts = ["## Containers API: side by side\n", _targets(matrix), _operations(matrix), legend]
    rows = [_row(each) for each in matrix.rows if each.differs or each.is_broken]
    head = ["\n### Where they differ, or one fails\n", *_head(matrix)]
    room = ROOM - sum(map(len, (*parts, *head)))
    taken = accumulate(len(row) + 1 for row in rows)
    fitting = [row for row, so_far in zip(rows, taken, strict=True) if so_far < room]
    if fitting:
        parts += [*head, *fitting]
    if len(fitting) < len(rows):
        parts.append(f"\n… and {len(rows) - len(fitting)} more: see matrix.html.")
    return "\n".join(parts)[:LONGEST] + "\n"


def _targets(matrix: Matrix) -> str:
    lines = []
    for label, report in zip(matrix.labels, matrix.reports, strict=True):
        told = f"{report.target['base_url']}, profile {report.target['profile']}"
        run = f"suite {report.suite['version']}, {report.run['started_at']}"
        lines.append(f"- **{plain(label[:LABEL])}** {report.verdict} — {code(told)}, {plain(run)}")
    return "\n".join([*lines, ""])


def _head(matrix: Matrix) -> list[str]:
    cells = " | ".join(plain(each[:LABEL]) for each in matrix.labels)
    return [f"| | {cells} |", "|---" * (len(matrix.labels) + 1) + "|"]


def _operations(matrix: Matrix) -> str:
    rows = _head(matrix)
    for each in matrix.reports[0].endpoints:
        told = [_summary(cell) for cell in matrix.summaries(each.operation)]
        rows.append(f"| {each.operation} | {' | '.join(told)} |")
    return "\n".join(rows) + "\n"


def _summary(cell: Summary) -> str:
    if cell.verdict is None:
        return "not asked"
    counts = [
        f"{cell.states[state]} {state}"
        for state in ("holds", "broken", "waived", "not-shown")
        if cell.states[state]
    ]
    return f"{cell.verdict}: {', '.join(counts) or 'nothing shown'}"


def _row(row: Row) -> str:
    cells = " | ".join(f"{SIGNS[each.state]} {word(each)}" for each in row.cells)
    return f"| {code(row.id)} | {cells} |"


def as_html(matrix: Matrix) -> str:
    """The matrix as one page that works offline; all text of strangers is escaped and visible."""
    page = pages.environment(LIMIT).get_template("matrix.html.j2")
    return page.render(
        matrix=matrix,
        targets=[*zip(matrix.labels, matrix.reports, strict=True)],
        legend=LEGEND,
        signs=SIGNS,
        word=word,
        shown=SHOWN,
        visible=printable,
    )


#: Every form by the name that ``matrix --format`` takes.
FORMATS: dict[str, Callable[[Matrix], str]] = {
    "md": as_markdown,
    "html": as_html,
    "json": as_json,
}


def write(matrix: Matrix, directory: Path) -> None:
    """Write ``matrix.html``, ``matrix.md`` and ``matrix.json`` to *directory*.

    Raises:
        UsageError: if one can't be written.
    """
    write_all(directory, ((f"matrix.{name}", make(matrix)) for name, make in FORMATS.items()))
