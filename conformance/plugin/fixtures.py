"""The vocabulary of the scenarios: who asks, what is given, what holds."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.errors import Failure, NotApplicable, Unsupported, Untestable
from conformance.plugin import cleaning, waiting
from conformance.plugin.state import STATE, Bench, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.drivers import Api
    from conformance.evidence import Exchange


@dataclass(frozen=True, slots=True)
class Held:
    """A container or file that is there for a case to use."""

    id: str
    name: str
    created: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """Arranges what a case needs; what can't be arranged makes the case untestable."""

    api: Api

    def container(self, label: str = "given", *, odd: dict[str, Any] | None = None) -> Held:
        """A new container, deleted when the case is over.

        What is *odd* is tried with its creation, and left out where that is refused: a target
        may take it or not, but passive checks see that it answers properly.

        Raises:
            Untestable: if it could not be made; blames the creation.
        """
        name = self.api.name(label)
        answer = self.api.create_container(**{"name": name, **(odd or {})})
        if odd and not answer.ok:
            answer = self.api.create_container(name=name)
        held = _held(answer, name, "container.create")
        if self.api.wire.ledger.is_given_again(held.id):
            raise Untestable(
                "a creation gave the container of another",
                blame="container.create.ids-are-distinct",
            )
        return held

    def file(
        self, container: str, content: bytes = b"given\n", filename: str = "given.txt"
    ) -> Held:
        """A new file in *container*.

        Raises:
            Untestable: if it could not be made; blames the upload.
        """
        return _held(self.api.upload(container, content, filename), filename, "file.create")

    def original(self, content: bytes, filename: str = "original.bin") -> Held:
        """A file of the Files API, which copies are made from; deleted when the case is over.

        Raises:
            Unsupported: if the target has no Files API.
        """
        answer = self.api.upload_original(content, filename)
        if not answer.ok or not isinstance(answer.get("id"), str):
            raise Unsupported(f"no file to copy from: POST /files answered {answer.told()}")
        return Held(answer["id"], filename, answer.object)


def _held(answer: Exchange, name: str, prefix: str) -> Held:
    if not answer.ok:
        raise Untestable(f"nothing could be made: {answer.told()}", blame=f"{prefix}.succeeds")
    id_ = answer.get("id")
    if not isinstance(id_, str) or not id_:
        raise Untestable(
            f"what was made has no id: {answer.told()}", blame=f"{prefix}.id-is-a-string"
        )
    return Held(id_, name, answer.object)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Bench:
    """What this worker works with."""
    return request.config.stash[STATE]


@pytest.fixture
def record(bench: Bench) -> Record:
    """What this attempt at the case leaves behind."""
    return bench.record


@pytest.fixture
def api(bench: Bench) -> Iterator[Api]:
    """The target's API with the run's key; what the case has made is deleted at its end."""
    yield bench.api
    cleaning.clean(bench.api, bench.ledger.owed(case=bench.api.wire.case))


@pytest.fixture
def holds(record: Record) -> Callable[[str], Any]:
    """Books what fails inside a block on one requirement.

    As in ``with holds("some.requirement"):``; the case goes on behind it.
    """
    return record.holds


@pytest.fixture
def given(api: Api) -> Given:
    """Arranges containers and files."""
    return Given(api)


@pytest.fixture
def authenticated(bench: Bench) -> None:
    """Makes a case apply only where keys are sent at all.

    Raises:
        NotApplicable: under ``--auth none``.
    """
    if bench.settings.auth_header is None:
        raise NotApplicable("no key is sent (--auth none)")


@pytest.fixture
def eventually(bench: Bench) -> Callable[..., Any]:
    """``eventually(check, about=requirement)`` repeats *check* until it holds or time is up.

    With ``at_least=seconds`` it waits so long even where lists may not lag.
    """
    return functools.partial(waiting.wait, bench)


@pytest.fixture
def pause() -> Callable[[float], None]:
    """``pause(seconds)`` lets time pass, and asks nothing: for what a target does by itself."""
    return time.sleep


@pytest.fixture
def accepts() -> Callable[[Exchange, str], Exchange]:
    """``accepts(exchange, what)``: the optional feature was taken; a 4xx says it is not there."""

    def judge(exchange: Exchange, what: str) -> Exchange:
        if exchange.refused:
            raise Unsupported(f"{what} is refused: {exchange.told()}")
        if not exchange.ok:
            raise Failure(f"{what} accepted, or refused with a 4xx", exchange.told(), exchange.id)
        return exchange

    return judge
