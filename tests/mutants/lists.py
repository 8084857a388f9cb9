"""Lies in lists: parameters ignored, off by one, inverted, unchecked; what is shown at all."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.accounts import filled
from tests.mutants.altering import Answer, Ask, Request, around, handling, refusal, requesting
from tests.mutants.paging import (
    LISTS,
    Items,
    cut,
    everything,
    limit_of,
    page,
    relisting,
    start_of,
)
from tests.mutants.registry import each_operation, mutants

_WALK = [
    "walk-yields-every-item-once",
    "ties-are-not-lost",
    "options-hold-on-every-page",
    "page-is-full",
]
_PAGED = [*_WALK, "has-more-*", "cursor-*", "limit-*", "order-*", "default-*", "end-of-list*",
          "omits-nothing*", "shows-the-created", "page-is-*", "before-*", "fields-agree*",
          "name-filter-*"]  # fmt: skip
_ITEMS = {
    "listContainers": ("createContainer", "deleteContainer"),
    "listContainerFiles": ("createContainerFile", "deleteContainerFile"),
}


@mutants(*each_operation("limit-is-honoured", _PAGED, only=LISTS))
def ignores_the_limit(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives 20 items whatever the limit."""
    return requesting(app, operation, lambda request: request.query.pop("limit", None))


