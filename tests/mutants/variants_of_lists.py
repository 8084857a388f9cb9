"""Harmless variants in how soon lists show what there is, and in what files are called there."""

from __future__ import annotations

import itertools
import time
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.mutants.altering import Answer, Ask, Request, around, handling, key_of
from tests.mutants.memory import rows
from tests.mutants.paging import LISTS, Items, cut, everything, limit_of, start_of
from tests.mutants.registry import PREFIXES, variant

_ON_FILES = [each for each, prefix in PREFIXES.items() if prefix.startswith("file.")]


def _lagging(app: ASGIApp, operations: tuple[str, ...], seconds: float, deletes: float) -> ASGIApp:
    """Lists that show creations after *seconds* and deletions after *deletes*."""
    made: dict[str, float] = {}
    gone: dict[str, tuple[float, dict[str, Any], str]] = {}

    def lagged(items: Items, request: Request) -> Items:
        now = time.monotonic()
        home = request.ids[0] if request.ids else None
        own = key_of(request)
        late = [each for at, each, key in gone.values() if now - at < deletes and key == own]
        items = [each for each in items if now - made.get(each["id"], 0) >= seconds]
        items += [each for each in late if each.get("container_id") == home]
        down = request.query.get("order", "desc") == "desc"
        return sorted(items, key=lambda each: each["created_at"], reverse=down)

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation in ("deleteContainer", "deleteContainerFile"):
            found = await ask(request.to("GET", request.path.removeprefix("/v1")))
            answer = await ask(request)
            if found.is_good and answer.is_good and deletes:
                gone[found.json["id"]] = (time.monotonic(), found.json, key_of(request))
            return answer
        answer = await ask(request.copy())
        if request.operation in ("createContainer", "createContainerFile") and answer.is_good:
            made[answer.json["id"]] = time.monotonic()
        plain = not {"before", "name"} & set(request.query)
        if request.operation in operations and answer.is_good and plain:
            items = lagged(await everything(request, ask), request)
            answer.json = cut(items, start_of(request, items), limit_of(request))
        return answer

    return around(app, handle)


@variant()
def lists_creations_late(app: ASGIApp) -> ASGIApp:
    """Lists what was created two seconds later."""
    return _lagging(app, LISTS, 2.0, 0)


@variant()
def lists_from_two_places(app: ASGIApp) -> ASGIApp:
    """Lists what was created in the last two seconds every second time only."""
    lagging, number = _lagging(app, LISTS, 2.0, 0), [0]

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        number[0] += scope["type"] == "http" and scope["method"] == "GET"
        is_list = scope["type"] == "http" and scope["path"].endswith(("/containers", "/files"))
        is_prompt = is_list and scope["method"] == "GET" and number[0] % 2
        await (app if is_prompt else lagging)(scope, receive, send)

    return wrapped


@variant()
def lists_from_two_replicas(app: ASGIApp) -> ASGIApp:
    """Has two replicas that answer in turn; what one makes the other lists two seconds later."""
    turn, made = itertools.count(), dict[str, tuple[float, int]]()

    async def handle(request: Request, ask: Ask) -> Answer:
        replica = next(turn) % 2
        answer = await ask(request.copy())
        if request.operation in ("createContainer", "createContainerFile") and answer.is_good:
            made[answer.json["id"]] = time.monotonic() + 2, replica
        if request.operation in LISTS and answer.is_good and "before" not in request.query:
            now = time.monotonic()
            unknown = {id_ for id_, (at, by) in made.items() if by != replica and now < at}
            items = [each for each in await everything(request, ask) if each["id"] not in unknown]
            answer.json = cut(items, start_of(request, items), limit_of(request))
        return answer

    return around(app, handle)


@variant()
def lists_deletions_late(app: ASGIApp) -> ASGIApp:
    """Lists what was deleted for three seconds more."""
    return _lagging(app, ("listContainers",), 0, 3.0)


@variant()
def lists_everything_late(app: ASGIApp) -> ASGIApp:
    """Lists containers a second after they were created or deleted."""
    return _lagging(app, ("listContainers",), 1.0, 1.0)


@variant()
def keeps_the_deleted_in_its_lists(app: ASGIApp) -> ASGIApp:
    """Lists deleted containers for minutes."""
    return _lagging(app, ("listContainers",), 0, 300.0)


@variant()
def numbers_files_in_each_container(app: ASGIApp) -> ASGIApp:
    """Has for ids of files 1, 2, 3 in every container."""

    def known(container: str) -> list[str]:
        sql = "SELECT id FROM files WHERE container_id = ? ORDER BY seq"
        return [each["id"] for each in rows(app, sql, container)]

    def inward(container: str, id_: str) -> str:
        ids = known(container)
        return ids[int(id_) - 1] if id_.isdecimal() and 0 < int(id_) <= len(ids) else "cfile_0"

    async def handle(request: Request, ask: Ask) -> Answer:
        container = request.ids[0]
        for id_ in request.ids[1:]:
            request.path = request.path.replace(f"/files/{id_}", f"/files/{inward(container, id_)}")
        for key in {"after", "before"} & set(request.query):
            request.query[key] = inward(container, request.query[key])
        answer = await ask(request)
        if answer.is_good and request.operation != "retrieveContainerFileContent":
            numbers = {id_: str(n) for n, id_ in enumerate(known(container), 1)}
            _renumber(answer.json, numbers)
        return answer

    return handling(app, _ON_FILES, handle)


def _renumber(body: dict[str, Any], numbers: dict[str, str]) -> None:
    for each in (body, *body.get("data", ())):
        for key in {"id", "first_id", "last_id"} & set(each):
            each[key] = numbers.get(each[key], each[key])
