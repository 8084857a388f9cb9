"""A run from its first request to its report."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import __version__, catalogue
from conformance.errors import LimitReached, SuiteError, TargetRefused, UsageError
from conformance.evidence import EvidenceWriter, Redactor
from conformance.ledger import Ledger, Limits
from conformance.plugin import claiming, planning, reaching, target
from conformance.plugin.bench import make_bench
from conformance.plugin.estimate import Estimate, estimate
from conformance.plugin.pointing import pointed_at
from conformance.verdicts import Waiver, WaiverFile

if TYPE_CHECKING:
    from filelock import FileLock

    from conformance.catalogue import Catalogue
    from conformance.plugin.state import Bench, Upstream
    from conformance.targets import Settings
    from conformance.verdicts import Report

OWNER_ONLY = 0o700

#: Seconds of requests, one after the other, that a worker process pays for itself with.
PAYS_S = 6.0

MOST_WORKERS = 8

#: A machine busier than this is taken for one like this: what was measured may be a hiccup.
MOST_CROWDED = 8.0

#: Milliseconds that a request costs beside the target's own time.
OWN_MS = 3.0

#: About how many requests each level of generation adds to the 300 of the scenarios.
REQUESTS = {"off": 300, "quick": 450, "standard": 850, "deep": 2500}


def crowding(wall_s: float, cpu_s: float) -> float:
    """How much slower a machine is for being busy, of work that takes a processor all its time.

    There a worker takes so much longer to start, and a target on it so much longer to answer.
    """
    return min(max(wall_s / cpu_s, 1.0), MOST_CROWDED) if cpu_s > 0 else 1.0


def timestamp() -> str:
    """Now, as RFC 3339 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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
    planned: bool = False
    preflight: list[dict[str, Any]] = field(default_factory=list)
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
        stamp = datetime.now(UTC).strftime("%y%m%d%H%M%S")
        id_ = f"{stamp}-{secrets.token_hex(3)}"
        directory = settings.report_dir or Path("reports") / _folder(settings.host) / id_
        try:
            directory.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"The report directory {directory} can't be made ({error.strerror}): "
                "give another --report-dir."
            ) from error
        claimed = claiming.claim(directory)
        embedded = None
        if settings.is_embedded:
            settings = target.with_keys(settings)
            keys = [key.reveal() for key in (settings.api_key, settings.second_api_key) if key]
            embedded = target.Embedded.start(keys)
        base_url = embedded.base_url if embedded else str(settings.base_url)
        before = time.monotonic(), time.process_time()
        plan = estimate(known, settings)
        crowd = crowding(time.monotonic() - before[0], time.process_time() - before[1])
        limits = Limits(
            min(settings.max_containers, plan.containers),
            min(settings.max_requests, plan.requests),
            settings.max_duration,
            settings.rps,
        )
        book = Ledger(directory / f"ledger-{id_}.sqlite", limits)
        for key, value in (
            ("run", id_),
            ("base_url", base_url),
            ("reaching", reaching.noted(settings)),
            ("embedded", "yes" if embedded else ""),
        ):
            book.note(key, value)
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
        try:
            target.preflight(self.bench.api)
        except TargetRefused as refused:  # it may quote what the target said
            raise TargetRefused(self.redactor.mask(str(refused))) from None
        except LimitReached as reached:
            raise TargetRefused(
                f"The target at {self.base_url} had not answered when {reached.limit} was "
                "reached: allow more, or try again when it is less busy."
            ) from None
        self.preflight = [each.to_json(self.redactor.mask) for each in wire.exchanges]
        times = [each.elapsed_ms for each in wire.exchanges]
        self.latency_ms = min(times, default=1.0)

    def workers(self) -> int:
        """How many worker processes pay for themselves; 0 for none."""
        if self.settings.workers != "auto":
            return int(self.settings.workers)
        one_by_one_s = REQUESTS[self.settings.fuzz] * (self.latency_ms + OWN_MS) / 1000
        if self.settings.profile == "smoke":
            return 0
        wanted = min(int(one_by_one_s / (PAYS_S * self.crowd)), MOST_WORKERS)
        return wanted if wanted > 1 else 0

    def begin(self) -> None:
        """Open the evidence, and put into it what looking at the target has cost."""
        self.writer = EvidenceWriter(self.directory / "evidence.jsonl", self.header())
        self.writer.append({"kind": "cleaning", "exchanges": self.preflight})

    def header(self) -> dict[str, Any]:
        """The first line of the evidence; the plan follows with the footer."""
        settings = self.settings
        return {
            "schema_version": "1",
            "suite": {
                "version": __version__,
                "catalogue_sha256": self.catalogue.sha256,
                "spec_sha256": self.catalogue.spec_sha256,
            },
            "target": {
                "base_url": self.base_url,
                "name": settings.name,
                "profile": settings.profile,
                "claims": planning.claims(self.catalogue, settings),
            },
            "run": {
                "id": self.id,
                "seed": settings.seed,
                "started_at": timestamp(),
                "fuzz": settings.fuzz,
                "strict": settings.strict,
                "slow": settings.slow,
                "only": list(settings.only),
                "shard": list(settings.shard) if settings.shard else None,
                "proxied": settings.proxied,
            },
            "waivers": [each.to_json() for each in self.waivers],
            **({"code": pointed_at(settings.sarif_file)} if settings.sarif_file else {}),
        }

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
        """Let go of the target and the ledger."""
        if self.bench:
            self.bench.api.wire.connection.close()
        if self.embedded:
            self.embedded.stop()
        self.ledger.close()
        self.claimed.release()


def _waivers(settings: Settings, known: Catalogue) -> tuple[Waiver, ...]:
    if settings.waivers is None:
        return ()
    rows = ((each.id, each.operation) for each in known.requirements.values())
    return WaiverFile.from_yaml(settings.waivers, rows).waivers


def _folder(host: str) -> str:
    return "".join(each if each.isalnum() or each in ".-" else "-" for each in host)
