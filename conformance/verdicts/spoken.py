"""What each case has said of each requirement, after all its attempts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.verdicts.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one case has said of one requirement, after its last attempt."""

    case: str
    outcome: Outcome
    claim: dict[str, Any]


def by_requirement(evidence: Evidence, culprits: Mapping[str, str]) -> dict[str, list[Spoken]]:
    """For each requirement what each case said of it; what held only later is flaky.

    An error is untestable where a *culprit* for its requirement is known.
    """
    attempts: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for record in sorted(evidence.records, key=lambda each: int(each["attempt"])):
        for claim in record["claims"]:
            said = _excused(claim, culprits.get(claim["requirement"]))
            attempts[claim["requirement"], record["case"]].append(said)
    table: dict[str, list[Spoken]] = defaultdict(list)
    for (requirement, case), claims in attempts.items():
        table[requirement].append(_last_word(case, claims))
    return table


def _excused(claim: dict[str, Any], culprit: str | None) -> dict[str, Any]:
    """The *claim*; an error that a *culprit* explains is untestable."""
    if culprit is None or claim["outcome"] != Outcome.ERROR.value:
        return claim
    return {**claim, "outcome": Outcome.UNTESTABLE.value, "blame": culprit}


def _last_word(case: str, claims: list[dict[str, Any]]) -> Spoken:
    first, last = claims[0], claims[-1]
    outcome = Outcome(last["outcome"])
    broken = next((each for each in claims if each["outcome"] == "failed"), None)
    if broken is not None and outcome is Outcome.PASSED:
        return Spoken(case, Outcome.FLAKY, broken)
    if broken is not None and outcome is not Outcome.ERROR:
        return Spoken(case, Outcome.FAILED, last if outcome is Outcome.FAILED else broken)
    return Spoken(case, outcome, last if outcome is not Outcome.PASSED else first)
