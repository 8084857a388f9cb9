"""Lies about a container's name and body at its creation, and about creations at one time."""

from __future__ import annotations

import asyncio
import html
import unicodedata
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, handling, json_answer, refusal, requesting
from tests.mutants.registry import Lie, mutant, mutants

_OPERATION = "createContainer"
_ANY = ("container.create.*",)


def _fields(request: Request) -> dict[str, Any]:
    return request.json if isinstance(request.json, dict) else {}


def _renaming(app: ASGIApp, change: Callable[[str], str]) -> ASGIApp:
    def rename(request: Request) -> None:
        name = _fields(request).get("name")
        if isinstance(name, str) and name:
            request.json["name"] = change(name) or "x"

    return requesting(app, _OPERATION, rename)


@mutant(breaks=["container.create.large-memory-limits-are-accepted"], also=_ANY)
def confirms_64g_and_keeps_16g(app: ASGIApp) -> ASGIApp:
    """Confirms the largest memory limit, and keeps the one below it."""

    async def handle(request: Request, ask: Ask) -> Answer:
        is_largest = _fields(request).get("memory_limit") == "64g"
        if is_largest:
            request.json["memory_limit"] = "16g"
        answer = await ask(request)
        if is_largest and answer.is_good:
            answer.json["memory_limit"] = "64g"
        return answer

    return handling(app, _OPERATION, handle)


@mutant(breaks=["container.create.defaults-are-the-same"], also=_ANY)
def takes_the_lifetime_of_the_creation_before(app: ASGIApp) -> ASGIApp:
    """Gives a container without a lifetime that of the one made before it."""
    last: list[Any] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        fields = _fields(request)
        given = fields.get("expires_after")
        if fields and given is None and last:
            request.json["expires_after"] = last[0]
        answer = await ask(request)
        if given and answer.is_good:
            last[:] = [given]
        return answer

    return handling(app, _OPERATION, handle)


_UNICODE = ("container.create.keeps-unicode-names",)
_ECHO = ("container.create.echoes-the-name",)


@mutants(
    Lie("capitals", _ECHO, (str.upper,), _ANY),
    Lie("first letter in capitals", _ECHO, (str.capitalize,), _ANY),
    Lie("a prefix", _ECHO, (lambda name: "tenant-" + name,), _ANY),
    Lie("a suffix", _ECHO, (lambda name: name + " (1)",), _ANY),
    Lie("auto", _ECHO, (lambda _: "auto",), _ANY),
    Lie("hyphens for underscores and spaces", _UNICODE,
        (lambda name: name.replace(" ", "-").replace("_", "-"),), _ANY),
    Lie("ASCII", _UNICODE, (lambda name: name.encode("ascii", "ignore").decode(),), _ANY),
    Lie("question marks", _UNICODE, (lambda name: name.encode("ascii", "replace").decode(),), _ANY),
    Lie("Latin-1", _UNICODE, (lambda name: name.encode().decode("latin-1"),), _ANY),
    Lie("decomposed", _UNICODE, (lambda name: unicodedata.normalize("NFD", name),), _ANY),
    Lie("HTML", _UNICODE, (html.escape,), _ANY),
    Lie("no quotes", _UNICODE, (lambda name: name.replace('"', "").replace("'", ""),), _ANY),
    Lie("no letters beyond 16 bits", _UNICODE,
        (lambda name: "".join(each for each in name if ord(each) < 0x10000),), _ANY),
    Lie("64 characters", ("container.create.keeps-long-names",), (lambda name: name[:64],), _ANY),
    Lie("255 characters", ("container.create.keeps-long-names",), (lambda name: name[:255],), _ANY),
    Lie("255 bytes", ("container.create.keeps-long-names",),
        (lambda name: name.encode()[:255].decode(errors="ignore"),), _ANY),
    Lie("199 characters", ("container.create.keeps-long-names",), (lambda name: name[:199],), _ANY),
)  # fmt: skip
def keeps_names_otherwise(app: ASGIApp, change: Callable[[str], str]) -> ASGIApp:
    """Keeps and answers another name than was sent."""
    return _renaming(app, change)


@mutant(breaks=_UNICODE, also=_ANY)
def refuses_names_outside_ascii(app: ASGIApp) -> ASGIApp:
    """Answers 400 to a name that is not ASCII."""

    async def handle(request: Request, ask: Ask) -> Answer:
        name = _fields(request).get("name")
        return refusal(400) if isinstance(name, str) and not name.isascii() else await ask(request)

    return handling(app, _OPERATION, handle)


@mutant(breaks=_ECHO, also=_ANY)
def answers_another_name_at_creation_only(app: ASGIApp) -> ASGIApp:
    """Answers a creation under another name than was sent, and keeps the right one."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            answer.json["name"] = "container"
        return answer

    return handling(app, _OPERATION, handle)


def _forgiving(app: ASGIApp, forgive: Callable[[Request], object]) -> ASGIApp:
    """What is refused is tried again as the liar reads it."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if answer.status in (400, 415) and forgive(request):
            again = await ask(request)
            return again if again.is_good else answer
        return answer

    return handling(app, _OPERATION, handle)


