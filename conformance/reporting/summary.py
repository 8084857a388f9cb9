"""Sums a report up: the counts that all formats share, and what to mend first."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from conformance.catalogue.harms import harms
from conformance.verdicts.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from conformance.evidence.stream import Evidence
    from conformance.verdicts.report import Report, RequirementResult

Kind = Literal["passed", "failed", "open", "waived", "skipped"]

#: What a server error breaks, at whatever operation.
CRASH = "is-never-a-server-error"

_SERVER_ERROR = re.compile(r"5\d\d ")

#: Reasons of one outcome that are told apart.
REASONS = 5

_LEVELS = {"MUST": 0, "SHOULD": 1, "MAY": 2}
_OUTCOMES = {outcome.value: rank for rank, outcome in enumerate(Outcome)}
_BROKEN = frozenset(outcome.value for outcome in Outcome if outcome.is_broken)
_ASIDE = frozenset({Outcome.UNSUPPORTED.value, Outcome.NOT_APPLICABLE.value})


def kind(result: RequirementResult) -> Kind:
    """Which of five kinds *result* counts as; every format counts by these."""
    if result.outcome == Outcome.PASSED.value:
        return "passed"
    if result.outcome in _ASIDE:
        return "skipped"
    if result.waived:
        return "waived"
    return "failed" if result.outcome in _BROKEN else "open"


def _counted(results: Iterable[RequirementResult]) -> tuple[tuple[str, int], ...]:
    counts = Counter(each.outcome for each in results)
    return tuple(sorted(counts.items(), key=lambda pair: _OUTCOMES[pair[0]]))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many requirements are of each kind and outcome."""

    passed: int = 0
    failed: int = 0
    open: int = 0
    waived: int = 0
    skipped: int = 0
    failed_musts: int = 0
    outcomes: tuple[tuple[str, int], ...] = ()  # of all, from worst to best, without zeros
    opened: tuple[tuple[str, int], ...] = ()  # of the open ones alone

    @classmethod
    def of(cls, results: Iterable[RequirementResult]) -> Tally:
        """Count *results*."""
        results = tuple(results)
        kinds: Counter[str] = Counter(map(kind, results))
        return cls(
            **kinds,
            failed_musts=sum(kind(each) == "failed" and each.level == "MUST" for each in results),
            outcomes=_counted(results),
            opened=_counted(each for each in results if kind(each) == "open"),
        )

    @property
    def in_scope(self) -> int:
        """Those that the target had to hold: all but the unsupported and not applicable."""
        return self.passed + self.failed + self.open + self.waived

    @property
    def total(self) -> int:
        """All requirements of the report."""
        return self.in_scope + self.skipped

    @property
    def other(self) -> int:
        """All that neither passed nor failed."""
        return self.total - self.passed - self.failed

    def in_words(self) -> str:
        """The counts in one line: ``241 of 243 hold · 1 waived · 1 failed``."""
        failed = f"{self.failed} failed"
        if 0 < self.failed_musts < self.failed:
            failed += f" ({self.failed_musts} MUST)"
        parts = [
            f"{self.passed} of {self.in_scope} hold",
            f"{self.waived} waived" if self.waived else "",
            failed if self.failed else "",
            *(f"{count} {outcome}" for outcome, count in self.opened),
            f"{self.skipped} not in scope" if self.skipped else "",
        ]
        return " · ".join(filter(None, parts))


def by_operation(report: Report) -> dict[str, tuple[RequirementResult, ...]]:
    """The results of each of the nine operations, in the report's order."""
    grouped: dict[str, list[RequirementResult]] = {each.operation: [] for each in report.endpoints}
    for result in report.requirements:
        grouped.setdefault(result.operation, []).append(result)
    return {operation: tuple(results) for operation, results in grouped.items()}


def blamed(report: Report) -> dict[str, int]:
    """How many requirements could not be tested because of each that they blame."""
    return Counter(
        each.blame for each in report.requirements if each.blame and kind(each) == "open"
    )


