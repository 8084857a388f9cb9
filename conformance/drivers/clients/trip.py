"""One client's way through the API: makes the calls, and books what each trial showed."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.drivers.clients.judging import Finding, Judgement, Look
from conformance.drivers.clients.seen import CALLS
from conformance.errors import LimitReached

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.drivers.api import Api
    from conformance.drivers.clients.seen import Client
    from conformance.drivers.clients.tape import Tape

#: Every value that a byte can have, four times.
BYTES = bytes(range(256)) * 4

OPERATIONS = {call: operation for operation, call in CALLS.items()} | {
    "upload_original": "createContainerFile",
    "text": "retrieveContainerFileContent",
}


def encoded(content: bytes) -> str:
    """*content* as it travels to and from a client's program."""
    return base64.b64encode(content).decode()


@dataclass(frozen=True, slots=True)
class Common:
    """What is made once for all clients, which only read it: by our own requests."""

    flock: tuple[str, ...]  # containers, newest first
    shelf: str  # a container
    shelved: tuple[str, ...]  # its files, oldest first
    original: str | None  # a file of the Files API
    no_original: str = ""  # why there is none


@dataclass(slots=True)
class Trip:
    """One client, what it finds, and what was found."""

    client: Client
    tape: Tape
    api: Api  # our own, for what has to be there first
    common: Common
    directory: Path  # for files that a document reads
    label: str  # what the names of its containers have in common
    findings: list[Finding] = field(default_factory=list)
    document: str | None = None

    def name(self, label: str) -> str:
        """A name for a container of this client."""
        return self.api.name(f"{self.label}-{label}")

    def call(self, name: str, /, **given: Any) -> Look:  # noqa: ANN401 - any JSON
        """Make a call.

        Raises:
            LimitReached: if the limits of the whole run forbid more.
        """
        self.tape.begin()
        operation = given.pop("operation", None) or OPERATIONS[name]
        seen = self.client.call(name, given)
        self.tape.wait(self.api.wire.connection.timeout_s)
        if self.tape.limit:
            raise LimitReached(self.tape.limit)
        if self.tape.is_full and not seen.stopped:
            seen = type(seen)(value=seen.value, stopped=f"{len(self.tape.of_this_call)} requests")
        return Look(operation, seen, tuple(self.tape.of_this_call))

    def book(self, title: str, judgement: Judgement, *looks: Look) -> Finding:
        """Book what *title* has shown on the operation of the first of *looks*."""
        kept = tuple(each.id for look in looks for each in look.exchanges)
        finding = Finding(
            operation=looks[0].operation,
            title=title,
            verdict=judgement.verdict,
            says=judgement.says,
            guilt=judgement.guilt,
            exchanges=kept,
            document=self.document,
        )
        self.findings.append(finding)
        return finding
