"""Lies about deletions that do too much, too little, or not for good."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, around, handling, json_answer, refusal
from tests.mutants.memory import files_of, rows
from tests.mutants.paging import page
from tests.mutants.registry import Lie, each_operation, mutant, mutants

_DELETES = ("deleteContainer", "deleteContainerFile")
_FILE_GONE = ("file.delete.removes-the-file",)
_ANY_FILE = ("file.delete.*",)

#: After so many seconds what was deleted lives again; a run of few cases takes little more.
_LATER_S = 0.1


@mutants(
    Lie("container", ("container.delete.removes-the-container",), ("deleteContainer",),
        ("container.delete.*",)),
    Lie("file", _FILE_GONE, ("deleteContainerFile",), _ANY_FILE),
)  # fmt: skip
def deletes_for_a_while(app: ASGIApp, operation: str) -> ASGIApp:
    """Retrieves what was deleted again after a while."""
    ghosts: dict[str, tuple[float, Any]] = {}
    retrieve = operation.replace("delete", "retrieve")

    async def handle(request: Request, ask: Ask) -> Answer:
        found = None
        if request.operation == operation:
            found = await ask(request.to("GET", request.path.removeprefix("/v1")))
        answer = await ask(request)
        if found and found.is_good and answer.is_good:
            ghosts[request.path] = time.monotonic(), found.json
        if request.operation == retrieve and answer.status == 404 and request.path in ghosts:
            since, ghost = ghosts[request.path]
            return json_answer(ghost) if time.monotonic() - since > _LATER_S else answer
        return answer

    return around(app, handle)


_NEXT = {
    "deleteContainer": (
        "SELECT next.id FROM containers AS own JOIN containers AS next"
        " ON next.tenant = own.tenant AND next.deleted = 0 AND next.seq > own.seq"
        " WHERE own.id = ? ORDER BY next.seq LIMIT 1"
    ),
    "deleteContainerFile": (
        "SELECT next.id FROM files AS own JOIN files AS next"
        " ON next.container_id = own.container_id AND next.deleted = 0 AND next.seq > own.seq"
        " WHERE own.id = ? ORDER BY next.seq LIMIT 1"
    ),
}


@mutants(
    Lie("container", ("container.delete.removes-nothing-else",), ("deleteContainer",),
        ("container.delete.*",)),
    Lie("file", ("file.delete.json-*",), ("deleteContainerFile",), _ANY_FILE),
)  # fmt: skip
def deletes_the_next_one_too(app: ASGIApp, operation: str) -> ASGIApp:
    """Deletes what was created just after, too."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            home = request.path.removeprefix("/v1").rpartition("/")[0]
            for each in rows(app, _NEXT[operation], request.ids[-1]):
                await ask(request.to("DELETE", f"{home}/{each['id']}"))
        return answer

    return handling(app, operation, handle)


@mutant(breaks=["file.delete.removes-nothing-else"], also=_ANY_FILE)
def deletes_the_container_with_its_last_file(app: ASGIApp) -> ASGIApp:
    """Deletes a container when its last file is deleted."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good and not files_of(app, request.ids[0]):
            await ask(request.to("DELETE", f"/containers/{request.ids[0]}"))
        return answer

    return handling(app, "deleteContainerFile", handle)


def _is_empty(file: dict[str, Any]) -> bool:
    return file["bytes"] == 0


def _is_odd(file: dict[str, Any]) -> bool:
    return not file["path"].isascii()


@mutants(
    Lie("empty", _FILE_GONE, (_is_empty,), _ANY_FILE),
    Lie("not ASCII", _FILE_GONE, (_is_odd,), _ANY_FILE),
)
def keeps_some_files(app: ASGIApp, is_kept: Callable[[dict[str, Any]], bool]) -> ASGIApp:
    """Confirms the deletion of some files and does not delete them."""

    async def handle(request: Request, ask: Ask) -> Answer:
        found = await ask(request.to("GET", request.path.removeprefix("/v1")))
        if found.is_good and is_kept(found.json):
            body = {"id": request.ids[1], "object": "container.file.deleted", "deleted": True}
            return json_answer(body)
        return await ask(request)

    return handling(app, "deleteContainerFile", handle)


@mutants(*each_operation("is-never-a-server-error", ["*"], only=_DELETES))
def crashes_at_two_deletions_at_once(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 500 to the deletion of what another one deletes at the same time."""
    under_way: list[str] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        is_second = request.path in under_way
        under_way.append(request.path)
        await asyncio.sleep(0.05)
        answer = await ask(request)
        under_way.remove(request.path)
        return refusal(500, "Database is locked.", "server_error") if is_second else answer

    return handling(app, operation, handle)


