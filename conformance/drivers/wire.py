"""The wire: the one place that a request leaves by.

Whoever sends (scenario, generated case, clean-up) passes here, so that each request is
counted before it leaves, names no container that is not ours, waits where the target asks
for a rest, and is recorded.
"""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from conformance.catalogue import operation_of
from conformance.catalogue.facts import CONTENT
from conformance.drivers import caution
from conformance.drivers.booking import Booking
from conformance.drivers.connection import KEPT_OF_A_CUT_ANSWER, LONGEST_ANSWER, Credential
from conformance.drivers.patience import Patience
from conformance.drivers.throttling import is_throttling, seconds_asked
from conformance.errors import LimitReached, NoRoom, Unreachable, Untestable
from conformance.evidence import Exchange, moments
from conformance.evidence.curl import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from conformance.drivers.connection import Connection
    from conformance.evidence import Arrival, Request, Response
    from conformance.ledger import Ledger

#: Seconds that one request waits for a throttled target in all, and once it waited in vain.
LONGEST_WAIT_S, SHORT_WAIT_S = 60.0, 2.0

#: Seconds of the first pause where the target does not say how long.
FIRST_PAUSE_S = 0.5

#: Bytes of an answer that is no file's content, and of all answers that a case gets.
LONGEST_JSON, ROOM = 2 * 1024 * 1024, 48 * 1024 * 1024

#: The same of an answer that our own upstream was told to give.
LONGEST_PROVOKED = 80 * 1024 * 1024

