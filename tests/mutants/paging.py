"""A liar's own paging: all items of a list, and pages cut from them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, handling

Items = list[dict[str, Any]]
LISTS = ("listContainers", "listContainerFiles")
_WHOLE = 100


async def everything(request: Request, ask: Ask) -> Items:
    """All items of the list, in the order asked for, filtered by the name asked for."""
    query = {key: value for key, value in request.query.items() if key in ("order", "name")}
    path = request.path.removeprefix("/v1")
    items: Items = []
    while True:
        after = {"after": items[-1]["id"]} if items else {}
        again = request.to("GET", path, limit=str(_WHOLE), **query, **after)
        answer = await ask(again)
        items += answer.json["data"]
        if not answer.json["has_more"]:
            return items


def limit_of(request: Request) -> int:
    """How many items a page may hold."""
    return int(float(request.query.get("limit", "20")))


def start_of(request: Request, items: Items) -> int:
    """Where the page begins; behind the cursor."""
    cursor = request.query.get("after")
    ids = [each["id"] for each in items]
    return ids.index(cursor) + 1 if cursor in ids else 0


def page(items: Items, *, more: bool) -> dict[str, Any]:
    """The list object around *items*."""
    return {
        "object": "list",
        "data": items,
        "first_id": items[0]["id"] if items else None,
        "last_id": items[-1]["id"] if items else None,
        "has_more": more,
    }


def cut(items: Items, start: int, limit: int) -> dict[str, Any]:
    """The page of *limit* items from *start* on."""
    return page(items[start : start + limit], more=start + limit < len(items))


Choose = Callable[[Items, Request], dict[str, Any]]


def relisting(app: ASGIApp, operation: str, choose: Choose) -> ASGIApp:
    """*app*, whose pages are chosen from all items; what it refuses stays refused."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if answer.is_good and "before" not in request.query:
            answer.json = choose(await everything(request, ask), request)
        return answer

    return handling(app, operation, handle)


def settling(app: ASGIApp, operation: str, alter: Callable[[Request], Awaitable[None]]) -> ASGIApp:
    """*app*, before whose lists something is done."""

    async def handle(request: Request, ask: Ask) -> Answer:
        await alter(request)
        return await ask(request)

    return handling(app, operation, handle)
