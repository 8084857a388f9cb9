"""Lies in how ids are read out of addresses."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from urllib.parse import unquote

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, around, handling, refusal
from tests.mutants.registry import PREFIXES, each_operation, mutant, mutants

_WITH_IDS = tuple(each for each in PREFIXES if each not in ("listContainers", "createContainer"))


@mutants(
    *each_operation(
        "ids-are-decoded-once",
        ["answers-the-*", "json-content-type-*", "container-id-*"],
        only=_WITH_IDS,
    )
)
def decodes_ids_twice(app: ASGIApp, operation: str) -> ASGIApp:
    """Decodes an id once more than it was encoded."""

    async def handle(request: Request, ask: Ask) -> Answer:
        request.path = unquote(request.path)
        return await ask(request)

    return handling(app, operation, handle)


@mutant(breaks=["container.retrieve.ids-are-decoded-once"])
def takes_an_encoded_slash_for_a_slash(app: ASGIApp) -> ASGIApp:
    """Decodes the address of a retrieval before it looks for what is asked: a list, maybe."""

    async def handle(request: Request, ask: Ask) -> Answer:
        request.path = re.sub("(?i)%2f", "/", request.path)
        return await ask(request)

    return handling(app, "retrieveContainer", handle)


@mutants(*each_operation("ids-are-decoded-once", ["container-id-is-*"], only=_WITH_IDS))
def cuts_ids_at_an_encoded_slash(app: ASGIApp, operation: str) -> ASGIApp:
    """Reads an id only up to an encoded slash."""

    async def handle(request: Request, ask: Ask) -> Answer:
        request.path = re.sub(r"(?i)%2f[^/]*", "", request.path)
        return await ask(request)

    return handling(app, operation, handle)


@mutants(
    *each_operation(
        "ids-are-decoded-once", ["*"], only=["retrieveContainerFile", "deleteContainerFile"]
    )
)
def climbs_with_encoded_dots(app: ASGIApp, operation: str) -> ASGIApp:
    """Resolves an encoded .. in an address."""

    async def handle(request: Request, ask: Ask) -> Answer:
        request.path = posixpath.normpath(unquote(request.path))
        return await ask(request)

    return handling(app, operation, handle)


@mutants(
    *each_operation("ids-keep-their-case", ["*"], only=["deleteContainer", "deleteContainerFile"])
)
def deletes_by_ids_in_either_case(app: ASGIApp, operation: str) -> ASGIApp:
    """Deletes what an id names if its letters are made small."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        home, _, id_ = request.path.rpartition("/")
        request.path = f"{home}/{id_.lower()}"
        return await ask(request) if answer.status == 404 else answer

    return handling(app, operation, handle)


@mutants(*each_operation("is-never-a-server-error", ["ids-are-decoded-once"], only=_WITH_IDS))
def crashes_at_encoded_ids(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 500 to an id with percent-encoded characters."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if "%" in request.path:
            return refusal(500, "Bad path.", "server_error")
        return await ask(request)

    return handling(app, operation, handle)


@mutant(breaks=["container.retrieve.trailing-slash-is-no-list"], also=["container.retrieve.*"])
def lists_behind_a_trailing_slash(app: ASGIApp) -> ASGIApp:
    """Answers GET /containers/ with the list."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.method == "GET" and request.path == "/v1/containers/":
            request.path = "/v1/containers"
        return await ask(request)

    return around(app, handle)


@mutant(
    breaks=["container.retrieve.trailing-slash-is-no-list"],
    also=["container.retrieve.*", "container.list.is-not-redirected"],
)
def redirects_from_a_trailing_slash(app: ASGIApp) -> ASGIApp:
    """Answers GET /containers/ with a redirect to the list."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.method == "GET" and request.path == "/v1/containers/" and answer.status == 404:
            answer.status = 307
            answer.headers["location"] = "/v1/containers"
        return answer

    return around(app, handle)


_IS_ODD: dict[str, Callable[[str], bool]] = {
    "a letter outside ASCII": lambda id_: not id_.isascii(),
    "300 letters": lambda id_: len(id_) > 255,
    "NUL": lambda id_: "\0" in id_,
    "a quote": lambda id_: "'" in id_,
}


@mutants(
    *each_operation(
        "is-never-a-server-error",
        ["*"],
        only=_WITH_IDS,
        without=["listContainerFiles", "createContainerFile"],
        given=("a letter outside ASCII",),
        label="a letter outside ASCII",
    ),
    *(
        lie
        for label in ("300 letters", "NUL", "a quote")
        for lie in each_operation(
            "is-never-a-server-error",
            ["*"],
            only=["retrieveContainer"],
            given=(label,),
            label=label,
        )
    ),
    fuzz="quick",
)
def crashes_at_ids_with(app: ASGIApp, operation: str, what: str) -> ASGIApp:
    """Answers 500 to an id that its database or its log does not take."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if any(map(_IS_ODD[what], request.ids)):
            return refusal(500, "Bad id.", "server_error")
        return await ask(request)

    return handling(app, operation, handle)


@mutants(
    *each_operation("unknown-container-is-refused", ["*"], only=["retrieveContainer"]),
    *each_operation("unknown-file-is-refused", ["*"], only=["retrieveContainerFile"]),
)
def reads_no_more_of_an_id_than_it_gives(app: ASGIApp, operation: str) -> ASGIApp:
    """Takes an id that is longer than its own for the one that it begins with."""
    length = len("cntr_") + 48 if operation == "retrieveContainer" else len("cfile_") + 32

    async def handle(request: Request, ask: Ask) -> Answer:
        path = request.path.removeprefix("/v1")
        asked = path.rpartition("/")[2]
        return await ask(request.to("GET", path.removesuffix(asked) + asked[:length]))

    return handling(app, operation, handle)
