"""Harmless variants in how answers are put on the wire, and how fast."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from http import HTTPStatus

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, around, refusal
from tests.mutants.rawserver import Written, by_hand, lines, without
from tests.mutants.registry import variant


def _phrase(status: int) -> bytes:
    return HTTPStatus(status).phrase.encode()


def _http10(written: Written) -> bytes:
    headers = without(written.headers, b"content-length", b"transfer-encoding")
    status = b"HTTP/1.0 %d %s" % (written.status, _phrase(written.status))
    body = b"" if written.method == "HEAD" else written.body
    return lines(status, [*headers, (b"connection", b"close")]) + body


@variant(serve=by_hand(_http10, keeps=False))
def ends_bodies_by_closing(app: ASGIApp) -> ASGIApp:
    """Answers as HTTP/1.0, without a length, and ends a body by hanging up."""
    return app


def _capitals(written: Written) -> bytes:
    headers = [(name.upper(), value) for name, value in written.headers]
    status = b"HTTP/1.1 %d %s" % (written.status, _phrase(written.status))
    return lines(status, headers) + (b"" if written.method == "HEAD" else written.body)


@variant(serve=by_hand(_capitals))
def writes_header_names_in_capitals(app: ASGIApp) -> ASGIApp:
    """Writes its header names in capitals."""
    return app


def _no_phrase(written: Written) -> bytes:
    headers = [(name.title(), b"  " + value + b" ") for name, value in written.headers]
    status = b"HTTP/1.1 %d " % written.status
    return lines(status, headers) + (b"" if written.method == "HEAD" else written.body)


@variant(serve=by_hand(_no_phrase))
def writes_no_reason_behind_the_status(app: ASGIApp) -> ASGIApp:
    """Writes a bare status, and spaces around header values."""
    return app


def _chunks(written: Written) -> bytes:
    headers = without(written.headers, b"content-length")
    status = b"HTTP/1.1 %d %s" % (written.status, _phrase(written.status))
    if written.status == HTTPStatus.NO_CONTENT or written.method == "HEAD":
        return lines(status, headers)
    size = max(7, len(written.body) // 5)
    pieces = [written.body[at : at + size] for at in range(0, len(written.body), size)]
    chunks = b"".join(b"%X;note=a\r\n%s\r\n" % (len(each), each) for each in pieces)
    start = lines(status, [*headers, (b"Transfer-Encoding", b"chunked")])
    return start + chunks + b"0\r\nX-Trailer: yes\r\n\r\n"


@variant(serve=by_hand(_chunks))
def sends_odd_chunks(app: ASGIApp) -> ASGIApp:
    """Sends chunks of odd sizes, with extensions and a trailer."""
    return app


def _early(written: Written) -> bytes:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
    status = b"HTTP/1.1 %d %s" % (written.status, _phrase(written.status))
    body = b"" if written.method == "HEAD" else written.body
    return hint + lines(status, written.headers) + body


@variant(serve=by_hand(_early))
def sends_early_hints(app: ASGIApp) -> ASGIApp:
    """Sends an interim answer 103 before every answer."""
    return app


@variant()
def answers_slowly(app: ASGIApp) -> ASGIApp:
    """Takes 150 ms for every answer."""

    async def handle(request: Request, ask: Ask) -> Answer:
        await asyncio.sleep(0.15)
        return await ask(request)

    return around(app, handle)


@variant()
def starts_cold(app: ASGIApp) -> ASGIApp:
    """Takes four seconds for its first creation."""
    cold = [True]

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "createContainer" and cold[0]:
            cold[0] = False
            await asyncio.sleep(4)
        return await ask(request)

    return around(app, handle)


def _throttled(status: int, after: str) -> Answer:
    answer = refusal(status, "Slow down.", "rate_limit_error")
    answer.headers["retry-after"] = after
    return answer


@variant()
def throttles_bursts(app: ASGIApp) -> ASGIApp:
    """Answers 429 with Retry-After: 1 to more than 60 requests within a second."""
    times: list[float] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        now = time.monotonic()
        times[:] = [each for each in times if now - each < 1]
        if len(times) >= 60:
            return _throttled(429, "1")
        times.append(now)
        return await ask(request)

    return around(app, handle)


@variant()
def throttles_every_fortieth_request(app: ASGIApp) -> ASGIApp:
    """Answers 429 with Retry-After: 1 to every fortieth request."""
    number = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        number[0] += 1
        return _throttled(429, "1") if number[0] % 40 == 0 else await ask(request)

    return around(app, handle)


@variant()
def throttles_without_saying_how_long(app: ASGIApp) -> ASGIApp:
    """Answers 429 without Retry-After to every hundredth request."""
    number = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        number[0] += 1
        if number[0] % 100 == 0:
            return refusal(429, "Slow down.", "rate_limit_error")
        return await ask(request)

    return around(app, handle)


@variant()
def is_unavailable_once(app: ASGIApp) -> ASGIApp:
    """Answers 503 with Retry-After: 1 once."""
    number = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        number[0] += 1
        return _throttled(503, "1") if number[0] == 30 else await ask(request)

    return around(app, handle)


@variant()
def asks_for_a_rest_until_a_date(app: ASGIApp) -> ASGIApp:
    """Answers 429 to every fiftieth request, with a date a second ahead in Retry-After."""
    number = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        number[0] += 1
        if number[0] % 50:
            return await ask(request)
        return _throttled(429, formatdate(time.time() + 1, usegmt=True))

    return around(app, handle)


@variant()
def redirects_deletions_from_a_trailing_slash(app: ASGIApp) -> ASGIApp:
    """Sends DELETE /containers/ on to DELETE /containers, which it refuses, as routers do."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if (request.method, request.path) == ("DELETE", "/v1/containers/"):
            answer.status, answer.body = 307, b""
            answer.headers["location"] = "/v1/containers"
        return answer

    return around(app, handle)
