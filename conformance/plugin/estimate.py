"""What a run can cost at most, told before anything is sent.

Every case says with ``@cost`` what it sends and creates at most on a target that conforms.
A target that does not, lags or throttles costs more: that is the allowance, told apart.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.catalogue.prices import Prices
from conformance.plugin import planning
from conformance.plugin.declarations import planned
from conformance.plugin.record import Scope

if TYPE_CHECKING:
    from conformance.catalogue import Catalogue
    from conformance.plugin.declarations import Planned
    from conformance.plugin.gathering import Share
    from conformance.targets import Settings

#: Requests of the preflight, and of making what is shared: three containers and a depot, the
#: shelf's files, and two looks at the lists.
PREFLIGHT, SHARED_REQUESTS, SHARED_CONTAINERS = 4, 29, 4

#: Cases that share nothing with others.
ALONE = ("test_lifecycle::test_container_and_file_live_and_are_gone",)

#: Requests for looking again while a list lags, for every case that may wait.
LOOKS = 12

#: The share of requests that a throttling target may make us send again.
THROTTLED = 0.25


@dataclass(frozen=True, slots=True)
class Bound:
    """An upper bound: requests, containers, bytes sent, and US$."""

    requests: int
    containers: int
    sent_bytes: int
    usd: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a green run takes at most, what is allowed on top, and the cases that would run."""

    green: Bound
    allowance: Bound
    cases: tuple[str, ...]
    requirements: tuple[str, ...]
    prices: Prices

    @property
    def requests(self) -> int:
        """The requests that a run never passes."""
        return self.green.requests + self.allowance.requests

    @property
    def containers(self) -> int:
        """The containers that a run never passes."""
        return self.green.containers + self.allowance.containers


def estimate(catalogue: Catalogue, settings: Settings) -> Estimate:
    """What a run with *settings* can cost."""
    scope = Scope(planning.in_scope(catalogue, settings), planning.claims(catalogue, settings))
    patterns = catalogue.profiles[settings.profile].cases
    chosen = [
        each
        for each in planned()
        if planning.is_asked(each.name, each.requirements, scope, patterns, settings)
    ]
    prices = Prices.from_yaml(catalogue.directory / "prices.yaml")
    green = _green(chosen, settings, prices)
    looks = LOOKS * sum(each.waits for each in chosen)
    allowance = Bound(
        requests=int(green.requests * (1 + THROTTLED)) + looks,
        containers=green.containers,
        sent_bytes=green.sent_bytes,
        usd=green.usd,
    )
    return Estimate(
        green,
        allowance,
        tuple(each.name for each in chosen),
        tuple(sorted(scope.requirements)),
        prices,
    )


def of_share(whole: Estimate, share: Share, settings: Settings) -> Estimate:
    """The estimate of a machine's *share* of a *whole* run, which has the allowance of all."""
    times = Counter(each.partition("[")[0] for each in share.cases)
    chosen = [replace(each, times=times[each.name]) for each in planned() if times[each.name]]
    return replace(
        whole,
        green=_green(chosen, settings, whole.prices),
        cases=share.cases,
        requirements=share.requirements,
    )


def _green(chosen: list[Planned], settings: Settings, prices: Prices) -> Bound:
    requests, kib = PREFLIGHT, 0
    containers: dict[str, int] = {}
    if any(each.name not in ALONE for each in chosen):
        requests += SHARED_REQUESTS
        containers["1g"] = SHARED_CONTAINERS
    for each in chosen:
        if each.cost.get("slow") and not settings.slow:
            continue
        requests += each.cost.get("requests", 0) * each.times
        kib += each.cost.get("kib", 0) * each.times
        for limit in each.cost.get("containers", ()):
            if limit in ("1g", "4g") or settings.tries_expensive:
                containers[limit] = containers.get(limit, 0) + each.times
    generated = any(each.name.startswith(planning.GENERATED) for each in chosen)
    if generated:
        from conformance.fuzzing import levels  # noqa: PLC0415 - a table, nothing of schemathesis

        requests += levels.requests(settings.fuzz)
        containers["1g"] = containers.get("1g", 0) + levels.creates(settings.fuzz)
    return Bound(
        requests=requests + sum(containers.values()),  # each is deleted once
        containers=sum(containers.values()),
        sent_bytes=kib * 1024,
        usd=round(prices.of(containers), 2),
    )
