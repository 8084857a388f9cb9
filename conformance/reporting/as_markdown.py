"""report.md: the report for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reporting import mending, summary
from conformance.reporting.escaping import printable
from conformance.reporting.markdown import SHOWN, code, fenced, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Endpoint, Report, RequirementResult

HIDDEN = "What is not shown may hide more faults: test again when what is above is mended."

#: GitHub refuses a comment of more than 65,536 characters; bytes are counted, to be sure.
LIMIT = 64_000

#: A longer command stands only in report.html: cut, it would not run.
LONGEST_CURL = 2_000

#: Things that a proxy adds which are named for an operation.
ADDED = 8

SIGNS = {
    "conformant": "✅",
    "partial": "☑️",
    "non-conformant": "❌",
    "inconclusive": "❔",
    "unreachable": "🚫",
    "error": "💥",
    "not-implemented": "⬜",
}


def render(report: Report, evidence: Evidence) -> str:  # noqa: ARG001 - as every format
    """The nine operations, then what is red, as much of it as fits."""
    written = [_head(report), _table(report), *_conveyance(report)]
    room = LIMIT - sum(_size(part) for part in written)
    left_out = 0
    for section in _sections(report):
        room -= _size(section)
        if room >= 0 and not left_out:
            written.append(section)
        else:
            left_out += 1
    if left_out:
        written.append(f"… and {left_out} more: see report.html.\n")
    return "\n".join(written).rstrip("\n") + "\n"


def _size(part: str) -> int:
    return len(part.encode("utf-8", "replace")) + 1


def _head(report: Report) -> str:
    tally = summary.Tally.of(report.requirements)
    run = report.run
    told = [
        f"## {SIGNS[report.verdict]} Containers API: {report.verdict}",
        "",
        f"{code(report.target['base_url'])} · profile {code(report.target['profile'])}",
        "",
        f"{summary.in_words(report)} **{tally.in_words()}**",
        "",
        (
            f"{run.get('requests', 0)} requests, {run.get('containers_created', 0)} containers, "
            f"{float(run.get('duration_s') or 0):.1f} s · seed {code(run.get('seed'))} · "
            f"suite {plain(report.suite['version'])} · run {code(run['id'])}"
        ),
        "",
    ]
    told += [f"> {plain(note)}\n>" for note in report.notes[:20]]
    return "\n".join(told) + "\n"


def _table(report: Report) -> str:
    rows = [
        "| operation | | verdict | passed | failed | other | p50 | p95 |",
        "|---|---|---|--:|--:|--:|--:|--:|",
    ]
    grouped = summary.by_operation(report)
    rows += [_row(each, grouped[each.operation]) for each in report.endpoints]
    return "\n".join(rows) + "\n"


def _row(endpoint: Endpoint, results: tuple[RequirementResult, ...]) -> str:
    tally = summary.Tally.of(results)
    cells = [
        endpoint.operation,
        code(f"{endpoint.method} {endpoint.path}"),
        f"{SIGNS[endpoint.verdict]} {endpoint.verdict}",
        str(tally.passed),
        str(tally.failed),
        str(tally.other),
        _milliseconds(endpoint.latency_ms.get("p50")),
        _milliseconds(endpoint.latency_ms.get("p95")),
    ]
    return "| " + " | ".join(cells) + " |"


def _conveyance(report: Report) -> Iterator[str]:
    """What a proxy does with each operation, and what its callers lose."""
    if not report.proxy:
        return
    rows = ["| operation | through the proxy | callers lose | added |", "|---|---|---|---|"]
    for row in report.proxy:
        added = ", ".join(row["added"][:ADDED]) + " …" * (len(row["added"]) > ADDED)
        loses = plain(row["loses"], limit=4 * SHOWN)
        rows.append(f"| {row['operation']} | {row['class']} | {loses} | {plain(added)} |")
    yield "\n".join(rows) + "\n"


def _milliseconds(value: float | None) -> str:
    return "—" if value is None else f"{value:.0f} ms"


def _sections(report: Report) -> Iterator[str]:
    """What is red, the gravest first, then what is only to be known."""
    faults = mending.faults(report)
    if faults:
        yield "### What to mend first\n"
    yield from (_fault(number, each) for number, each in enumerate(faults, 1))
    if faults:
        yield "\n### What was wanted, and what came\n"
    held_up = summary.blamed(report)
    for fault in faults:
        yield from (_failure(each, held_up.get(each.id, 0)) for each in fault.told)
    yield from _rest(faults, held_up)
    groups = summary.left_open(report)
    if groups:
        yield "### Not shown\n"
        yield f"{HIDDEN}\n"
    for (outcome, why), results in groups.items():
        yield _open(outcome, why, results)
    yield from _asides(report)


def _fault(number: int, fault: mending.Fault) -> str:
    """A broken operation in a few lines: what callers suffer, and which requirements say so."""
    lines = []
    for each in fault.told:
        consequence = plain(each.reason or each.message)
        lines.append(f"**{consequence}** {plain(each.sentence)} ({each.level} {code(each.id)})")
    if fault.alike:
        lines.append(f"{len(fault.alike)} more got the very same answer.")
    if fault.more:
        lines.append(f"and {len(fault.more)} more of it.")
    if fault.held_up:
        others = "other" if fault.held_up == 1 else "others"
        lines.append(f"Because of it {fault.held_up} {others} could not be tested.")
    first, *rest = lines
    head = f"{number}. {fault.endpoint.operation}, {fault.harm.title}: {first}"
    return "\n".join([head, *(f"   - {each}" for each in rest)])


def _rest(faults: list[mending.Fault], held_up: dict[str, int]) -> Iterator[str]:
    """What was only counted, operation after operation."""
    for fault in faults:
        if fault.alike:
            alike = f"{len(fault.alike)} more of {fault.endpoint.operation}"
            yield f"#### {alike} with the same answer\n"
            yield "".join(f"- {code(each.id)} {each.level}\n" for each in fault.alike)
        if fault.more:
            yield f"#### {len(fault.more)} more of {fault.endpoint.operation}\n"
            yield from (_failure(each, held_up.get(each.id, 0)) for each in fault.more)


def _failure(result: RequirementResult, held_up: int) -> str:
    told = f"{result.level} {result.outcome}: {plain(result.sentence)}"
    lines = [f"**{code(result.id)}** {told}", ""]
    if held_up:
        lines += [f"Because of it {held_up} more could not be tested.", ""]
    if result.reason:
        lines += [f"_{plain(result.reason)}_", ""]
    pairs = (("wanted", result.wanted), ("got", result.got))
    block = [f"{name:<6}  {printable(text, limit=SHOWN)}" for name, text in pairs if text]
    if not block and result.message:
        block = [printable(result.message, limit=SHOWN)]
    blocks = [fenced("\n".join(block))]
    if result.curl and len(result.curl) <= LONGEST_CURL:
        blocks.append(fenced(printable(result.curl)))  # apart, so that it is copied alone
    return "\n".join([*lines, *blocks, ""])


def _open(outcome: str, why: str, results: list[RequirementResult]) -> str:
    ids = ", ".join(code(each.id) for each in results[:50])
    more = f" and {len(results) - 50} more" if len(results) > 50 else ""  # noqa: PLR2004 - as above
    because = f", because of {code(why)}" if why else ""
    return f"- {len(results)} {outcome}{because}: {ids}{more}"


def _asides(report: Report) -> Iterator[str]:
    waived = [each for each in report.requirements if summary.kind(each) == "waived"]
    if waived:
        yield "\n### Waived\n"
    for each in waived:
        waiver = each.waiver or {}
        told = (waiver.get("reason"), waiver.get("issue"), waiver.get("until"))
        yield f"- {code(each.id)} ({each.outcome}): " + " · ".join(plain(it) for it in told if it)
    if report.left:
        yield "\n### Could not be deleted\n"
        lines = (f"- {each['kind']} {code(summary.called(each))}" for each in report.left[:50])
        yield "\n".join(lines)
