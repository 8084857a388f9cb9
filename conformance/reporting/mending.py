"""What to mend first: the operations that are broken, by what their callers suffer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.harms import harms
from conformance.reporting import summary

if TYPE_CHECKING:
    from conformance.catalogue.harms import Harm
    from conformance.verdicts.report import Endpoint, Report, RequirementResult

#: How the id of the requirement ends that an operation works at all.
WORKS = ".succeeds"

#: How an answer begins that is told whole: with its status.
_ANSWER = re.compile(r"\d{3} ")

#: Requirements of one operation that are told in full.
TOLD = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """An operation that is broken, and the requirements that show it, the gravest first."""

    endpoint: Endpoint
    results: tuple[RequirementResult, ...]
    held_up: int  # how many others could not be tested because of it

    @property
    def harm(self) -> Harm:
        """What callers suffer, the worst of it."""
        return harms().of(self.results[0].id)

    @property
    def alike(self) -> tuple[RequirementResult, ...]:
        """Those that got the very answer which the first got: one cause, seen many times."""
        first, *others = self.results
        if not _ANSWER.match(first.got or ""):
            return ()
        return tuple(each for each in others if each.got == first.got)

    @property
    def apart(self) -> tuple[RequirementResult, ...]:
        """All but those."""
        alike = {each.id for each in self.alike}
        return tuple(each for each in self.results if each.id not in alike)

    @property
    def told(self) -> tuple[RequirementResult, ...]:
        """The first `TOLD` of what stands apart, those first that do another harm each."""
        seen: dict[int, RequirementResult] = {}
        for each in self.apart:
            seen.setdefault(harms().of(each.id).rank, each)
        first = list(seen.values())
        rest = (each for each in self.apart if each not in first)
        return tuple([*first, *rest][:TOLD])

    @property
    def more(self) -> tuple[RequirementResult, ...]:
        """Those that are only named."""
        told = {each.id for each in self.told}
        return tuple(each for each in self.apart if each.id not in told)


def faults(report: Report) -> list[Fault]:
    """The broken operations; first the one whose worst requirement comes first in `to_mend`."""
    held_up = summary.blamed(report)
    grouped: dict[str, list[RequirementResult]] = {}
    for each in summary.to_mend(report):
        # An operation that does not work at all is the cause of whatever else it does not do.
        of_it = grouped.setdefault(each.operation, [])
        of_it.insert(0 if each.id.endswith(WORKS) else len(of_it), each)
    endpoints = {each.operation: each for each in report.endpoints}
    return [
        Fault(endpoints[name], tuple(found), sum(held_up.get(each.id, 0) for each in found))
        for name, found in grouped.items()
    ]