NOBODY = Credential("none", ())


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its caller wants it sent."""

    method: str
    path: str
    credential: Credential
    params: list[tuple[str, str]]
    headers: tuple[tuple[str, str], ...]
    content: bytes | None
    chunked: bool
    cleaning: bool

    @property
    def operation(self) -> str | None:
        """The operation that it is; None if it is none."""
        found = operation_of(self.method, self.path.partition("?")[0])
        return found.id if found else None


@dataclass(slots=True)
class Wire:
    """Sends requests to one target on behalf of one worker."""

    base_url: str
    connection: Connection
    ledger: Ledger
    worker: str = "main"
    headers: tuple[tuple[str, str], ...] = ()  # of the target's options, with every request
    query: tuple[tuple[str, str], ...] = ()
    variables: Mapping[str, str] = field(default_factory=lambda: VARIABLES)  # that hold the keys
    case: str = ""
    again: str = ""  # ends the names of what a later attempt makes
    exchanges: list[Exchange] = field(default_factory=list, repr=False)  # tracebacks show a wire
    mask: Callable[[str], str] = str  # leaves out what must not be written down
    credential: Credential = NOBODY  # who looks where a creation is doubtful
    on_send: Callable[[Exchange], None] | None = None
    arrived: Callable[[], tuple[Arrival, ...]] | None = None  # since it was asked last
    provoked: bool = False  # what is answered is our own doing, and no rest is given
    names_none: bool = False  # a deletion may name no container: some would lose all of theirs
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def send(
        self,
        method: str,
        path: str,
        *,
        credential: Credential,
        params: list[tuple[str, str]] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        content: bytes | None = None,
        chunked: bool = False,
        cleaning: bool = False,
    ) -> Exchange:
        """Send one request to *path* behind the base URL and return the exchange.

        Raises:
            ForeignContainer: if it names a container that is not ours.
            Untestable: if it names what the target had no right to give, or is throttled
                without end; a creation for which there is never room raises `NoRoom`.
            LimitReached: if the run's limits forbid it.
            Unreachable: if no answer came.
        """
        caution.guard(self.ledger, method, path, names_none=self.names_none)
        query = params or []
        asked = Asked(method, path, credential, query, headers, content, chunked, cleaning)
        waited, pause = 0.0, FIRST_PAUSE_S
        while True:
            exchange = self._once(asked)
            self.exchanges.append(exchange)
            if self.on_send:
                self.on_send(exchange)
            if exchange.response is None and not exchange.provoked:
                raise Unreachable(f"{method} {path} got no answer ({exchange.trouble})")
            if exchange.provoked or not exchange.throttled:
                return exchange
            if not self._may_rest(exchange.operation, waited):
                raise _without_end(exchange)
            waited += self._rest(exchange, pause, LONGEST_WAIT_S - waited)
            pause *= 2

    def _once(self, asked: Asked) -> Exchange:
        """Send it once: booked before it leaves, and settled by what came."""
        operation, content = asked.operation, asked.content
        patience = Patience(self.ledger, self.connection.timeout_s)
        patience.ask(operation)
        kind = asked.credential.kind
        number = self.booking.ask(
            operation, asked.method, asked.path, content, self.case, caller=kind
        )
        try:
            self._take_turn(cleaning=asked.cleaning)
        except LimitReached:
            if number:
                self.ledger.refuse(number)  # nothing is sent, so nothing can be made
            raise
        exchange = self._exchanged(asked)
        if self.provoked:
            if number:
                self.ledger.refuse(number)  # our upstream has made nothing
            return exchange
        whole = exchange.response is not None and exchange.response.flaw is None
        patience.learn(exchange.operation, exchange.elapsed_ms, came_whole=whole)
        if number:
            self.booking.settle(number, exchange, content)
        self.booking.note(asked.path, exchange)
        return exchange

    def _exchanged(self, asked: Asked) -> Exchange:
        """What crosses the wire for it, there and back."""
        exchange_id = f"{self.worker}-{next(self._numbers)}"
        if self.arrived:
            self.arrived()  # what came late belongs to no request
        started_at = moments.now()
        began = time.perf_counter()
        request, response, trouble = self._requested(asked)
        return Exchange(
            id=exchange_id,
            operation=asked.operation,
            request=request,
            response=response,
            started_at=started_at,
            elapsed_ms=(time.perf_counter() - began) * 1000,
            credential=asked.credential.kind,
            trouble=trouble,
            params=tuple(asked.params),
            throttled=response is not None and not self.provoked and is_throttling(response),
            upstream=self.arrived() if self.arrived else None,
            provoked=self.provoked,
        )

    def _requested(self, asked: Asked) -> tuple[Request, Response | None, str | None]:
        return self.connection.request(
            asked.method,
            self.url_of(asked.path, asked.params),
            (*self.headers, *asked.credential.headers, *asked.headers),
            asked.content,
            chunked=asked.chunked,
            longest=self._longest(asked.operation),
            before_repeat=lambda: self.ledger.spend_request(cleaning=asked.cleaning),
        )

    def _longest(self, operation: str | None) -> int:
        """How long an answer may be: what it ought to be, and what a case has room for."""
        if self.provoked:
            return LONGEST_PROVOKED
        held = sum(len(each.content) for each in self.exchanges)
        longest = LONGEST_ANSWER if operation == CONTENT else LONGEST_JSON
        return max(min(longest, ROOM - held), KEPT_OF_A_CUT_ANSWER)

    def url_of(self, path: str, params: Iterable[tuple[str, str]] = ()) -> str:
        """The URL of *path* behind the base URL, with the query of the target's options."""
        query = urlencode([*self.query, *params], quote_via=quote)
        mark = "&" if "?" in path else "?"
        return f"{self.base_url}{path}" + (f"{mark}{query}" if query else "")

    def _take_turn(self, *, cleaning: bool) -> None:
        while self.ledger.is_paced:
            wait = self.ledger.pace()
            if not cleaning:
                self.ledger.check_duration(max(wait, 0.0))
            if wait <= 0:
                break
            time.sleep(wait)
            self.ledger.add("waited_s", wait)
            if self.ledger.limits.rps:
                break
        self.ledger.spend_request(cleaning=cleaning)

    # What may have been created.

    @property
    def booking(self) -> Booking:
        """What enters creations into the ledger; the newest are looked at with the run's key."""
        params = [("limit", "100"), ("order", "desc")]
        return Booking(
            self.ledger,
            self.mask,
            lambda: self.send("GET", "/containers", credential=self.credential, params=params),
        )

    # Throttling.

    def _may_rest(self, operation: str | None, waited: float) -> bool:
        """Whether *operation*, that has *waited* so long for its target, may wait any longer."""
        about = f"throttled in vain: {operation or ''}"
        longest = SHORT_WAIT_S if self.ledger.noted(about) else LONGEST_WAIT_S
        if waited < longest:
            return True
        self.ledger.note(about, "yes")
        return False

    def _rest(self, exchange: Exchange, pause: float, most: float) -> float:
        """Wait as the target asks, *most* seconds at the most; returns the seconds waited."""
        seconds = min(seconds_asked(exchange.header("retry-after")) or 0.0, most)
        if not seconds:  # nobody hurries where no time was named
            seconds = min(pause * random.uniform(0.8, 1.2), 10.0)  # noqa: S311 - jitter
            if exchange.operation == "createContainer":
                # A quota on containers: the others go on, so that one of ours can go.
                self.ledger.add("throttled", 1)
                self.ledger.add("waited_s", seconds)
                time.sleep(seconds)
                return seconds
        self.ledger.pause(seconds)
        return max(seconds, 0.05)


def _without_end(throttled: Exchange) -> Untestable:
    kind = NoRoom if throttled.operation == "createContainer" else Untestable
    return kind(f"the target throttles without end: {throttled.told()}")
