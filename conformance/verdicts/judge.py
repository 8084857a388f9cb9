"""The judge: from evidence to a report; a pure function that can be rerun for ever."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.evidence import curl
from conformance.verdicts import conveyance, endpoints, noting, spoken
from conformance.verdicts.outcome import EXIT_STATUS, PRECEDENCE, Outcome, Verdict, worst
from conformance.verdicts.report import Report, RequirementResult
from conformance.verdicts.waiver import Waiver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.catalogue import Catalogue, Requirement
    from conformance.evidence import Evidence
    from conformance.verdicts.spoken import Spoken

#: Stands for how many shards there are where some of them are missing from a merge.
MISSING = "more"

#: Ends of requirements that hold of a target without the feature, too.
NO_PROOF = (
    *("-is-refused", "-are-refused", "-are-judged", "-a-whole-number", "-be-an-array"),
    *("-needs-domains", "-needs-minutes", "-needs-an-anchor"),
)

#: Exchanges named with a requirement that holds; one that fails names all that show it.
NAMED_EXCHANGES = 3


def judge(evidence: Evidence, catalogue: Catalogue) -> Report:
    """What *evidence* says of each requirement that was in scope, of each operation, of all."""
    results = _results(evidence, catalogue, {})
    if any(each.outcome == Outcome.ERROR.value for each in results):
        results = _results(evidence, catalogue, _culprits(results))
    results = endpoints.not_implemented(results, evidence)
    results, stale = _waive(results, evidence.header)
    return _report(evidence, results, stale)


def _results(
    evidence: Evidence, catalogue: Catalogue, culprits: Mapping[str, str]
) -> list[RequirementResult]:
    """What is said of each requirement in scope; what stumbled blames the *culprits*."""
    header = evidence.header
    profile = catalogue.profiles[header["target"]["profile"]]
    said = spoken.by_requirement(evidence, culprits)
    exchanges = {each["id"]: each for each in evidence.exchanges()}
    asked = {each["operation"] for each in exchanges.values() if each["response"]}
    asked_for = catalogue.asked_by(profile.name, proxied=bool(header["run"].get("proxied")))
    results = []
    for id_ in _in_scope(evidence, asked_for):
        row = profile.levelled(catalogue.requirements[id_], header["target"]["claims"])
        results.append(_result(row, said.get(id_, []), evidence, exchanges, asked))
    return results


def _culprits(results: list[RequirementResult]) -> dict[str, str]:
    """For each requirement the broken MUST that a stumbling case blames, if there is one.

    Cases read what honest targets answer; one that breaks off over a target which has been
    caught lying can't tell anything, and blames what was caught, on its own operation first.
    """
    broken = [each for each in results if each.outcome == "failed" and each.level == "MUST"]
    first = {each.operation: each.id for each in reversed(broken)}
    return {each.id: first.get(each.operation, broken[0].id) for each in results if broken}


def _in_scope(evidence: Evidence, asked_for: tuple[str, ...]) -> list[str]:
    """The requirements that were planned; of a run that broke off before its plan, all of them."""
    plan = evidence.plan
    return [id_ for id_ in asked_for if plan is None or id_ in plan]


def _result(
    row: Requirement,
    said: list[Spoken],
    evidence: Evidence,
    exchanges: dict[str, dict[str, Any]],
    asked: set[str | None],
) -> RequirementResult:
    """What all cases together say of *row*, and what shows it."""
    planned = (evidence.plan or {}).get(row.id, [])
    silent = {each.partition("#")[0] for each in planned} - {each.case for each in said}
    disclaimed = bool(row.feature) and evidence.header["target"]["claims"].get(row.feature) is False
    outcome = _outcome(row, said, asked, silent=bool(silent), disclaimed=disclaimed)
    telling = sorted((each for each in said if each.outcome is outcome), key=lambda each: each.case)
    claim = telling[0].claim if telling else {}
    shown = [each.claim["exchange"] for each in telling if each.claim["exchange"]]
    exhibit = exchanges.get(shown[0]) if shown else None
    return RequirementResult(
        **_of_the_catalogue(row),
        outcome=outcome.value,
        waived=False,
        message=claim.get("message") or _silence(outcome, silent, disclaimed=disclaimed),
        cases=tuple(sorted({each.case for each in said} | silent)),
        exchanges=tuple(dict.fromkeys(shown[:NAMED_EXCHANGES])),
        curl=curl.command(exhibit) if exhibit else None,
        wanted=claim.get("wanted"),
        got=claim.get("got"),
        blame=claim.get("blame"),
    )


def _outcome(
    row: Requirement,
    said: list[Spoken],
    asked: set[str | None],
    *,
    silent: bool,
    disclaimed: bool,
) -> Outcome:
    """The worst that was *said* of *row*; what nobody spoke for may be out of the question."""
    if not said and disclaimed:
        return Outcome.UNSUPPORTED
    if not said and row.passive and row.operation in asked:
        return Outcome.NOT_APPLICABLE
    return worst([each.outcome for each in said] + [Outcome.UNREACHED] * silent)


def _of_the_catalogue(row: Requirement) -> dict[str, Any]:
    """What a result repeats of its *row*."""
    return {
        "id": row.id,
        "level": row.level.value,
        "operation": row.operation,
        "sentence": row.sentence,
        "reason": row.reason,
        "sources": tuple({"document": each.document, "place": each.place} for each in row.sources),
        "feature": row.feature,
    }


def _silence(outcome: Outcome, silent: set[str], *, disclaimed: bool) -> str:
    if disclaimed:
        return "the target's owner disclaims the feature"
    if outcome is Outcome.NOT_APPLICABLE:
        return "no answer of this kind came"
    if outcome is Outcome.UNREACHED:
        return "no case spoke for it" + (f": {', '.join(sorted(silent))}" if silent else "")
    return ""


def _waive(
    results: list[RequirementResult], header: dict[str, Any]
) -> tuple[list[RequirementResult], tuple[str, ...]]:
    """The results with their waivers, and the waivers of what holds although it is waived."""
    today = noting.day_of(header)
    waivers = [Waiver.from_json(each) for each in header.get("waivers", [])]
    current = [each for each in waivers if not each.is_expired(today)]
    waived, used, held = [], set(), set()
    for result in results:
        mine = [each for each in current if each.covers(result.id, result.operation)]
        is_broken = bool(mine) and Outcome(result.outcome).is_broken
        if is_broken:
            used.add(mine[0])
        elif mine and result.outcome == Outcome.PASSED.value:
            held |= set(mine)
        waiver = mine[0].to_json() if is_broken else None
        waived.append(replace(result, waived=is_broken, waiver=waiver))
    stale = sorted(each.requirement for each in held - used)
    return waived, tuple(stale)


def _report(evidence: Evidence, results: list[RequirementResult], stale: tuple[str, ...]) -> Report:
    header = evidence.header
    reasons = noting.reasons(evidence, stale)
    verdict = _verdict(evidence, results, stale)
    features = _features(results, header["target"]["claims"])
    target = {key: value for key, value in header["target"].items() if key != "claims"}
    waived = any(each.waived for each in results)
    return Report(
        verdict=verdict.value,
        publishable=verdict in (Verdict.CONFORMANT, Verdict.NON_CONFORMANT)
        and not (reasons or waived),
        suite=header["suite"],
        target={**target, "features": features},
        run=_run(evidence),
        endpoints=endpoints.sum_up(results, evidence, strict=bool(header["run"]["strict"])),
        requirements=tuple(results),
        notes=(*reasons, *noting.expired(header), *noting.broken_off(evidence)),
        left=tuple((evidence.footer or {}).get("left", ())),
        stale_waivers=stale,
        proxy=conveyance.sum_up(evidence),
    )


def _run(evidence: Evidence) -> dict[str, Any]:
    """What the report tells of the run: how it was asked for, and what it has cost."""
    run, footer = evidence.header["run"], evidence.footer or {}
    return {
        "id": run["id"],
        "seed": run["seed"],
        "started_at": run["started_at"],
        "duration_s": footer.get("duration_s", 0.0),
        "requests": footer.get("requests", sum(1 for _ in evidence.exchanges())),
        "containers_created": footer.get("containers_created", 0),
        "containers_left": footer.get("containers_left", 0),
        "interrupted": bool(footer.get("interrupted", evidence.footer is None)),
        "fuzz": run["fuzz"],
        "strict": run["strict"],
        "throttled": footer.get("throttled", 0),
        "waited_s": footer.get("waited_s", 0.0),
        "consistency_s": max((each["consistency_s"] for each in evidence.records), default=0.0),
    }


def _verdict(
    evidence: Evidence, results: list[RequirementResult], stale: tuple[str, ...]
) -> Verdict:
    """The verdict of the run: of those that apply the one whose exit status comes first."""
    applying = _applying(evidence, results, stale)
    return min(applying, key=lambda each: PRECEDENCE.index(EXIT_STATUS[each]))


def _applying(
    evidence: Evidence, results: list[RequirementResult], stale: tuple[str, ...]
) -> Iterator[Verdict]:
    """Every verdict that applies to the run."""
    strict = bool(evidence.header["run"]["strict"])
    binding = [each for each in results if endpoints.binds(each, strict=strict)]
    outcomes = [Outcome(each.outcome) for each in binding if not each.waived]
    told = {each.outcome for each in results}
    yield Verdict.PARTIAL if any(each.waived for each in results) else Verdict.CONFORMANT
    if Outcome.UNREACHABLE in outcomes and Outcome.PASSED.value not in told:
        yield Verdict.UNREACHABLE
    if (evidence.footer or {}).get("fault") or Outcome.ERROR.value in told:
        yield Verdict.ERROR
    if stale or any(each.is_broken for each in outcomes):
        yield Verdict.NON_CONFORMANT
    is_open = Outcome.PASSED not in outcomes or any(each.is_open for each in outcomes)
    if is_open or _is_cut_short(evidence):
        yield Verdict.INCONCLUSIVE


def _is_cut_short(evidence: Evidence) -> bool:
    """Whether the run did not get to its end, or a part of it is missing."""
    footer, shard = evidence.footer, evidence.header["run"].get("shard")
    missing = bool(shard) and shard[1] == MISSING
    return footer is None or bool(footer["interrupted"] or footer["limit"]) or missing


def _features(results: list[RequirementResult], claims: dict[str, bool]) -> dict[str, str]:
    """What the run has shown of each optional feature; what was only claimed is ``declared``."""
    seen: dict[str, set[str]] = defaultdict(set)
    for each in results:
        if each.feature and not each.id.endswith(NO_PROOF):
            seen[each.feature].add(each.outcome)
    features = {}
    for name, outcomes in sorted(seen.items()):
        if outcomes & {"passed", "failed", "flaky"}:
            features[name] = "supported"
        elif claims.get(name):
            features[name] = "declared"
        elif "unsupported" in outcomes:
            features[name] = "unsupported"
    return features
