"""The exchanges of one case in the order of time, a line each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.reporting.escaping import printable

if TYPE_CHECKING:
    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import RequirementResult

#: Exchanges of a case that are shown, those around the one that shows the failure.
MOMENTS = 24

#: Requirements that have a time line; of a target that breaks more, the gravest.
TIMELINES = 40


@dataclass(frozen=True, slots=True)
class Moment:
    """One exchange of a case."""

    line: str  # method and path
    status: str
    after_ms: float  # since the first exchange of the case
    elapsed_ms: float
    is_shown: bool  # whether the failure shows in it
    start: float  # per cent of the case's time
    width: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """What one case did, when, and for how long."""

    case: str
    moments: tuple[Moment, ...]
    left_out: int

    @classmethod
    def of(cls, record: dict[str, Any], shown: tuple[str, ...]) -> Timeline:
        """The exchanges of *record*; those of the ids *shown* are marked."""
        exchanges = record["exchanges"]
        starts = [_milliseconds(each["started_at"]) for each in exchanges]
        began = min(starts, default=0.0)
        ends = [at + each["elapsed_ms"] for at, each in zip(starts, exchanges, strict=True)]
        whole = max(max(ends, default=0.0) - began, 1.0)
        marked = [number for number, each in enumerate(exchanges) if each["id"] in shown]
        first = min(max(0, (marked or [0])[0] - MOMENTS // 2), max(0, len(exchanges) - MOMENTS))
        chosen = range(first, min(first + MOMENTS, len(exchanges)))
        moments = [
            _moment(exchanges[each], starts[each] - began, whole, is_shown=each in marked)
            for each in chosen
        ]
        name = f"{record['case']}, attempt {record['attempt']}"
        return cls(printable(name, limit=300), tuple(moments), len(exchanges) - len(moments))


def timelines(evidence: Evidence, broken: list[RequirementResult]) -> dict[str, Timeline]:
    """For each of the *broken* requirements the case that shows it, by requirement."""
    spoken: dict[str, dict[str, Any]] = {}
    for record in evidence.records:
        for claim in record["claims"]:
            if claim["outcome"] != "passed" and record["exchanges"]:
                spoken.setdefault(claim["requirement"], record)
    return {
        each.id: Timeline.of(spoken[each.id], each.exchanges)
        for each in broken[:TIMELINES]
        if each.id in spoken
    }


def _moment(exchange: dict[str, Any], after: float, whole: float, *, is_shown: bool) -> Moment:
    request, answer = exchange["request"], exchange["response"]
    start = min(100.0 * after / whole, 99.0)
    return Moment(
        line=printable(f"{request['method']} {_path(request['url'])}", limit=300),
        status=str(answer["status"]) if answer else printable(str(exchange["trouble"]), limit=100),
        after_ms=after,
        elapsed_ms=exchange["elapsed_ms"],
        is_shown=is_shown,
        start=round(start, 1),
        width=round(min(max(100.0 * exchange["elapsed_ms"] / whole, 1.0), 100.0 - start), 1),
    )


def _path(url: str) -> str:
    """What stands behind the host."""
    return "/" + url.partition("://")[2].partition("/")[2]


def _milliseconds(moment: str) -> float:
    try:
        return datetime.fromisoformat(moment).timestamp() * 1_000
    except (ValueError, OverflowError):
        return 0.0
