"""Furnishes a worker: the API, the ledger and what is in scope."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import catalogue
from conformance.evidence import Redactor
from conformance.ledger import Ledger, Limits, Shared
from conformance.plugin import planning, target
from conformance.plugin.record import Scope
from conformance.plugin.state import Bench
from conformance.targets import Settings

if TYPE_CHECKING:
    import pytest

    from conformance.plugin.state import Upstream


def make_bench(
    settings: Settings,
    base_url: str,
    ledger: Ledger,
    worker: str,
    upstream: Upstream | None = None,
) -> Bench:
    """What *worker* works with; *upstream* is behind the target where that is a proxy."""
    known = catalogue.load()
    claims = planning.claims(known, settings)
    redactor = Redactor.of(settings.secrets)
    api = target.api_of(settings, base_url, ledger, worker)
    if upstream:
        api.wire.arrived = upstream.take
    return Bench(
        settings=settings,
        catalogue=known,
        scope=Scope(planning.in_scope(known, settings), claims),
        api=api,
        ledger=ledger,
        shared=Shared(ledger, redactor.mask),
        redactor=redactor,
        worker=worker,
        upstream=upstream,
    )


def bench_of_worker(given: dict[str, Any], config: pytest.Config) -> Bench:
    """What the worker process of *config* works with, as the controller has *given* it."""
    settings = Settings.from_json(given["settings"])
    limits = Limits(**given["limits"])
    worker = config.workerinput["workerid"]  # type: ignore[attr-defined]  # xdist sets it
    return make_bench(settings, given["base_url"], Ledger(Path(given["ledger"]), limits), worker)
