"""Whether evidence is whole and says what its own exchanges show.

A report follows from the claims in its evidence. Here the claims are held against what they were
made of, as far as that was kept: the plan against the cases that this suite has, the counts
against the exchanges, and each claim about a single exchange against that exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import passive
from conformance.evidence.reading import exchange_of, is_whole
from conformance.plugin import planning
from conformance.plugin.declarations import planned
from conformance.plugin.record import Scope
from conformance.targets import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalogue import Catalogue, Requirement
    from conformance.evidence import Evidence

#: Where creations succeed.
SUCCESS = range(200, 300)


def objections(evidence: Evidence, catalogue: Catalogue) -> Iterator[str]:
    """What is missing from *evidence*, or contradicts it, in sentences.

    Raises:
        KeyError: if the evidence lacks what it must have; so do other errors of odd values.
    """
    settings = Settings(
        profile=evidence.header["target"]["profile"],
        fuzz=evidence.header["run"]["fuzz"],
        features=evidence.header["target"]["claims"],
    )
    rows = planning.in_scope(catalogue, settings)
    if not evidence.header["run"].get("recording"):  # which shows what it shows
        yield from _unplanned(evidence, catalogue, Scope(rows, dict(settings.features)), settings)
    yield from _miscounted(evidence)
    yield from _misjudged(evidence, rows)


def _unplanned(
    evidence: Evidence, catalogue: Catalogue, scope: Scope, settings: Settings
) -> Iterator[str]:
    """What a run of these options plans, and this one did not."""
    run = evidence.header["run"]
    if run.get("only") and not (evidence.footer or {}).get("filtered"):
        yield "The run had --only, and its evidence says that nothing was filtered."
    if evidence.plan is None:
        yield "The evidence has no plan, so nobody can tell what was left out."
        return
    wanted = _wanted(catalogue, scope, settings)
    for id_, cases in wanted.items():
        there = {each.partition("[")[0].partition("#")[0] for each in evidence.plan.get(id_, ())}
        if id_ not in evidence.plan:
            yield f"The plan leaves out {id_}, which the profile {settings.profile} asks for."
        for case in cases - there:
            yield f"The plan leaves out {case}, which speaks for {id_}."


def _wanted(catalogue: Catalogue, scope: Scope, settings: Settings) -> dict[str, set[str]]:
    """For each requirement that has to be planned the cases that speak for it."""
    patterns = catalogue.profiles[settings.profile].cases
    speaking: dict[str, set[str]] = {}
    silent: set[str] = set()
    for case in planned():
        if planning.is_asked(case.name, case.requirements, scope, patterns, settings):
            for id_ in case.requirements:
                speaking.setdefault(id_, set()).add(case.name)
        elif case.name.startswith(planning.GENERATED):
            silent.update(case.requirements)
    return {
        id_: speaking.get(id_, set()) if scope.claims.get(row.feature or "", True) else set()
        for id_, row in scope.requirements.items()
        if id_ in speaking or id_ not in silent
    }


def _miscounted(evidence: Evidence) -> Iterator[str]:
    """Footers that tell of less than was recorded."""
    footer = evidence.footer
    if footer is None:
        return
    exchanges = list(evidence.exchanges())
    made = {
        each["id"]
        for each in exchanges
        if each["operation"] == "createContainer"
        and each["response"]
        and each["response"]["status"] in SUCCESS
    }
    for what, seen in (("requests", len(exchanges)), ("containers_created", len(made))):
        if footer[what] < seen:
            yield f"The evidence tells of {footer[what]} {what}, and holds {seen}."
    if footer["containers_left"] != sum(each["kind"] == "container" for each in footer["left"]):
        yield "The evidence counts other containers_left than it names."


def _misjudged(evidence: Evidence, rows: dict[str, Requirement]) -> Iterator[str]:
    """Claims about a single exchange that the exchange itself contradicts."""
    for record in evidence.records:
        claims = {each["requirement"]: each["outcome"] for each in record["claims"]}
        for each in filter(is_whole, record["exchanges"]):
            yield from _contradicted(each, claims, rows)


def _contradicted(
    exchange: dict[str, Any], claims: dict[str, str], rows: dict[str, Requirement]
) -> Iterator[str]:
    for found in passive.judge(exchange_of(exchange)):
        said = claims.get(found.requirement)
        if found.failure and found.requirement in rows and said in (None, "passed"):
            yield (
                f"{found.requirement} is said to hold, and exchange {exchange['id']} breaks it: "
                f"{found.failure}."
            )
