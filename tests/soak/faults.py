"""What a target may do to a run while it soaks, each with the exit status that must come out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, around, objecting, refusal
from tests.mutants.registry import PREFIXES

CONFORMS, BREAKS = 0, 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to behave, and what a run of any seed says of it."""

    name: str
    wrap: Callable[[ASGIApp], ASGIApp]
    status: int


FAULTS: list[Fault] = []


def fault(status: int) -> Callable[[Callable[[ASGIApp], ASGIApp]], Callable[[ASGIApp], ASGIApp]]:
    """Register a way to behave, with the exit *status* that it comes to."""

    def declare(wrap: Callable[[ASGIApp], ASGIApp]) -> Callable[[ASGIApp], ASGIApp]:
        FAULTS.append(Fault(wrap.__name__, wrap, status))
        return wrap

    return declare


@fault(CONFORMS)
def behaves(app: ASGIApp) -> ASGIApp:
    """Does as it should."""
    return app


def _every(app: ASGIApp, number: int, instead: Callable[[], Answer]) -> ASGIApp:
    """Answers every so many requests with something else."""
    heard = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        heard[0] += 1
        return await ask(request) if heard[0] % number else instead()

    return around(app, handle)


@fault(CONFORMS)
def throttles(app: ASGIApp) -> ASGIApp:
    """Asks for a rest now and then, without saying for how long."""
    return _every(app, 11, lambda: refusal(429))


@fault(CONFORMS)
def is_unavailable_now_and_then(app: ASGIApp) -> ASGIApp:
    """Answers 503 with a Retry-After of no time now and then."""

    def instead() -> Answer:
        answer = refusal(503)
        answer.headers["retry-after"] = "0"
        return answer

    return _every(app, 7, instead)


@fault(CONFORMS)
def is_slow(app: ASGIApp) -> ASGIApp:
    """Takes a while for every answer."""

    async def handle(request: Request, ask: Ask) -> Answer:
        await asyncio.sleep(0.01)
        return await ask(request)

    return around(app, handle)


@fault(CONFORMS)
def says_more_than_it_must(app: ASGIApp) -> ASGIApp:
    """Answers with fields that nobody knows, but for what is in files."""
    spoken = [each for each in PREFIXES if each != "retrieveContainerFileContent"]
    return objecting(app, spoken, lambda each: each.update(x_region="here", x_tags=["a"]))


@fault(BREAKS)
def loses_a_byte(app: ASGIApp) -> ASGIApp:
    """Answers file content without its last byte."""

    def cut(answer: Answer, _: Request) -> None:
        answer.body = answer.body[:-1]

    return answering(app, "retrieveContainerFileContent", cut)


@fault(BREAKS)
def hides_that_it_deletes(app: ASGIApp) -> ASGIApp:
    """Deletes, and answers 500 all the same."""

    def fail(answer: Answer, _: Request) -> None:
        answer.status = 500

    return answering(app, "deleteContainer", fail)


@fault(BREAKS)
def counts_one_too_many(app: ASGIApp) -> ASGIApp:
    """Says of every file that it has one byte more than it has."""

    def count(each: dict[str, Any]) -> None:
        if "bytes" in each:
            each["bytes"] = (each["bytes"] or 0) + 1

    return objecting(app, "*", count)
