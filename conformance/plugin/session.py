"""A run from its first request to its report."""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import __version__, catalogue
from conformance.drivers.patience import Patience
from conformance.errors import LimitReached, TargetRefused, UsageError
from conformance.evidence import Evidence, EvidenceWriter, Redactor
from conformance.ledger import Ledger, Limits
from conformance.plugin import cleaning, planning, reaching, target
from conformance.plugin.bench import make_bench
from conformance.plugin.estimate import Estimate, estimate
from conformance.verdicts import Waiver, WaiverFile, judge
from conformance.verdicts.waiver import draft

if TYPE_CHECKING:
    from conformance.catalogue import Catalogue
    from conformance.plugin.state import Bench, Upstream
    from conformance.targets import Settings
    from conformance.verdicts import Report

OWNER_ONLY = 0o700

#: Seconds of requests, one after the other, that a worker process pays for itself with.
PAYS_S = 6.0

MOST_WORKERS = 8

#: Characters that are kept of a fault of the suite, from its end.
LONGEST_FAULT = 2000

#: Milliseconds that a request costs beside the target's own time.
OWN_MS = 3.0

#: About how many requests each level of generation adds to the 300 of the scenarios.
REQUESTS = {"off": 300, "quick": 450, "standard": 850, "deep": 2500}


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
    embedded: target.Embedded | None = None
    waivers: tuple[Waiver, ...] = ()
    upstream: Upstream | None = None  # of a proxy, where it is ours
    bench: Bench | None = None
    writer: EvidenceWriter | None = None
    latency_ms: float = 1.0
    interrupted: bool = False
    limit: str | None = None
    fault: str | None = None
    planned: bool = False
    preflight: list[dict[str, Any]] = field(default_factory=list)
    report: Report | None = None
    _began: float = field(default_factory=time.monotonic)

    @classmethod
    def open(cls, settings: Settings) -> Run:
        """Make the directory and the ledger, start the embedded reference if it is the target.

        Raises:
            UsageError: if the directory can't be written.
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
        embedded = None
        if settings.is_embedded:
            settings = target.with_keys(settings)
            keys = [key.reveal() for key in (settings.api_key, settings.second_api_key) if key]
            embedded = target.Embedded.start(keys)
        base_url = embedded.base_url if embedded else str(settings.base_url)
        plan = estimate(known, settings)
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
            ("pid", str(os.getpid())),
            ("embedded", "yes" if embedded else ""),
        ):
            book.note(key, value)
        redactor = Redactor.of(settings.secrets)
        return cls(
            settings, known, id_, directory, base_url, book, redactor, plan, embedded, waivers
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
        wanted = min(int(one_by_one_s / PAYS_S), MOST_WORKERS)
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
        }

    def receive(self, record: dict[str, Any]) -> None:
        """Keep what a case has left behind."""
        self.limit = self.limit or record.get("limit")
        self._write_plan()
        if self.writer:
            self.writer.append(record)

    def _write_plan(self) -> None:
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

    def close(self, *, filtered: bool) -> Report:
        """Delete what is left, end the evidence, judge it, and write every report."""
        left = self._clean()
        self._write_plan()
        footer = {
            "ended_at": timestamp(),
            "duration_s": round(time.monotonic() - self._began, 3),
            "interrupted": self.interrupted,
            "limit": self.limit,
            "fault": self.redactor.mask(self.fault)[-LONGEST_FAULT:] if self.fault else None,
            "filtered": filtered,
            "requests": int(self.ledger.count("requests")),
            "containers_created": int(self.ledger.count("containers")),
            "containers_left": sum(each["kind"] == "container" for each in left),
            "left": left,
            "throttled": int(self.ledger.count("throttled")),
            "waited_s": round(self.ledger.count("waited_s"), 3),
            "unreachable": None,
        }
        if self.writer:
            self.writer.close(footer)
        evidence = Evidence.from_file(self.directory / "evidence.jsonl")
        self.report = judge(evidence, self.catalogue)
        from conformance import reporting  # noqa: PLC0415 - only a run's end needs it

        reporting.write_all(self.report, evidence, self.directory)
        _summarise(self.directory, os.environ.get("GITHUB_STEP_SUMMARY"))
        if self.settings.write_waivers:
            draft(self.report, self.settings.write_waivers)
        return self.report

    def _clean(self) -> list[dict[str, str]]:
        if self.bench is None:
            return []
        wire = self.bench.api.wire
        wire.exchanges.clear()
        wire.case = "clean-up"
        Patience(self.ledger, self.settings.timeout).renew(planning.OPERATION_IDS)
        found = cleaning.clean(self.bench.api, self.ledger.owed())
        if found:  # a target that answers now and then gets another chance
            found = cleaning.clean(self.bench.api, self.ledger.owed())
        left = [{key: self.redactor.mask(value) for key, value in each.items()} for each in found]
        if self.writer:
            # What cleaning up has cost is in the evidence as well; it makes no claims.
            for exchange in wire.exchanges:
                self.writer.append(
                    {
                        "kind": "cleaning",
                        "exchanges": [exchange.to_json(self.redactor.mask)],
                    }
                )
        return left

    def stop(self) -> None:
        """Let go of the target and the ledger."""
        if self.bench:
            self.bench.api.wire.connection.close()
        if self.embedded:
            self.embedded.stop()
        self.ledger.note("pid", "")
        self.ledger.close()


def _summarise(directory: Path, summary: str | None) -> None:
    """On GitHub Actions, add the report to the summary of the job."""
    if summary:
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write((directory / "report.md").read_text("utf-8"))


def _waivers(settings: Settings, known: Catalogue) -> tuple[Waiver, ...]:
    if settings.waivers is None:
        return ()
    rows = ((each.id, each.operation) for each in known.requirements.values())
    return WaiverFile.from_yaml(settings.waivers, rows).waivers


def _folder(host: str) -> str:
    return "".join(each if each.isalnum() or each in ".-" else "-" for each in host)
