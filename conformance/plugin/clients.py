"""Drives every client that is there against one target, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import __version__, catalogue
from conformance.drivers.clients import documents, journey
from conformance.drivers.clients.over_httpx import Httpx
from conformance.drivers.clients.program import ClientBroken
from conformance.drivers.clients.recorder import Keys, Recorder
from conformance.drivers.clients.seen import Access
from conformance.drivers.clients.tape import Tape
from conformance.drivers.clients.trip import Trip
from conformance.errors import LimitReached, Untestable
from conformance.evidence import Redactor, moments
from conformance.ledger import Ledger
from conformance.plugin import claiming, cleaning, ground, interrupting, opening, target
from conformance.secrecy import remember
from conformance.verdicts import clients as verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from filelock import FileLock

    from conformance.drivers import Api
    from conformance.drivers.clients.roster import Column
    from conformance.drivers.clients.seen import Client
    from conformance.drivers.clients.trip import Common
    from conformance.targets import Settings


#: What one call of a client may take, in timeouts of one request.
TIMEOUTS_A_CALL = 2


@dataclass(slots=True)
class Drive:
    """One run of the clients against one target."""

    settings: Settings
    environ: Mapping[str, str]
    id: str
    directory: Path
    base_url: str
    ledger: Ledger
    redactor: Redactor
    keys: Keys
    api: Api
    claimed: FileLock
    embedded: target.Embedded | None = None
    clients: list[dict[str, Any]] = field(default_factory=list)
    exchanges: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)
    limit: str | None = None
    interrupted: bool = False
    started: float = field(default_factory=time.time)

    @classmethod
    def open(cls, settings: Settings, environ: Mapping[str, str]) -> Drive:
        """Make the directory and the ledger; start the embedded reference if it is the target.

        Raises:
            UsageError: if the directory can't be written, or a run keeps it.
        """
        id_ = moments.new_id()
        directory = opening.directory_of(settings, id_)
        claimed = claiming.claim(directory)
        settings, base_url, embedded = opening.target_of(settings)
        ledger = Ledger(directory / f"ledger-{id_}.sqlite", opening.limits_of(settings))
        opening.note(ledger, settings, base_url, id_)
        callers = target.credentials(settings)
        own, wrong = target.random_key("client"), target.random_key("stranger")
        remember((own, wrong))
        return cls(
            settings=settings,
            environ=environ,
            id=id_,
            directory=directory,
            base_url=base_url,
            ledger=ledger,
            redactor=Redactor.of((*settings.secrets, own, wrong)),
            keys=Keys(own, wrong, callers["own"], callers["wrong"]),
            api=target.api_of(settings, base_url, ledger, "main"),
            claimed=claimed,
            embedded=embedded,
        )

    def drive(self, columns: Sequence[Column]) -> None:
        """Drive what is installed of *columns*, one after the other."""
        try:
            self.api.wire.case = "common"
            common = ground.prepare(self.api, self.settings.consistency, self.redactor.mask)
            for column in columns:
                self._column(column, common)
        except LimitReached as reached:
            self.limit = reached.limit
        except KeyboardInterrupt:
            self.interrupted = True

    def close(self) -> None:
        """Delete what is left, and let go of target and ledger."""
        try:
            with interrupting.undisturbed():
                self.left = self._clean(None)
        finally:
            self.api.wire.connection.close()
            if self.embedded:
                self.embedded.stop()

    def _column(self, column: Column, common: Common) -> None:
        where = column.room.found(self.environ) if column.room else None
        entry = _entry(column)
        self.clients.append(entry)
        if column.room and where is None:
            entry |= {"state": "not-installed", "says": column.room.install(self.environ)}
            return
        tape = Tape(column.label)
        findings: list[dict[str, Any]] = []
        self.api.wire.case = column.label
        try:
            with self._started(column, where, tape) as client:
                facts = client.facts
                entry |= {"version": facts.version, "runtime": facts.runtime, "title": facts.title}
                self._travel(client, tape, common, findings, column.label)
        except ClientBroken as broken:
            entry |= {"state": "broken", "says": self.redactor.mask(str(broken))}
        except Untestable as why:
            entry |= {"state": "broken", "says": self.redactor.mask(why.reason)}
        finally:
            self._keep(entry, findings, tape)
            with interrupting.undisturbed():
                self._clean(column.label)

    def _travel(
        self,
        client: Client,
        tape: Tape,
        common: Common,
        findings: list[dict[str, Any]],
        label: str,
    ) -> None:
        with tempfile.TemporaryDirectory(prefix="conformance-") as directory:
            trip = Trip(client, tape, self.api, common, Path(directory), label)
            try:
                journey.travel(trip)
                documents.travel(trip)
            finally:
                findings += [each.to_json() for each in trip.findings]

    @contextlib.contextmanager
    def _started(self, column: Column, where: Path | None, tape: Tape) -> Iterator[Client]:
        """The client of *column*, recorded on *tape*, and ended afterwards."""
        api = target.api_of(self.settings, self.base_url, self.ledger, column.label)
        api.wire.case = column.label
        seconds = self.settings.timeout * TIMEOUTS_A_CALL
        recorder = None
        client: Client
        try:
            if where is None:
                client = Httpx(api, tape, Access("", "", "").items)
            else:
                recorder = Recorder(api.wire, self.keys, tape)
                access = Access(recorder.base_url, self.keys.own, self.keys.wrong, seconds)
                client = column.start(where, access)
            try:
                yield client
            finally:
                client.close()
        finally:
            if recorder:
                recorder.close()
            api.wire.connection.close()

    def _keep(self, entry: dict[str, Any], findings: list[dict[str, Any]], tape: Tape) -> None:
        mask = self.redactor.mask
        for each in findings:
            each["says"] = mask(each["says"])
        entry["operations"] = [
            verdicts.cell(operation.id, findings) for operation in catalogue.OPERATIONS
        ]
        entry["documents"] = verdicts.documents(findings)
        self.exchanges += [each.to_json(mask) for each in tape.exchanges]

    def _clean(self, case: str | None) -> list[dict[str, str]]:
        """Delete what *case* has made, or all that is owed; what could not be deleted."""
        found = (
            cleaning.clean(self.api, self.ledger.owed(case=case))
            if case
            else cleaning.clean_up(self.api, self.settings.consistency)
        )
        mask = self.redactor.mask
        return [{key: mask(value) for key, value in each.items()} for each in found]

    def report(self) -> dict[str, Any]:
        """What the run has shown, as plain data."""
        cut_short = self.interrupted or self.limit is not None
        return {
            "schema_version": "1",
            "verdict": verdicts.verdict_of(self.clients, cut_short=cut_short),
            "suite": {"version": __version__},
            "target": {"base_url": self.base_url, "name": self.settings.name},
            "run": {
                "id": self.id,
                "started_at": moments.told(datetime.fromtimestamp(self.started, UTC)),
                "duration_s": round(time.time() - self.started, 3),
                "requests": int(self.ledger.count("requests")),
                "containers_created": int(self.ledger.count("containers")),
                "containers_left": Counter(each["kind"] for each in self.left)["container"],
                "interrupted": self.interrupted,
                "limit": self.limit,
            },
            "clients": self.clients,
            "left": self.left,
            "exchanges": self.exchanges,
        }


def _entry(column: Column) -> dict[str, Any]:
    """What is told of *column* before it was driven."""
    return {
        "name": column.client,
        "version": column.facts.version,
        "mode": column.mode,
        "runtime": "",
        "title": column.facts.title,
        "state": "driven",
        "says": "",
    }


def run(
    settings: Settings, columns: Sequence[Column], environ: Mapping[str, str]
) -> tuple[dict[str, Any], Path]:
    """Drive *columns* against the target of *settings*; the report, and its directory.

    Raises:
        UsageError: if the report directory can't be written, or a run keeps it.
        TargetRefused: if the target can't be reached, or makes nothing.
    """
    with interrupting.by_sigterm():
        drive = Drive.open(settings, environ)
        try:
            try:
                target.preflight(drive.api)
                drive.drive(columns)
            finally:
                drive.close()
            return drive.report(), drive.directory
        finally:
            drive.ledger.close()
            drive.claimed.release()
