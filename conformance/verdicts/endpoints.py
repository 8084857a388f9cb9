"""The nine operations, summed up from the results of their requirements."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalogue import OPERATIONS
from conformance.catalogue.facts import UNIMPLEMENTED
from conformance.catalogue.model import PROXY
from conformance.verdicts.outcome import Outcome, Verdict
from conformance.verdicts.report import Endpoint, RequirementResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.evidence import Evidence

IMPLEMENTED = "is-implemented"


def binds(result: RequirementResult, *, strict: bool) -> bool:
    """Whether *result* decides over the verdict: a MUST, under ``--strict`` a SHOULD too."""
    return result.level == "MUST" or (strict and result.level == "SHOULD")


def not_implemented(
    results: list[RequirementResult], evidence: Evidence
) -> list[RequirementResult]:
    """The results with ``is-implemented`` settled for every operation, from what it answered.

    An operation that answers 404, 405 or 501 to everything has one failed requirement, and
    what hangs on it is untestable, naming it. Where no proper request of it has failed, as in a
    run that was cut short, it was asked only for what is not there, and nothing can be said.
    """
    answers = _answers(evidence)
    tried = {
        each.operation
        for each in results
        if each.id.endswith(".succeeds") and Outcome(each.outcome).is_broken
    }
    for operation, seen in answers.items():
        if operation not in tried and set(seen) <= set(UNIMPLEMENTED):
            answers[operation] = []
    failed = {each.id for each in results if each.outcome == Outcome.FAILED.value}
    return [_settled(each, answers.get(each.operation), failed) for each in results]


def _settled(
    result: RequirementResult, seen: list[int] | None, failed: set[str]
) -> RequirementResult:
    prefix, _, claim = result.id.rpartition(".")
    absent = bool(seen) and set(seen or ()) <= set(UNIMPLEMENTED)
    lost = next((each for each in _creations(result.operation) if each in failed), None)
    if claim == IMPLEMENTED and not (absent and lost):
        return _implemented(result, seen, absent=absent)
    if absent and (claim == IMPLEMENTED or Outcome(result.outcome).is_broken):
        return replace(
            result,
            outcome=Outcome.UNTESTABLE.value,
            message="what it needs was not made" if lost else "it is not implemented",
            blame=lost or f"{prefix.removeprefix(PROXY)}.{IMPLEMENTED}",
        )
    return result


def _creations(operation: str) -> tuple[str, ...]:
    """The requirements that make what *operation* is asked for; what is lost can't be found."""
    path = next(each.path for each in OPERATIONS if each.id == operation)
    needed = [("{container_id}", "container.create"), ("{file_id}", "file.create")]
    return tuple(
        f"{prefix}.{claim}"
        for part, prefix in needed
        if part in path
        for claim in ("succeeds", "keeps-what-it-made")
    )


def _answers(evidence: Evidence) -> dict[str, list[int]]:
    """The statuses that each operation gave to the run's own key."""
    answers: dict[str, list[int]] = defaultdict(list)
    for each in evidence.exchanges():
        if each["response"] and each["credential"] == "own" and not each["throttled"]:
            answers[each["operation"]].append(each["response"]["status"])
    return answers


def _implemented(
    result: RequirementResult, seen: list[int] | None, *, absent: bool
) -> RequirementResult:
    if not seen:
        return result
    if not absent:
        return replace(result, outcome=Outcome.PASSED.value, message="")
    told = ", ".join(f"{status} {count} times" for status, count in sorted(Counter(seen).items()))
    return replace(
        result,
        outcome=Outcome.FAILED.value,
        message=f"wanted an operation, got {told}",
        wanted="an answer other than 404, 405 and 501 to at least one proper request",
        got=told,
    )


def sum_up(
    results: Iterable[RequirementResult], evidence: Evidence, *, strict: bool
) -> tuple[Endpoint, ...]:
    """All nine operations, always, in the order of the contract."""
    mine: dict[str, list[RequirementResult]] = defaultdict(list)
    for result in results:
        mine[result.operation].append(result)
    times: dict[str, list[float]] = defaultdict(list)
    for each in evidence.exchanges():
        if each["response"] and not each["throttled"]:
            times[each["operation"]].append(each["elapsed_ms"])
    return tuple(
        Endpoint(
            operation=operation.id,
            method=operation.method,
            path=operation.path,
            verdict=_verdict(mine[operation.id], strict=strict).value,
            outcomes=_counts(mine[operation.id]),
            latency_ms=_latency(times[operation.id]),
            requests=len(times[operation.id]),
        )
        for operation in OPERATIONS
    )


def _counts(results: list[RequirementResult]) -> dict[str, int]:
    counted = Counter(each.outcome for each in results)
    order = ("passed", "failed", "flaky", "unsupported", "not-applicable", "untestable")
    return {name: counted[name] for name in (*order, "unreachable", "unreached", "error")}


def _latency(times_ms: list[float]) -> dict[str, float | None]:
    if not times_ms:
        return {"p50": None, "p95": None}
    if len(times_ms) == 1:
        return {"p50": round(times_ms[0], 2), "p95": round(times_ms[0], 2)}
    cuts = statistics.quantiles(times_ms, n=20, method="inclusive")
    return {"p50": round(cuts[9], 2), "p95": round(cuts[18], 2)}


def _verdict(results: list[RequirementResult], *, strict: bool) -> Verdict:
    failed = {each.id.rpartition(".")[2] for each in results if each.outcome == "failed"}
    if IMPLEMENTED in failed:
        return Verdict.NOT_IMPLEMENTED
    binding = [each for each in results if binds(each, strict=strict)]
    outcomes = [Outcome(each.outcome) for each in binding if not each.waived]
    if any(each.is_broken for each in outcomes):
        return Verdict.NON_CONFORMANT
    if any(each.is_open or each is Outcome.ERROR for each in outcomes):
        return Verdict.INCONCLUSIVE
    if Outcome.PASSED not in outcomes:
        return Verdict.INCONCLUSIVE
    return Verdict.PARTIAL if any(each.waived for each in results) else Verdict.CONFORMANT
