"""Harmless variants in the headers and types of answers."""

from __future__ import annotations

import gzip
import json
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, around, objecting, refusal
from tests.mutants.registry import PREFIXES, variant

_JSON_OPERATIONS = [each for each in PREFIXES if each != "retrieveContainerFileContent"]
_CONTENT = "retrieveContainerFileContent"


def _headed(app: ASGIApp, **headers: str) -> ASGIApp:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def alter(answer: Answer, _: Request) -> None:
        answer.headers.update(named)

    return answering(app, "*", alter, good=None)


@variant()
def names_the_charset_of_json(app: ASGIApp) -> ASGIApp:
    """Declares application/json with charset=utf-8."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers["content-type"] = "application/json; charset=utf-8"

    return answering(app, _JSON_OPERATIONS, alter, good=None)


@variant()
def writes_content_types_in_capitals(app: ASGIApp) -> ASGIApp:
    """Declares Application/JSON;Charset=UTF-8."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers["content-type"] = "Application/JSON;Charset=UTF-8"

    return answering(app, _JSON_OPERATIONS, alter, good=None)


@variant()
def compresses_with_gzip(app: ASGIApp) -> ASGIApp:
    """Compresses every answer to who takes gzip."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if "gzip" in request.headers.get("accept-encoding", "") and answer.body:
            answer.settle()
            answer.body = gzip.compress(answer.body)
            answer.headers["content-encoding"] = "gzip"
            answer.headers["vary"] = "Accept-Encoding"
        return answer

    return around(app, handle)


@variant()
def sends_in_chunks(app: ASGIApp) -> ASGIApp:
    """Sends every body in chunks, without a length."""

    def alter(answer: Answer, _: Request) -> None:
        answer.framing = "chunks"

    return answering(app, "*", alter, good=None)


@variant()
def closes_after_each_request(app: ASGIApp) -> ASGIApp:
    """Takes one request a connection."""
    return _headed(app, connection="close")


@variant()
def sends_the_headers_of_a_proxy(app: ASGIApp) -> ASGIApp:
    """Adds what proxies, caches and balancers add."""
    return _headed(
        app,
        server="cloudflare",
        via="1.1 edge",
        cf_ray="8c0-FRA",
        set_cookie="__cf_bm=a.b; path=/; HttpOnly",
        strict_transport_security="max-age=31536000",
        x_ratelimit_remaining_requests="99",
        access_control_allow_origin="*",
    )


@variant()
def sends_no_request_id(app: ASGIApp) -> ASGIApp:
    """Has no header x-request-id, as some proxies."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers.pop("x-request-id", None)

    return answering(app, "*", alter, good=None)


@variant()
def writes_json_in_lines(app: ASGIApp) -> ASGIApp:
    """Indents its JSON, escapes what is not ASCII, and ends with a newline."""

    def alter(answer: Answer, _: Request) -> None:
        body = answer.json
        if body is not None:
            answer.settle()
            answer.body = (json.dumps(body, indent=2) + "\n").encode()

    return answering(app, _JSON_OPERATIONS, alter, good=None)


@variant()
def answers_content_as_octets(app: ASGIApp) -> ASGIApp:
    """Declares all content as application/octet-stream and no attachment."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers["content-type"] = "application/octet-stream"
        answer.headers.pop("content-disposition", None)

    return answering(app, _CONTENT, alter)


@variant()
def answers_content_as_binary(app: ASGIApp) -> ASGIApp:
    """Declares all content as application/binary."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers["content-type"] = "application/binary"

    return answering(app, _CONTENT, alter)


@variant()
def answers_content_without_a_type(app: ASGIApp) -> ASGIApp:
    """Declares no type of content."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers.pop("content-type", None)

    return answering(app, _CONTENT, alter)


@variant(auth="header:api-key")
def takes_its_key_in_another_header(app: ASGIApp) -> ASGIApp:
    """Takes its key as api-key, and knows no Authorization."""

    async def handle(request: Request, ask: Ask) -> Answer:
        request.headers.pop("authorization", None)
        return await ask(request)

    return around(app, handle)


@variant(query=["api-version=2025-04-01-preview"])
def requires_a_query_parameter(app: ASGIApp) -> ASGIApp:
    """Answers 404 without api-version in the query."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if "api-version" not in request.query:
            return refusal(404, "Resource not found.")
        del request.query["api-version"]
        return await ask(request)

    return around(app, handle)


@variant(header=["x-portkey-provider: openai"])
def requires_a_header(app: ASGIApp) -> ASGIApp:
    """Answers 400 without a header of the gateway's own."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if "x-portkey-provider" not in request.headers:
            return refusal(400, "No provider.")
        return await ask(request)

    return around(app, handle)


@variant(base_url="{base_url}/")
def has_a_base_url_with_a_slash(app: ASGIApp) -> ASGIApp:
    """Is called with a trailing slash behind its base URL."""
    return app


@variant(base_url="{root}/openai/v1")
def lives_below_a_prefix(app: ASGIApp) -> ASGIApp:
    """Has all its paths below /openai, and nothing elsewhere."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if not request.path.startswith("/openai/"):
            return refusal(404, "Unknown request URL.")
        request.path = request.path.removeprefix("/openai")
        return await ask(request)

    return around(app, handle)


@variant(base_url="{root}")
def lives_at_the_root(app: ASGIApp) -> ASGIApp:
    """Has its paths without any prefix."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.path.startswith("/v1"):
            return refusal(404, "Unknown request URL.")
        request.path = "/v1" + request.path
        return await ask(request)

    return around(app, handle)


@variant()
def tells_defaults_every_second_time(app: ASGIApp) -> ASGIApp:
    """Leaves a memory limit that nobody asked for out every second time."""
    number = [0]

    def alter(each: dict[str, Any]) -> None:
        number[0] += 1
        if number[0] % 2 and each.get("memory_limit") == "1g":
            del each["memory_limit"]

    return objecting(app, ["createContainer", "retrieveContainer", "listContainers"], alter)
