"""A run from its first request to its report."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from conformance import catalogue
from conformance.evidence import Evidence, EvidenceWriter, Redactor, heading, moments
from conformance.fuzzing import document
from conformance.ledger import Ledger
from conformance.plugin import claiming, opening, paying, planning, target
from conformance.plugin.bench import make_bench
from conformance.plugin.estimate import Estimate, estimate
from conformance.plugin.pointing import pointed_at
from conformance.verdicts import Waiver, WaiverFile

if TYPE_CHECKING:
    from pathlib import Path

    from filelock import FileLock

    from conformance.catalogue import Catalogue
    from conformance.errors import SuiteError
    from conformance.plugin.state import Bench, Upstream
    from conformance.targets import Settings
    from conformance.verdicts import Report


@dataclass(slots=True)
class Run:
    """One run against one target, as its controller sees it."""

    settings: Settings
    catalogue: Catalogue
    id: str
    directory: Path
    base_url: str
    ledger: Ledger
    redactor: Redactor
    plan: Estimate
    claimed: FileLock
    embedded: target.Embedded | None = None
    waivers: tuple[Waiver, ...] = ()
    upstream: Upstream | None = None  # of a proxy, where it is ours
    bench: Bench | None = None
    writer: EvidenceWriter | None = None
    latency_ms: float = 1.0
    crowd: float = 1.0  # how much slower this machine is for being busy
    interrupted: bool = False
    limit: str | None = None
    fault: str | None = None
    trouble: SuiteError | None = None  # why there is no report
    aside: str | None = None  # what else people are told, which changes no verdict
    planned: bool = False
    preflight: list[dict[str, Any]] = field(default_factory=list)
    evidence: Evidence | None = None  # as it was read again in the end
    report: Report | None = None
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, settings: Settings) -> Run:
        """Make the directory and the ledger, start the embedded reference if it is the target.

        Raises:
            UsageError: if the directory can't be written, or another run keeps it.
        """
        known = catalogue.load()
        waivers = _waivers(settings, known)
        id_ = moments.new_id()
        directory = opening.directory_of(settings, id_)
        claimed = claiming.claim(directory)
        settings, base_url, embedded = opening.target_of(settings)
        plan, crowd = _estimated(known, settings)
        limits = opening.limits_of(settings).within(
            "the plan's", containers=plan.containers, requests=plan.requests
        )
        book = Ledger(directory / f"ledger-{id_}.sqlite", limits)
        opening.note(book, settings, base_url, id_)
        redactor = Redactor.of(settings.secrets)
        return cls(
            settings,
            known,
            id_,
            directory,
            base_url,
            book,
            redactor,
            plan,
            claimed,
            embedded,
            waivers,
            crowd=crowd,
        )

    def prepare(self) -> None:
        """See that the target is there, before anything is created on it.

        Raises:
            TargetRefused: if it is not, or refuses the key.
        """
        self.bench = make_bench(self.settings, self.base_url, self.ledger, "main", self.upstream)
        wire = self.bench.api.wire
        wire.case = "preflight"
        target.preflight(self.bench.api)
        self.preflight = [each.to_json(self.redactor.mask) for each in wire.exchanges]
        times = [each.elapsed_ms for each in wire.exchanges]
        self.latency_ms = min(times, default=1.0)

    def workers(self) -> int:
        """How many worker processes the run has; 0 for none."""
        if self.settings.workers != "auto":
            return int(self.settings.workers)
        if self.settings.profile == "smoke":
            return 0
        return paying.workers(self.settings.fuzz, self.latency_ms, self.crowd)

    def begin(self) -> None:
        """Open the evidence, and put into it what looking at the target has cost."""
        self.writer = EvidenceWriter(self.directory / "evidence.jsonl", self.header())
        self.writer.append({"kind": "cleaning", "exchanges": self.preflight})

    def header(self) -> dict[str, Any]:
        """The first line of the evidence; the plan follows with the footer."""
        settings = self.settings
        code = {"code": pointed_at(settings.sarif_file)} if settings.sarif_file else {}
        return code | heading.header(
            hashes=(self.catalogue.sha256, self.catalogue.spec_sha256),
            target={
                "base_url": self.base_url,
                "name": settings.name,
                "profile": settings.profile,
                "claims": planning.claims(self.catalogue, settings),
                "key_variables": settings.key_variables,
            },
            run={
                "id": self.id,
                "seed": settings.seed,
                "started_at": moments.now(),
                "fuzz": settings.fuzz,
                "strict": settings.strict,
                "slow": settings.slow,
                "only": list(settings.only),
                "shard": list(settings.shard) if settings.shard else None,
                "proxied": settings.proxied,
            },
            waivers=(each.to_json() for each in self.waivers),
        )

    def receive(self, record: dict[str, Any]) -> None:
        """Keep what a case has left behind."""
        self.limit = self.limit or record.get("limit")
        self.write_plan()
        if self.writer:
            self.writer.append(record)

    def write_plan(self) -> None:
        """Put the plan into the evidence once a worker has made it."""
        text = None if self.planned else self.ledger.noted("plan")
        if text and self.writer:
            self.planned = True
            self.writer.append({"kind": "plan", "plan": json.loads(text)})

    def for_worker(self) -> dict[str, Any]:
        """What a worker process needs, keys included: it travels by a pipe, never by a file."""
        return {
            "settings": self.settings.to_json(),
            "base_url": self.base_url,
            "ledger": str(self.ledger.path),
            "limits": asdict(self.ledger.limits),
        }

    def stop(self) -> None:
        """Let go of the target, the ledger, and what was loaded for generated cases."""
        document.forget()
        if self.bench:
            self.bench.api.wire.connection.close()
        if self.embedded:
            self.embedded.stop()
        self.ledger.close()
        self.claimed.release()


def _estimated(known: Catalogue, settings: Settings) -> tuple[Estimate, float]:
    """What the run may cost, and how busy this machine was while that was worked out."""
    before = time.monotonic(), time.process_time()
    plan = estimate(known, settings)
    took = time.monotonic() - before[0], time.process_time() - before[1]
    return plan, paying.crowding(*took)


def _waivers(settings: Settings, known: Catalogue) -> tuple[Waiver, ...]:
    if settings.waivers is None:
        return ()
    rows = ((each.id, each.operation) for each in known.requirements.values())
    return WaiverFile.from_yaml(settings.waivers, rows).waivers
