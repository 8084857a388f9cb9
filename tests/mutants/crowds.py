"""Lies that show only where more containers than one were made in an account."""

from __future__ import annotations

from starlette.types import ASGIApp

from tests.mutants.accounts import another_comes
from tests.mutants.altering import Answer, Ask, Request, around, handling, key_of
from tests.mutants.memory import rows
from tests.mutants.registry import mutant


@mutant(breaks=["container.list.options-hold-on-every-page"], also=["container.list.*"])
def turns_round_behind_a_cursor(app: ASGIApp) -> ASGIApp:
    """Gives what is newer where a cursor asks for what is older, while others make more."""
    came: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if "after" in request.query and request.query.get("order") == "desc":
            key = request.headers.get("authorization", "")
            if key not in came:
                came.add(key)
                await another_comes(request, ask)
            request.query["order"] = "asc"
        return await ask(request)

    return handling(app, "listContainers", handle)


@mutant(breaks=["container.create.ids-are-distinct"], also=["container.create.*"])
def gives_the_ids_of_deleted_containers_again(app: ASGIApp) -> ASGIApp:
    """Gives a container the id of one that was deleted."""
    free: list[str] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == "deleteContainer" and answer.is_good:
            free.append(request.ids[0])
        if request.operation == "createContainer" and answer.is_good and free:
            old, new = free.pop(), answer.json["id"]
            rows(app, "DELETE FROM containers WHERE id = ?", old)
            rows(app, "UPDATE files SET container_id = ? WHERE container_id = ?", old, new)
            rows(app, "UPDATE containers SET id = ? WHERE id = ?", old, new)
            answer.json["id"] = old
        return answer

    return around(app, handle)


@mutant(breaks=["container.create.makes-exactly-one"], also=["container.list.is-closed-to-*"])
def makes_one_at_another_tenant_too(app: ASGIApp) -> ASGIApp:
    """Makes a second container, which belongs to somebody else."""
    made: list[tuple[str, str]] = []
    doubled: set[tuple[str, str]] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        own = key_of(request)
        answer = await ask(request.copy())
        if answer.status in (401, 403):
            return answer
        if request.operation == "createContainer" and answer.is_good:
            made.append((own, answer.json["name"]))
        missing = [each for each in made if each[0] != own and each not in doubled]
        for each in missing:
            doubled.add(each)
            await ask(request.to("POST", "/containers", {"name": each[1]}))
        return await ask(request) if missing and request.method == "GET" else answer

    return around(app, handle)
