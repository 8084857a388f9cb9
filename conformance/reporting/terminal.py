"""What a run prints at its end: the nine operations, one line of counts, then only what is red."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reporting import summary
from conformance.reporting.escaping import columns, printable, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Endpoint, Report, RequirementResult

#: Columns from which on the table has room for the paths.
WIDE = 128

#: Columns from which on there is room for verdicts in words, methods and latencies.
ROOMY = 80

#: What stands for a verdict where there is no such room.
SIGNS = {
    "conformant": "ok",
    "partial": "~",
    "non-conformant": "NO",
    "not-implemented": "NO",
    "inconclusive": "?",
    "unreachable": "?",
    "error": "!",
}

#: Failures told in full; the rest is one line each.
IN_FULL = 25

#: Characters of one text of the target's that are shown.
SHOWN = 300

_GREEN, _RED, _YELLOW, _BOLD, _DIM = "32", "31", "33", "1", "2"
_COLOURS = {
    "conformant": _GREEN,
    "partial": _YELLOW,
    "non-conformant": _RED,
    "not-implemented": _RED,
    "inconclusive": _YELLOW,
    "unreachable": _RED,
    "error": _RED,
}

_CLASSES = {"transparent": _GREEN, "transforms": _YELLOW, "local": _RED, "missing": _RED}


def render(
    report: Report,
    evidence: Evidence,  # noqa: ARG001 - as every format
    *,
    width: int = 80,
    colour: bool = False,
) -> str:
    """The end of a run in lines of at most *width* columns; only a curl command may be longer."""
    page = _Page(width, colour)
    parts = (
        page.table(report),
        page.conveyance(report),
        page.headline(report),
        page.failures(report),
        page.left_open(report),
        page.asides(report),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


class _Page:
    """Lines of a width, with or without colour; whatever goes in comes out harmless."""

    def __init__(self, width: int, colour: bool) -> None:  # noqa: FBT001 - private
        self.width = max(width, 40)
        self.colour = colour

    def paint(self, text: str, *codes: str) -> str:
        """*text* in colour, where there is any."""
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m"

    def block(self, label: str, text: str, *, indent: int = 2) -> Iterator[str]:
        """*text* behind *label*, wrapped under itself."""
        start = " " * indent + label
        lines = wrapped(printable(text, limit=SHOWN), self.width - len(start))
        yield self.paint(start, _DIM) + lines[0]
        yield from (" " * len(start) + line for line in lines[1:])

    def table(self, report: Report) -> Iterator[str]:
        """A row for each of the nine operations."""
        grouped = summary.by_operation(report)
        if self.width < ROOMY:
            yield self.paint(f"{'operation':<28}    pass bad", _DIM)
            for endpoint in report.endpoints:
                yield self.short_row(endpoint, grouped[endpoint.operation])
            return
        path = f"{'method and path':<58}" if self.width >= WIDE else f"{'':<6}"
        heads = f"{'operation':<28} {path} {'verdict':<15} pass fail other  p50/p95 ms"
        yield self.paint(heads, _DIM)
        for endpoint in report.endpoints:
            yield self.row(endpoint, grouped[endpoint.operation])

    def row(self, endpoint: Endpoint, results: Iterable[RequirementResult]) -> str:
        """One operation: its verdict, its counts and how fast it answered."""
        tally = summary.Tally.of(results)
        where = f"{endpoint.method:<6}"
        if self.width >= WIDE:
            where = f"{where} {endpoint.path:<51}"
        verdict = self.paint(f"{endpoint.verdict:<15}", _COLOURS[endpoint.verdict])
        failed = self.paint(f"{tally.failed:>4}", *([_RED] if tally.failed else []))
        times = "/".join(_milliseconds(endpoint.latency_ms.get(each)) for each in ("p50", "p95"))
        counts = f"{tally.passed:>4} {failed} {tally.other:>5}"
        return f"{endpoint.operation:<28} {where} {verdict} {counts} {times:>11}"

    def short_row(self, endpoint: Endpoint, results: Iterable[RequirementResult]) -> str:
        """One operation where there is no room for more."""
        tally = summary.Tally.of(results)
        sign = self.paint(f"{SIGNS[endpoint.verdict]:<2}", _COLOURS[endpoint.verdict])
        return f"{endpoint.operation:<28} {sign} {tally.passed:>4} {tally.failed:>3}"

    def conveyance(self, report: Report) -> Iterator[str]:
        """What a proxy does with each operation, and what its callers lose."""
        if report.proxy:
            yield ""
            yield self.paint(f"{'through the proxy':<28} {'':<11} callers lose", _DIM)
        for row in report.proxy:
            colour = _CLASSES[row["class"]]
            operation, how = f"{row['operation']:<28} ", f"{row['class']:<11} "
            indent = len(operation + how)
            if self.width < ROOMY:
                yield operation + self.paint(how.rstrip(), colour)
                yield from self.block("", row["loses"])
                continue
            lines = wrapped(printable(row["loses"], limit=4 * SHOWN), self.width - indent)
            yield operation + self.paint(how, colour) + lines[0]
            yield from (" " * indent + line for line in lines[1:])

    def headline(self, report: Report) -> Iterator[str]:
        """The profile and its counts, then the verdict."""
        profile = printable(str(report.target["profile"]), limit=30)
        yield ""
        start = f"{profile}  "
        counts = summary.Tally.of(report.requirements).in_words()
        lines = wrapped(counts, self.width - columns(start))
        yield self.paint(start, _BOLD) + lines[0]
        yield from (" " * columns(start) + line for line in lines[1:])
        words = wrapped(summary.in_words(report), self.width - len(report.verdict) - 2)
        yield f"{self.paint(report.verdict, _BOLD, _COLOURS[report.verdict])}  {words[0]}"
        yield from (" " * (len(report.verdict) + 2) + line for line in words[1:])

    def failures(self, report: Report) -> Iterator[str]:
        """What the target broke, the gravest first."""
        broken = summary.to_mend(report)
        for result in broken[:IN_FULL]:
            yield ""
            yield from self.failure(result)
        if broken[IN_FULL:]:
            yield ""
            yield f"and {len(broken) - IN_FULL} more:"
        for result in broken[IN_FULL:]:
            yield f"  {printable(result.id)}  {result.level}"

    def failure(self, result: RequirementResult) -> Iterator[str]:
        """One requirement that does not hold: what was wanted, what came, how to repeat it."""
        flaky = "  flaky" if result.outcome == "flaky" else ""
        yield f"{self.paint(printable(result.id), _BOLD)}  {self.paint(result.level + flaky, _RED)}"
        yield from self.block("", result.sentence)
        if result.wanted is None and result.got is None:
            yield from self.block("", result.message)
        if result.wanted is not None:
            yield from self.block("wanted  ", result.wanted)
        if result.got is not None:
            yield from self.block("got     ", result.got)
        if result.curl:
            yield f"  {printable(result.curl)}"

    def left_open(self, report: Report) -> Iterator[str]:
        """What was not shown, by what is to blame."""
        for (outcome, why), results in summary.left_open(report).items():
            yield ""
            because = _because(printable(why, limit=SHOWN), is_blamed=why == results[0].blame)
            told = wrapped(f"{len(results)} {outcome}{because}", self.width)
            yield from (self.paint(line, _YELLOW) for line in told)
            ids = [printable(each.id) for each in results]
            shown = ", ".join(ids[:6]) + (f", and {len(ids) - 6} more" if ids[6:] else "")
            yield from ("  " + line for line in wrapped(shown, self.width - 2))

    def asides(self, report: Report) -> Iterator[str]:
        """What could not be deleted, and the notes."""
        if report.left:
            yield ""
            yield self.paint(f"{len(report.left)} could not be deleted:", _YELLOW)
        for each in report.left:
            yield from self.block(f"{printable(each['kind'])}  ", summary.called(each))
            yield f"    {printable(each['command'])}"
        if report.notes:
            yield ""
        for note in report.notes:
            yield from self.block("note  ", note, indent=0)


def _because(why: str, *, is_blamed: bool) -> str:
    if not why:
        return ""
    return f" because of {why}" if is_blamed else f": {why}"


def _milliseconds(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.0f}" if value < 10_000 else f"{value / 1_000:.0f}s"  # noqa: PLR2004 - room