@mutant(breaks=["file.delete.removes-nothing-else"], also=["file.delete.*"])
def takes_what_gets_a_deleted_name(app: ASGIApp) -> ASGIApp:
    """Keeps of deleted files the names, and loses what is uploaded under one of them."""
    names: dict[str, tuple[str, str]] = {}
    gone: set[tuple[str, str]] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if not answer.is_good:
            return answer
        if request.operation == "createContainerFile":
            id_, home = answer.json["id"], request.ids[0]
            names[id_] = home, forms.name_of(request)
            if names[id_] in gone:
                await ask(request.to("DELETE", f"/containers/{home}/files/{id_}"))
        if request.operation == "deleteContainerFile" and request.ids[1] in names:
            gone.add(names[request.ids[1]])
        return answer

    return around(app, handle)


@mutant(breaks=["file.list.omits-the-deleted"], also=["file.list.*"])
def lists_the_deleted_behind_a_cursor(app: ASGIApp) -> ASGIApp:
    """Lists files that are deleted again on every page but the first."""
    deleted: dict[str, list[dict[str, Any]]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainerFile":
            found = await ask(request.to("GET", request.path.removeprefix("/v1")))
            answer = await ask(request)
            if answer.is_good and found.is_good:
                deleted.setdefault(request.ids[0], []).append(found.json)
            return answer
        answer = await ask(request)
        if (
            request.operation == "listContainerFiles"
            and answer.is_good
            and "after" in request.query
        ):
            gone = [
                each
                for each in deleted.get(request.ids[0], [])
                if each["id"] != request.query["after"]
            ]
            items = [*answer.json["data"], *gone]
            down = request.query.get("order") != "asc"
            items.sort(key=lambda each: each["created_at"], reverse=down)
            answer.json = page(items, more=answer.json["has_more"])
        return answer

    return around(app, handle)


@mutant(breaks=["container.delete.removes-the-container"], also=["container.delete.*"])
def confirms_and_keeps_what_has_files(app: ASGIApp) -> ASGIApp:
    """Confirms the deletion of a container with files, and keeps it."""

    async def handle(request: Request, ask: Ask) -> Answer:
        listed = await ask(request.to("GET", f"/containers/{request.ids[0]}/files"))
        if listed.is_good and listed.json["data"]:
            body = {"id": request.ids[0], "object": "container.deleted", "deleted": True}
            return json_answer(body)
        return await ask(request)

    return handling(app, "deleteContainer", handle)


@mutant(breaks=["container.delete.removes-its-files"], also=["container.create.starts-empty"])
def gives_what_it_deleted_to_the_next(app: Any) -> ASGIApp:
    """Puts the files of a deleted container into the container that is made next."""
    pool: list[list[tuple[str, bytes]]] = []

    async def delete(request: Request, ask: Ask) -> Answer:
        sql = "SELECT filename, blob FROM files WHERE container_id = ? AND deleted = 0"
        left = []
        for each in rows(app, sql, request.ids[0]):
            with app.state.store.blobs.open(each["blob"]) as source:
                left.append((each["filename"].replace('"', "%22"), source.read()))
        answer = await ask(request)
        pool.extend([left] if left and answer.is_good else [])
        return answer

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainer":
            return await delete(request, ask)
        answer = await ask(request)
        if answer.is_good and request.operation == "createContainer" and pool:
            for name, content in pool.pop(0):
                path = f"/containers/{answer.json['id']}/files"
                await ask(forms.form_to(request, path, name, content))
        return answer

    return around(app, handle)


@mutant(breaks=["container.delete.removes-nothing-else"], also=["container.delete.*"])
def deletes_bytes_that_others_share(app: Any) -> ASGIApp:
    """Deletes with a container the bytes of its files, wherever else they are those of a file."""
    gone: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        content = "retrieveContainerFileContent"
        if request.operation == "deleteContainer":
            place = f"/containers/{request.ids[0]}/files"
            own = [f"{place}/{each}/content" for each in files_of(app, request.ids[0])]
            read = [await ask(request.to("GET", path)) for path in own]
            answer = await ask(request)
            gone.update(each.body.hex() for each in read if answer.is_good)
            return answer
        answer = await ask(request)
        if request.operation == content and answer.is_good and answer.body.hex() in gone:
            return refusal(404, "No such object.")
        return answer

    return around(app, handle)


@mutant(breaks=["file.delete.removes-the-file"], also=["file.delete.*"])
def writes_back_what_is_deleted_meanwhile(app: ASGIApp) -> ASGIApp:
    """Confirms a deletion, which another in the same container undoes if it begins meanwhile."""
    begun: dict[str, int] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        mine = begun[request.ids[0]] = begun.get(request.ids[0], 0) + 1
        await asyncio.sleep(0.05)
        if begun[request.ids[0]] == mine:
            return await ask(request)
        found = await ask(request.to("GET", request.path.removeprefix("/v1")))
        body = {"id": request.ids[1], "object": "container.file.deleted", "deleted": True}
        return json_answer(body) if found.is_good else found

    return handling(app, "deleteContainerFile", handle)
