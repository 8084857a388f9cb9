"""What a session of lies or variants prints."""

from __future__ import annotations

from tests.mutants.matrix import Matrix, by_kind, by_operation
from tests.mutants.registry import MUTANTS
from tests.mutants.verdict import Fate, Judged

_FINE = (Fate.KILLED, Fate.GREEN)
_SHOWN = 6


def _line(each: Judged) -> str:
    parts = [f"  {each.ending.name}"]
    if each.is_lie and not each.found:
        parts.append(f"(declared: {', '.join(MUTANTS[each.ending.name].breaks)})")
    if each.differences:
        more = len(each.differences) - _SHOWN
        parts += [*each.differences[:_SHOWN], f"and {more} more" if more > 0 else ""]
    if each.ending.stumbles:
        parts.append(each.ending.stumbles[0][:300])
    elif each.fate in (Fate.HUNG, Fate.BROKEN):
        parts.append(f"status {each.ending.status}: {each.ending.output.strip()[-300:]}")
    return " ".join(parts).rstrip()


def progress(each: Judged, done: int, of: int) -> str:
    """A line about the one that has just ended."""
    wrong = "" if each.fate in _FINE else f" {', '.join(each.differences)}"
    spent, cpu = each.ending.duration_s, each.ending.cpu_s
    return (
        f"{done:4}/{of} {each.fate.value:9} {spent:5.1f} s {cpu:4.1f} s {each.ending.name}{wrong}"
    )


def _score(matrix: Matrix) -> list[str]:
    lies = matrix.lies
    found = [each for each in lies if each.found]
    booked = [each for each in found if not each.misbooked]
    rows = sum(len(each.ending.failed) for each in lies) / len(lies)
    exact = [each for each in lies if not each.differences]
    return [
        f"found {len(found)} of {len(lies)} lies ({len(found) / len(lies):.1%})",
        f"booked right {len(booked)} of {len(found)}",
        f"exactly as declared {len(exact)} of {len(lies)}",
        f"mean red rows per lie {rows:.1f}",
    ]


def render(matrix: Matrix, *, with_matrix: bool = True) -> str:
    """The summary of a session: the matrix, what is wrong, and the score."""
    lines = []
    if matrix.lies and with_matrix:
        lines += [*by_kind(matrix), "", *by_operation(matrix), ""]
    for fate in (each for each in Fate if each not in _FINE):
        some = matrix.of(fate)
        if some:
            lines += [f"{fate.value}: {len(some)}", *map(_line, some), ""]
    if matrix.is_whole and matrix.never_failed:
        lines += ["requirements that no lie makes fail, without a reason:"]
        lines += [*(f"  {each}" for each in matrix.never_failed), ""]
    if matrix.lies:
        lines += _score(matrix)
    honest = [each for each in matrix.judged if not each.is_lie]
    if honest:
        green = sum(each.fate is Fate.GREEN for each in honest)
        lines.append(f"green {green} of {len(honest)} variants")
    if matrix.unrun:
        lines.append(f"interrupted: {matrix.unrun} were not run")
    cpu = sum(each.ending.cpu_s for each in matrix.judged)
    return "\n".join([*lines, f"time {matrix.seconds:.0f} s, of processors {cpu:.0f} s"])
