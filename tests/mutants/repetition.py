"""Lies that tell the truth once, and not the second time: of a copy, a page, a reading, a name."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import (
    Answer,
    Ask,
    Request,
    answering,
    around,
    handling,
    key_of,
    requesting,
)
from tests.mutants.detours import copied
from tests.mutants.memory import rows, tenant_of
from tests.mutants.paging import everything, limit_of, page, start_of
from tests.mutants.registry import each_operation, mutant, mutants

_UPLOAD, _LIST = "createContainerFile", "listContainerFiles"
_CONTENT = "retrieveContainerFileContent"
_ANY_LIST = ["file.list.*"]

#: Bytes of a part that a store hands out at once.
_PART = 65_536


@mutant(breaks=["file.create.copies-by-json"], also=["file.create.*"])
def copies_a_file_only_once(app: ASGIApp) -> ASGIApp:
    """Answers the first copy of a file to whoever wants another, in whatever container."""
    made: dict[tuple[str, str], Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json if isinstance(request.json, dict) else {}
        wanted = key_of(request), str(body.get("file_id"))
        if wanted in made:
            return copied(made[wanted])
        answer = await ask(request)
        if "file_id" in body and answer.is_good:
            made[wanted] = copied(answer)
        return answer

    return handling(app, _UPLOAD, handle)


@mutant(breaks=["file.create.bytes-is-the-size"], also=["file.create.*"])
def keeps_the_size_of_the_first_of_a_name(app: ASGIApp) -> ASGIApp:
    """Tells of every file of a name the size that the first of them had."""
    sizes: dict[tuple[str, str], int] = {}
    own: dict[str, int] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        name = forms.name_of(request) if request.operation == _UPLOAD else ""
        answer = await ask(request)
        if name and answer.is_good:
            size = sizes.setdefault((request.ids[0], name), answer.json["bytes"])
            own[answer.json["id"]] = size
        for each in answer.objects:
            if each.get("id") in own:
                each["bytes"] = own[each["id"]]
        return answer

    return around(app, handle)


@mutant(breaks=["file.list.is-closed-to-other-tenants"], also=_ANY_LIST)
def shows_strangers_the_second_page(app: ASGIApp) -> ASGIApp:
    """Lists files behind a cursor to whichever tenant has one."""
    owners: dict[str, str] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if request.operation == "createContainer" and answer.is_good:
            owners[answer.json["id"]] = key_of(request)
        is_refused = request.operation == _LIST and answer.status == 404
        if is_refused and "after" in request.query and request.ids[0] in owners:
            return await ask(request.signed(owners[request.ids[0]]))
        return answer

    return around(app, handle)


@mutant(breaks=["file.list.shows-only-its-container"], also=_ANY_LIST)
def leaves_the_container_on_the_second_page(app: ASGIApp) -> ASGIApp:
    """Goes on behind a cursor with the files of all containers of the tenant."""
    newer = (
        "SELECT files.id, files.container_id AS home FROM files"
        " JOIN containers ON containers.id = files.container_id"
        " WHERE files.seq > (SELECT seq FROM files WHERE id = ?) AND files.deleted = 0"
        " AND containers.deleted = 0 AND containers.tenant = ? ORDER BY files.seq"
    )

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if not answer.is_good or "after" not in request.query or "before" in request.query:
            return answer
        if request.query.get("order") != "asc":
            return answer
        items, limit = [], limit_of(request)
        found = rows(app, newer, request.query["after"], tenant_of(app, request.ids[0]))
        for each in found[:limit]:
            path = f"/containers/{each['home']}/files/{each['id']}"
            items.append((await ask(request.to("GET", path))).json)
        answer.json = page(items, more=len(found) > limit)
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["file.list.has-more-page-is-not-empty"], also=_ANY_LIST)
def gives_deleted_files_a_place(app: ASGIApp) -> ASGIApp:
    """Takes a page's worth of files, and leaves out those of them that are deleted."""
    sql = "SELECT id, deleted FROM files WHERE container_id = ? ORDER BY created_at, seq"

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if not answer.is_good or "before" in request.query:
            return answer
        living = {each["id"]: each for each in await everything(request, ask)}
        places = [{"id": each["id"]} for each in rows(app, sql, request.ids[0])]
        if request.query.get("order") != "asc":
            places.reverse()
        start, limit = start_of(request, places), limit_of(request)
        taken = [each["id"] for each in places[start : start + limit]]
        shown = [living[id_] for id_ in taken if id_ in living]
        answer.json = page(shown, more=start + limit < len(places))
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["file.list.shows-only-its-container"], also=_ANY_LIST)
def answers_lists_at_once_alike(app: ASGIApp) -> ASGIApp:
    """Answers lists of one tenant that are asked for at the same time with the first of them."""
    flights: dict[str, asyncio.Future[Answer]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        key = key_of(request)
        if key in flights:
            return copied(await asyncio.shield(flights[key]))
        flights[key] = asyncio.get_running_loop().create_future()
        await asyncio.sleep(0.05)
        answer = await ask(request)
        flights.pop(key).set_result(copied(answer))
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["file.content.is-repeatable"], also=["file.content.*"])
def cuts_later_downloads(app: ASGIApp) -> ASGIApp:
    """Answers from the second time on only the first part of a file."""
    seen: set[str] = set()

    def alter(answer: Answer, request: Request) -> None:
        if request.path in seen:
            answer.body = answer.body[:_PART]
        seen.add(request.path)

    return answering(app, _CONTENT, alter)