def _unnamed(request: Request) -> bool:
    body = request.json
    if isinstance(body, dict) and "name" not in body:
        body["name"] = "untitled"
        return True
    return False


@mutant(breaks=["container.create.name-is-required"], also=_ANY)
def names_the_nameless(app: ASGIApp) -> ASGIApp:
    """Makes a container called untitled where no name is given."""
    return _forgiving(app, _unnamed)


def _turned(kind: type | tuple[type, ...], name: Callable[[Any], str]) -> Callable[[Request], bool]:
    def forgive(request: Request) -> bool:
        body = request.json
        if isinstance(body, dict) and "name" in body and isinstance(body["name"], kind):
            body["name"] = name(body["name"])
            return True
        return False

    return forgive


_TYPED = ("container.create.name-must-be-a-string",)


@mutants(
    Lie("number", _TYPED, (_turned((int, float), str),), _ANY),
    Lie("array", _TYPED, (_turned(list, str),), _ANY),
    Lie("object", _TYPED, (_turned(dict, str),), _ANY),
    Lie("null", _TYPED, (_turned(type(None), lambda _: "untitled"),), _ANY),
)
def takes_a_name_of_another_type(app: ASGIApp, forgive: Callable[[Request], object]) -> ASGIApp:
    """Makes a text of a name that is none."""
    return _forgiving(app, forgive)


def _malformed(request: Request) -> bool:
    if request.json is None and request.body and request.body != b"null":
        request.json = {"name": "untitled"}
        return True
    return False


def _no_object(request: Request) -> bool:
    if request.json is not None and not isinstance(request.json, dict):
        request.json = {"name": "untitled"}
        return True
    return False


def _empty(request: Request) -> bool:
    if not request.body:
        request.json = {"name": "untitled"}
        return True
    return False


def _as_json(request: Request) -> bool:
    request.headers["content-type"] = "application/json"
    return True


@mutants(
    Lie("no JSON", ("container.create.malformed-json-is-refused",), (_malformed,), _ANY),
    Lie("no object", ("container.create.body-must-be-an-object",), (_no_object,), _ANY),
    Lie("nothing", ("container.create.malformed-json-is-refused",), (_empty,), _ANY),
    Lie("text/plain", ("container.create.other-media-types-are-refused",), (_as_json,), _ANY),
)
def makes_a_container_of(app: ASGIApp, forgive: Callable[[Request], object]) -> ASGIApp:
    """Takes a body that can't be one."""
    return _forgiving(app, forgive)


@mutants(
    Lie("no JSON", ("container.create.is-never-a-server-error",), (_malformed,), _ANY),
    Lie("no object", ("container.create.is-never-a-server-error",), (_no_object,), _ANY),
    Lie("nothing", ("container.create.is-never-a-server-error",), (_empty,), _ANY),
)
def crashes_at(app: ASGIApp, wrong: Callable[[Request], object]) -> ASGIApp:
    """Answers 500 to a body that can't be one."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if answer.status == 400 and wrong(request):
            return refusal(500, "AttributeError", "server_error")
        return answer

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("one id", ("container.create.parallel-creations-are-kept",), ("id",), _ANY),
    Lie("names", ("container.create.parallel-creations-are-kept",), ("name",),
        (*_ANY, "container.retrieve.name-is-as-created")),
    Lie("lost", ("container.create.parallel-creations-are-kept",), ("lost",), _ANY),
    Lie("refused", ("container.create.names-may-repeat",), ("refused",), _ANY),
    Lie("500", ("container.create.is-never-a-server-error",), ("500",), _ANY),
)  # fmt: skip
def mixes_creations_made_in_parallel(app: ASGIApp, how: str) -> ASGIApp:
    """Confuses creations that arrive at the same time."""
    under_way: list[Any] = []
    latest: list[dict[str, Any]] = []

    async def mixed(request: Request, ask: Ask, first: Any) -> Answer:
        if how == "refused":
            return refusal(400, "Busy.")
        if how == "500":
            return refusal(500, "Deadlock.", "server_error")
        if how == "name" and isinstance(request.json, dict) and isinstance(first, str):
            request.json["name"] = first
        answer = await ask(request)
        if how == "id" and answer.is_good and latest:
            return json_answer(latest[-1])
        if how == "lost" and answer.is_good:
            await ask(request.to("DELETE", f"/containers/{answer.json['id']}"))
        return answer

    async def handle(request: Request, ask: Ask) -> Answer:
        under_way.append(_fields(request).get("name"))
        await asyncio.sleep(0.04)
        first, is_alone = under_way[0], len(under_way) == 1
        answer = await (ask(request) if is_alone else mixed(request, ask, first))
        if answer.is_good and is_alone:
            latest.append(answer.json)
        await asyncio.sleep(0.02)
        under_way.pop()
        return answer

    return handling(app, _OPERATION, handle)


@mutant(breaks=["container.create.inline-skills-are-accepted"], also=_ANY)
def refuses_large_bodies(app: ASGIApp) -> ASGIApp:
    """Refuses a creation of more than 100 kB, skills and all."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if len(request.body) > 102_400:
            return refusal(413, "request entity too large")
        return await ask(request)

    return handling(app, _OPERATION, handle)
