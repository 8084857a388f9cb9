"""What the generated cases of every operation work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from conformance.errors import Failure, NotApplicable
from conformance.fuzzing import blame, document, fit, sending, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hypothesis.strategies import SearchStrategy
    from schemathesis.schemas import APIOperation

    from conformance.catalogue import Operation
    from conformance.drivers import Api
    from conformance.evidence import Exchange
    from conformance.fuzzing.levels import Share
    from conformance.fuzzing.search import Search
    from conformance.fuzzing.sending import Written


class Held(Protocol):
    """A container or file that is there for a case to use."""

    id: str
    name: str
    created: dict[str, Any]


class Arranges(Protocol):
    """Makes what a case needs."""

    def container(self, label: str = ...) -> Held:
        """A new container."""

    def file(self, container: str, content: bytes = ..., filename: str = ...) -> Held:
        """A new file in *container*."""


@dataclass(slots=True)
class Lab:
    """One operation's generated case, and all that it may use."""

    operation: Operation
    api: Api
    given: Arranges
    search: Search
    share: Share
    whole: Mapping[str, Any]  # the OpenAPI document
    openapi: Mapping[str, Any]  # the same, pruned to what the target claims
    claims: Mapping[str, bool]
    eventually: Callable[..., Any]
    _documented: dict[str, APIOperation[Any, Any, Any, Any]] = field(default_factory=dict)

    def id_of(self, suffix: str) -> str:
        """The id of this operation's requirement that ends in *suffix*."""
        return f"{self.operation.prefix}.{suffix}"

    def claim(self, features: set[str]) -> None:
        """Take *features* as the target's, which it has shown by taking their options."""
        self.claims = {**self.claims, **dict.fromkeys(features, True)}
        self.openapi = document.pruned(self.whole, self.claims)
        self._documented.clear()

    def container(self) -> str:
        """The id of a new container of this case.

        Raises:
            NotApplicable: if the run's limits leave no room for one.
        """
        if not self.search.budget.allows(requests=3, creates=1):
            raise NotApplicable("the run's limits leave no room for generated requests")
        self.search.budget.created += 1
        return self.given.container("generated").id

    # What is generated.

    def valid(self) -> SearchStrategy[Written | None]:
        """Requests of this operation that every provider has to take, but for their path."""
        from schemathesis import GenerationMode  # noqa: PLC0415 - slow to import

        narrow = document.narrowed(self.openapi)
        found = document.operation(narrow, self.operation.id)
        return found.as_strategy(generation_mode=GenerationMode.POSITIVE).map(sending.written)

    def invalid(self) -> SearchStrategy[Written | None]:
        """Requests of this operation that the document does not allow, but for their path."""
        from schemathesis import GenerationMode  # noqa: PLC0415 - slow to import

        found = document.operation(self.openapi, self.operation.id)
        return found.as_strategy(generation_mode=GenerationMode.NEGATIVE).map(sending.written)

    def documented(self, operation_id: str) -> APIOperation[Any, Any, Any, Any]:
        """What the document says of the answers of an operation."""
        if operation_id not in self._documented:
            free = document.tolerant(self.openapi)
            self._documented[operation_id] = document.operation(free, operation_id)
        return self._documented[operation_id]

    # What is asserted everywhere.

    def taken(self, exchange: Exchange, prefix: str | None = None) -> bool:
        """Whether a valid request was taken; books it if it was refused or ill answered."""
        prefix = prefix or self.operation.prefix
        with self.search.holds(f"{prefix}.valid-requests-are-accepted"):
            if exchange.refused:
                raise Failure("a valid request taken", exchange.told(), exchange.id)
        if exchange.ok and exchange.operation:
            with self.search.holds(f"{prefix}.answers-fit-the-document"):
                fit.check(exchange, self.documented(exchange.operation))
        return exchange.ok

    def refused(self, exchange: Exchange, suffix: str) -> None:
        """Book on the requirement *suffix* if an invalid request was taken."""
        with self.search.holds(self.id_of(suffix)):
            if exchange.ok:
                raise Failure("a refusal with a 4xx", exchange.told(), exchange.id)
        if exchange.refused:
            self.search.booking.claim(self.id_of(blame.GENERAL), "passed")

    # Ids that nobody was given.

    def made_up(self, prefix: str, odd: str) -> str:
        """An id that no target has given: long and random, whatever *odd* text ends it."""
        return self.api.wire.ledger.make_up(self.api.made_up(prefix, "generated") + odd)

    def oddities(self) -> SearchStrategy[str]:
        """What ends made-up ids."""
        return texts.oddities()
