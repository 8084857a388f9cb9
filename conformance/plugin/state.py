"""What one worker works with while a run goes on."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from conformance.errors import NoRoom, NotApplicable
from conformance.plugin import cleaning
from conformance.plugin.record import Record, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalogue import Catalogue
    from conformance.drivers import Api
    from conformance.evidence import Arrival, Exchange, Redactor
    from conformance.ledger import Ledger, Shared
    from conformance.targets import Settings

__all__ = ["STATE", "Bench", "Record"]


class Upstream(Protocol):
    """The provider behind a proxy where it is ours, as `conformance.proxying` has it."""

    def take(self) -> tuple[Arrival, ...]:
        """What has arrived since this was asked last."""

    def dictate(self, answer: Any) -> None:  # noqa: ANN401 - of the other room
        """Let every operation be answered with *answer*; None: as the reference does."""

    def examine(self, exchange: Exchange) -> Any:  # noqa: ANN401 - of the other room
        """Hold *exchange* against what arrived."""


#: Ends the names of what is made a second time: short, since a target may cut long ones.
AGAIN = "2"


@dataclass(slots=True)
class Bench:
    """The API, the ledger and the current record of one worker."""

    settings: Settings
    catalogue: Catalogue
    scope: Scope
    api: Api
    ledger: Ledger
    shared: Shared
    redactor: Redactor
    worker: str = "main"
    current: Record | None = None
    upstream: Upstream | None = None
    unasked: frozenset[str] = frozenset()  # requirements that only unwanted cases speak for

    @property
    def record(self) -> Record:
        """The record of the attempt that runs."""
        if self.current is None:
            raise RuntimeError("no case runs")
        return self.current

    def only_on_loopback(self, why: str) -> None:
        """Refuse to try on a stranger's target what could destroy more than ours.

        Raises:
            NotApplicable: where the target is not on this machine; tells *why*.
        """
        if not self.settings.is_loopback:
            raise NotApplicable(f"tried on loopback only: {why}")

    @contextlib.contextmanager
    def naming_no_container(self) -> Iterator[None]:
        """While this goes on, a deletion may name no container; on loopback only."""
        self.only_on_loopback("a deletion without an id may delete everything")
        self.api.wire.names_none = True
        try:
            yield
        finally:
            self.api.wire.names_none = False

    def share(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - plain data
        """What is shared as *name*, made in its own name so that no case deletes it."""
        wire = self.api.wire

        def in_its_own_name() -> Any:  # noqa: ANN401 - whatever the call gives
            case, again = wire.case, wire.again
            wire.case = f"shared:{name}"
            wire.again = AGAIN if self.ledger.noted(f"made: {name}") else ""
            self.ledger.note(f"made: {name}", "yes")
            try:
                return make()
            except NoRoom:
                cleaning.clean(self.api, self.ledger.owed(case=wire.case))
                raise
            finally:
                self.ledger.note(f"time of {name}", str(time.time()))
                wire.case, wire.again = case, again

        return self.shared.get(name, in_its_own_name)


STATE = pytest.StashKey[Bench]()
