"""What a run can cost at most, told before anything is sent.

Every case says with ``@cost`` what it sends and creates at most on a target that conforms.
A target that does not, lags or throttles costs more: that is the allowance, told apart.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import scenarios
from conformance.catalogue.prices import Prices
from conformance.plugin import planning
from conformance.plugin.record import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalogue import Catalogue
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


@dataclass(frozen=True, slots=True)
class Planned:
    """One case as its module declares it."""

    name: str
    requirements: tuple[str, ...]
    cost: dict[str, Any]
    times: int
    waits: bool


def planned() -> Iterator[Planned]:
    """Every case of the scenarios, with what it declares."""
    for module in pkgutil.iter_modules(scenarios.__path__, f"{scenarios.__name__}."):
        short = module.name.rpartition(".")[2]
        if not short.startswith("test_"):
            continue
        loaded = importlib.import_module(module.name)
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if name.startswith("test_"):
                yield _planned(f"{short}::{name}", function)


def _planned(name: str, function: Callable[..., Any]) -> Planned:
    marks = list(getattr(function, "pytestmark", ()))
    cost: dict[str, Any] = next((mark.kwargs for mark in marks if mark.name == "cost"), {})
    times = 1
    for mark in [each for each in marks if each.name == "parametrize"]:
        times *= len(mark.args[1])
        marks += [each for value in mark.args[1] for each in getattr(value, "marks", ())]
    ids = [id_ for mark in marks if mark.name == "requirement" for id_ in mark.args]
    waits = "eventually" in inspect.signature(function).parameters
    return Planned(name, tuple(ids), dict(cost), times, waits)


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