def to_mend(report: Report) -> list[RequirementResult]:
    """What the target broke, the gravest first.

    MUST goes before SHOULD, then what callers suffer most from, then what keeps most others
    from being tested, then failed before flaky, then the order of the report.
    """
    held_up = blamed(report)
    red = [each for each in report.requirements if kind(each) == "failed"]
    ids = {each.id for each in red}

    def gravity(each: RequirementResult) -> tuple[int, int, int, int, int, bool]:
        felt = _felt_as(each, ids)
        harm, place = harms().gravity(felt)
        held = -held_up.get(each.id, 0)
        return _LEVELS[each.level], harm, held, _OUTCOMES[each.outcome], place, felt != each.id

    return sorted(red, key=gravity)


def called(left: dict[str, str]) -> str:
    """What could not be deleted goes by its id, or by its name where no id came."""
    return left["id"] or left.get("name", "")


def _felt_as(result: RequirementResult, broken: Container[str]) -> str:
    """The requirement whose harm callers suffer: a server error is one, whatever was asked for."""
    crash = f"{result.id.rpartition('.')[0]}.{CRASH}"
    return crash if crash in broken and _SERVER_ERROR.match(result.got or "") else result.id


def left_open(report: Report) -> dict[tuple[str, str], list[RequirementResult]]:
    """What was not shown, by outcome and by the requirement or reason that is to blame.

    Where an outcome has more than `REASONS` of them, those without a requirement to blame
    are one group; the suite's own errors stay apart.
    """
    opened = [each for each in report.requirements if kind(each) == "open"]
    reasons = Counter(outcome for outcome, _ in {(each.outcome, _why(each)) for each in opened})
    groups: dict[tuple[str, str], list[RequirementResult]] = defaultdict(list)
    for each in opened:
        many = reasons[each.outcome] > REASONS and each.outcome != Outcome.ERROR.value
        groups[each.outcome, (each.blame or "") if many else _why(each)].append(each)
    return dict(sorted(groups.items(), key=lambda pair: (_OUTCOMES[pair[0][0]], -len(pair[1]))))


def _why(result: RequirementResult) -> str:
    return result.blame or result.message


def durations(evidence: Evidence) -> dict[str, float]:
    """The seconds that each requirement took: a case's time is shared by those it speaks for."""
    seconds: dict[str, float] = defaultdict(float)
    for record in evidence.records:
        spoken_for = {claim["requirement"] for claim in record["claims"]}
        for requirement in spoken_for:
            seconds[requirement] += record["duration_s"] / len(spoken_for)
    return dict(seconds)


def reddest_first(results: Iterable[RequirementResult]) -> list[RequirementResult]:
    """*results* with what failed first, then what was not shown, what is waived, the rest."""
    kinds: tuple[Kind, ...] = ("failed", "open", "waived", "passed", "skipped")

    def redness(each: RequirementResult) -> tuple[int, int]:
        return kinds.index(kind(each)), _LEVELS[each.level]

    return sorted(results, key=redness)


def in_words(report: Report) -> str:
    """The verdict as a sentence."""
    tally = Tally.of(report.requirements)
    broken = Counter(each.level for each in report.requirements if kind(each) == "failed")
    told = " and ".join(f"{broken[level]} {level}" for level in _LEVELS if broken[level])
    lesser = f", {told} {'does' if tally.failed == 1 else 'do'} not" if told else ""
    if report.verdict == "non-conformant" and not told:
        return "Something is waived that the target holds: remove the stale waiver."
    return {
        "conformant": f"Every MUST in scope holds{lesser}.",
        "partial": f"Every MUST in scope holds or is waived{lesser}.",
        "non-conformant": f"The target breaks {told} requirement{'s' * (tally.failed > 1)}.",
        "inconclusive": f"{tally.open} of {tally.in_scope} could not be shown.",
        "unreachable": "The target gave no answer, or refused the credentials.",
        "error": "The suite itself is at fault: please report it.",
    }[report.verdict]