@mutant(breaks=["file.delete.removes-nothing-else"], also=["file.delete.*", "file.list.*"])
def never_lists_a_deleted_name_again(app: ASGIApp) -> ASGIApp:
    """Remembers what is deleted by its name, and lists no other file of that name."""
    gone = (
        "SELECT 1 FROM files AS own JOIN files AS old ON old.container_id = own.container_id"
        " AND old.filename = own.filename AND old.deleted = 1 WHERE own.id = ?"
    )

    def alter(answer: Answer, _: Request) -> None:
        items = [each for each in answer.json["data"] if not rows(app, gone, each["id"])]
        answer.json = page(items, more=answer.json["has_more"])

    return answering(app, _LIST, alter)


@mutant(breaks=["container.retrieve.created-at-is-as-created"], also=["container.retrieve.*"])
def tells_the_creation_of_its_newest_file(app: ASGIApp) -> ASGIApp:
    """Retrieves a container as created when its newest file was."""
    newest = "SELECT max(created_at) AS at FROM files WHERE container_id = ? AND deleted = 0"

    def alter(answer: Answer, request: Request) -> None:
        found = rows(app, newest, request.ids[0])[0]["at"]
        answer.json["created_at"] = found or answer.json["created_at"]

    return answering(app, "retrieveContainer", alter)


@mutants(
    *each_operation("default-order-is-desc", ["*"], only=["listContainers", "listContainerFiles"])
)
def keeps_to_the_last_order(app: ASGIApp, operation: str) -> ASGIApp:
    """Lists in the order that somebody has asked for last, where nobody asks for one."""
    last: list[str] = []

    def order(request: Request) -> None:
        if "order" in request.query:
            last[:] = [request.query["order"]]
        elif last:
            request.query["order"] = last[0]

    return requesting(app, operation, order)


@mutant(breaks=["container.create.defaults-are-the-same"], also=["container.create.*"])
def creates_with_the_policy_of_the_one_before(app: ASGIApp) -> ASGIApp:
    """Gives a container without a network policy the last one that somebody has sent."""
    last: list[object] = []

    def reuse(request: Request) -> None:
        if not isinstance(request.json, dict):
            return
        policy = request.json.get("network_policy")
        if isinstance(policy, dict) and policy.get("type") in ("allowlist", "disabled"):
            last[:] = [policy]
        elif last and "network_policy" not in request.json:
            request.json["network_policy"] = last[0]

    return requesting(app, "createContainer", reuse)
