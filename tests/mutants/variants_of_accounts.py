"""Harmless variants in what an account holds, and how much there is room for."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.accounts import filled
from tests.mutants.altering import (
    Answer,
    Ask,
    Request,
    answering,
    around,
    handling,
    refusal,
    requesting,
)
from tests.mutants.memory import rows
from tests.mutants.paging import LISTS, Items, cut, limit_of, relisting, start_of
from tests.mutants.registry import variant


@variant()
def has_hundreds_of_foreign_containers(app: ASGIApp) -> ASGIApp:
    """Belongs to an account with 250 containers of all states."""
    return filled(app, 250)


@variant()
def has_a_few_foreign_containers(app: ASGIApp) -> ASGIApp:
    """Belongs to an account with seven other containers."""
    return filled(app, 7)


@variant()
def has_foreign_containers_that_come_and_go(app: ASGIApp) -> ASGIApp:
    """Belongs to an account in which others create and delete containers all the time."""
    own: list[str] = []
    number = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        number[0] += 1
        if answer.is_good and number[0] % 3 == 0 and request.operation:
            made = await ask(request.to("POST", "/containers", {"name": "somebody-else"}))
            if made.is_good:
                own.append(made.json["id"])
            if len(own) > 4:
                await ask(request.to("DELETE", f"/containers/{own.pop(0)}"))
        return answer

    return around(app, handle)


def _with_room_for(app: ASGIApp, most: int, pause_s: float = 0) -> ASGIApp:
    """Answers 429 to a creation while so many containers live."""
    alive: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        await asyncio.sleep(pause_s)
        if request.operation == "createContainer" and len(alive) >= most:
            answer = refusal(429, "Too many containers.", "rate_limit_error")
            answer.headers["retry-after"] = "1"
            return answer
        answer = await ask(request)
        if request.operation == "createContainer" and answer.is_good:
            alive.add(answer.json["id"])
        if request.operation == "deleteContainer" and answer.is_good:
            alive.discard(request.ids[0])
        return answer

    return around(app, handle)


@variant()
def takes_few_containers_at_a_time(app: ASGIApp) -> ASGIApp:
    """Answers 429 to a creation while four containers live."""
    return _with_room_for(app, 4)


@variant(n=4)
def takes_few_containers_of_several_workers(app: ASGIApp) -> ASGIApp:
    """Answers 429 to a creation while five containers live, and takes its time for everything."""
    return _with_room_for(app, 5, 0.03)


@variant()
def orders_what_has_one_time_by_id(app: ASGIApp) -> ASGIApp:
    """Lists what was created within one second in the order of its ids."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        down = request.query.get("order", "desc") == "desc"
        items = sorted(items, key=lambda each: (each["created_at"], each["id"]), reverse=down)
        return cut(items, start_of(request, items), limit_of(request))

    return relisting(relisting(app, LISTS[0], choose), LISTS[1], choose)


@variant()
def lists_twenty_at_most(app: ASGIApp) -> ASGIApp:
    """Puts no more than 20 on a page, whatever the limit."""

    def cap(request: Request) -> None:
        limit = request.query.get("limit", "")
        if limit.isdecimal() and 20 < int(limit) <= 100:
            request.query["limit"] = "20"

    return requesting(app, LISTS, cap)


@variant()
def creates_out_of_order(app: ASGIApp) -> ASGIApp:
    """Takes a random while for every creation."""

    async def handle(request: Request, ask: Ask) -> Answer:
        await asyncio.sleep(secrets.randbelow(60) / 1000)
        return await ask(request)

    return handling(app, ["createContainer", "createContainerFile"], handle)


@variant()
def makes_containers_by_clocks_that_disagree(app: Any) -> ASGIApp:
    """Makes every second container on a machine whose clock is four seconds behind."""
    made = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        made[0] += answer.is_good
        if answer.is_good and made[0] % 2 == 0:
            sql = "UPDATE containers SET created_at = created_at - 4 WHERE id = ?"
            rows(app, sql, answer.json["id"])
            answer.json = {**answer.json, "created_at": answer.json["created_at"] - 4}
        return answer

    return handling(app, "createContainer", handle)


@variant()
def shares_a_pool_of_memory(app: Any) -> ASGIApp:
    """Has room for 64 GB in all containers together."""

    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json if isinstance(request.json, dict) else {}
        limits = rows(app, "SELECT memory_limit FROM containers WHERE deleted = 0")
        used = [each["memory_limit"] for each in limits] + [body.get("memory_limit", "1g")]
        if sum(_gigabytes(each) for each in used) > 64:
            answer = refusal(429, "The pool is used up.", "insufficient_quota")
            answer.headers["retry-after"] = "1"
            return answer
        return await ask(request)

    return handling(app, "createContainer", handle)


def _gigabytes(limit: object) -> int:
    return int(limit[:-1]) if isinstance(limit, str) and limit[:-1].isdigit() else 1


@variant(fuzz="standard")
def takes_printable_names_alone(app: ASGIApp) -> ASGIApp:
    """Refuses names with what is not printed, or with blanks at their ends."""

    async def handle(request: Request, ask: Ask) -> Answer:
        name = request.json.get("name") if isinstance(request.json, dict) else None
        if isinstance(name, str) and (name != name.strip() or not name.isprintable()):
            return refusal(400, "The name has what is not printed.")
        return await ask(request)

    return handling(app, "createContainer", handle)


@variant()
def tells_the_last_use_late(app: ASGIApp) -> ASGIApp:
    """Tells of a container what use was made of it until two seconds ago."""

    def alter(answer: Answer, _: Request) -> None:
        made, used = answer.json["created_at"], answer.json["last_active_at"]
        answer.json["last_active_at"] = max(made, used - 2)

    return answering(app, "retrieveContainer", alter)