@mutants(*each_operation(["limit-is-honoured"], _PAGED, only=LISTS))
def gives_one_more_than_the_limit(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives one item more than was asked for."""

    def more(request: Request) -> None:
        if "limit" in request.query and request.query["limit"].isdigit():
            request.query["limit"] = str(min(int(request.query["limit"]) + 1, 100))

    return requesting(app, operation, more)


@mutants(*each_operation(["page-is-full"], _PAGED, only=LISTS))
def gives_one_less_than_the_limit(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives one item less than was asked for, of limits above 1."""

    def less(request: Request) -> None:
        limit = request.query.get("limit", "1")
        if limit.isdigit() and 1 < int(limit) <= 100:
            request.query["limit"] = str(int(limit) - 1)

    return requesting(app, operation, less)


@mutants(
    *each_operation("default-limit-is-20", _PAGED, only=LISTS, given=("10",), label="10"),
    *each_operation("default-limit-is-20", _PAGED, only=LISTS, given=("100",), label="100"),
    *each_operation("default-limit-is-20", _PAGED, only=LISTS, given=("19",), label="19"),
)
def has_another_default_limit(app: ASGIApp, operation: str, limit: str) -> ASGIApp:
    """Gives another number of items where no limit is given, in an account that has many."""

    def default(request: Request) -> None:
        request.query.setdefault("limit", limit)

    return requesting(filled(app, 30), operation, default)


@mutants(
    *each_operation(
        ["order-asc-is-oldest-first", "cursor-moves-on"],
        [*_PAGED, "*order*"],
        only=["listContainers"],
    ),
    *each_operation("order-asc-is-oldest-first", [*_PAGED, "*order*"], only=["listContainerFiles"]),
)
def ignores_the_order(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives the newest first whatever the order, in an account that has others."""

    def drop(request: Request) -> None:
        if request.query.get("order") in ("asc", "desc"):
            del request.query["order"]

    return requesting(filled(app, 7), operation, drop)


@mutants(
    *each_operation(
        ["order-asc-is-oldest-first", "order-desc-is-newest-first"], [*_PAGED, "*"], only=LISTS
    )
)
def inverts_the_order(app: ASGIApp, operation: str) -> ASGIApp:
    """Takes asc for desc and desc for asc, in an account that has others."""
    other = {"asc": "desc", "desc": "asc"}

    def invert(request: Request) -> None:
        if request.query.get("order") in other:
            request.query["order"] = other[request.query["order"]]

    return requesting(filled(app, 7), operation, invert)


@mutants(*each_operation(["default-order-is-desc"], [*_PAGED, "*"], only=LISTS))
def lists_the_oldest_first_by_default(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives the oldest first where no order is given."""

    def default(request: Request) -> None:
        request.query.setdefault("order", "asc")

    return requesting(app, operation, default)


def _lenient(app: ASGIApp, operation: str, wrong: tuple[str, ...], parameter: str) -> ASGIApp:
    def forgive(request: Request) -> None:
        if request.query.get(parameter) in wrong or (not wrong and parameter in request.query):
            del request.query[parameter]

    return requesting(app, operation, forgive)


@mutants(
    *each_operation("limit-out-of-range-is-refused", ["*"], only=LISTS, given=(("0",),), label="0"),
    *each_operation(
        "limit-out-of-range-is-refused", ["*"], only=LISTS, given=(("101", "1000"),), label="101"
    ),
    *each_operation(
        "limit-out-of-range-is-refused",
        ["*"],
        only=LISTS,
        given=(("9999999999",),),
        label="ten digits",
    ),
    *each_operation(
        "limit-out-of-range-is-refused", ["*"], only=LISTS, given=(("-1", "-5"),), label="-1"
    ),
)
def takes_limits_out_of_range(app: ASGIApp, operation: str, wrong: tuple[str, ...]) -> ASGIApp:
    """Takes a limit below 1 or above 100 for none."""
    return _lenient(app, operation, wrong, "limit")


@mutants(*each_operation("limit-that-is-no-number-is-refused", ["*"], only=LISTS))
def takes_words_for_limits(app: ASGIApp, operation: str) -> ASGIApp:
    """Takes a limit that is no number for none."""

    def forgive(request: Request) -> None:
        try:
            int(request.query.get("limit", "1"))
        except ValueError:
            del request.query["limit"]

    return requesting(app, operation, forgive)


@mutants(*each_operation("limit-of-100-is-accepted", ["*"], only=LISTS))
def refuses_a_limit_of_100(app: ASGIApp, operation: str) -> ASGIApp:
    """Takes limits up to 50 only."""

    async def handle(request: Request, ask: Ask) -> Answer:
        limit = request.query.get("limit", "1")
        return refusal(400) if limit.isdigit() and int(limit) > 50 else await ask(request)

    return handling(app, operation, handle)


@mutants(*each_operation("unknown-order-is-refused", ["*"], only=LISTS))
def takes_any_order(app: ASGIApp, operation: str) -> ASGIApp:
    """Takes every other order than asc for desc."""

    def forgive(request: Request) -> None:
        if request.query.get("order", "asc") != "asc":
            request.query["order"] = "desc"

    return requesting(app, operation, forgive)


@mutants(*each_operation("shows-the-created", ["*"], only=LISTS))
def never_lists_what_is_created(app: ASGIApp, operation: str) -> ASGIApp:
    """Leaves out of the list whatever was created since the start."""
    return relisting(app, operation, lambda _, __: page([], more=False))


@mutants(*each_operation("shows-the-created", ["*"], only=LISTS))
def lists_the_newest_a_minute_late(app: ASGIApp, operation: str) -> ASGIApp:
    """Leaves the newest item out of a list."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        newest = max((each["created_at"] for each in items), default=0)
        older = [each for each in items if each["created_at"] < newest]
        return cut(older, start_of(request, older), limit_of(request))

    return relisting(app, operation, choose)


@mutants(*each_operation("omits-the-deleted", ["*"], only=LISTS))
def lists_the_deleted_for_ever(app: ASGIApp, operation: str) -> ASGIApp:
    """Keeps what was deleted in the list."""
    ghosts: dict[str, dict[str, Any]] = {}
    delete = _ITEMS[operation][1]

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == delete:
            found = await ask(request.to("GET", request.path.removeprefix("/v1")))
            answer = await ask(request)
            if found.is_good and answer.is_good:
                ghosts[found.json["id"]] = found.json
            return answer
        answer = await ask(request.copy())
        if request.operation == operation and answer.is_good and "after" not in request.query:
            home = request.ids[0] if request.ids else None
            body = answer.json
            mine = [each for each in ghosts.values() if each.get("container_id") == home]
            room = limit_of(request) - len(body["data"])
            items = [*body["data"], *mine[:room]] if not body["has_more"] else body["data"]
            down = request.query.get("order", "desc") == "desc"
            items.sort(key=lambda each: each["created_at"], reverse=down)
            answer.json = page(items, more=body["has_more"])
        return answer

    return around(app, handle)


@mutants(*each_operation("omits-nothing-made-in-parallel", ["*"], only=LISTS))
def omits_what_is_made_in_parallel(app: ASGIApp, operation: str) -> ASGIApp:
    """Never lists what was created while another creation was under way."""
    hidden: set[str] = set()
    under_way = [0]
    create = _ITEMS[operation][0]

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == create:
            under_way[0] += 1
            await asyncio.sleep(0.05)
            is_alone = under_way[0] == 1
            answer = await ask(request)
            under_way[0] -= 1
            if answer.is_good and not is_alone:
                hidden.add(answer.json["id"])
            return answer
        answer = await ask(request.copy())
        if request.operation == operation and answer.is_good and hidden:
            items = [e for e in await everything(request, ask) if e["id"] not in hidden]
            answer.json = cut(items, start_of(request, items), limit_of(request))
        return answer

    return around(app, handle)


@mutants(
    *each_operation("odd-queries-are-survived", ["*"], only=["listContainers", "createContainer"])
)
def refuses_unknown_queries(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 400 to query keys that it does not know."""
    known = {"limit", "order", "after", "before", "name"}

    async def handle(request: Request, ask: Ask) -> Answer:
        return refusal(400) if set(request.query) - known else await ask(request)

    return handling(app, operation, handle)


@mutants(
    *each_operation(
        ["before-gives-the-items-ahead"], ["*"], only=LISTS, given=("first",), label="ignored"
    ),
    *each_operation(
        ["before-gives-the-items-ahead"], ["*"], only=LISTS, given=("after",), label="as after"
    ),
)
def takes_before_for_something_else(app: ASGIApp, operation: str, how: str) -> ASGIApp:
    """Ignores the cursor before, or takes it for after."""

    def turn(request: Request) -> None:
        cursor = request.query.pop("before", None)
        if cursor and how == "after":
            request.query["after"] = cursor

    return requesting(app, operation, turn)
