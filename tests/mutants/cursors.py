"""Lies in walking a list: cursors, has_more, ties, and what holds on later pages."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, around, handling, refusal, requesting
from tests.mutants.paging import (
    LISTS,
    Items,
    cut,
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


@mutants(
    *each_operation("cursor-is-exclusive", [*_PAGED, "*"], only=["listContainers"]),
    *each_operation(
        ["cursor-moves-on", "cursor-is-exclusive"],
        [*_PAGED, "*"],
        only=["listContainerFiles"],
    ),
)
def ignores_the_cursor(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives the first page again to every cursor."""
    return requesting(app, operation, lambda request: request.query.pop("after", None))


@mutants(*each_operation(["cursor-is-exclusive"], _PAGED, only=LISTS))
def includes_the_cursor(app: ASGIApp, operation: str) -> ASGIApp:
    """Begins a page with the item that the cursor names."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        return cut(items, max(0, start_of(request, items) - 1), limit_of(request))

    return relisting(app, operation, choose)


@mutants(*each_operation(["cursor-moves-on"], _PAGED, only=LISTS))
def skips_one_behind_the_cursor(app: ASGIApp, operation: str) -> ASGIApp:
    """Leaves out the item that follows a cursor."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        start = start_of(request, items)
        return cut(items, start + 1 if start else 0, limit_of(request))

    return relisting(app, operation, choose)


@mutants(*each_operation(["cursor-moves-on"], [*_PAGED, "*"], only=LISTS))
def takes_the_cursor_for_before(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives what lies ahead of the cursor instead of what follows it."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        start, limit = start_of(request, items), limit_of(request)
        if not start:
            return cut(items, 0, limit)
        ahead = items[: start - 1]
        return page(ahead[-limit:], more=len(ahead) > limit)

    return relisting(app, operation, choose)


@mutants(*each_operation(["cursor-moves-on"], [*_PAGED, "*"], only=LISTS))
def takes_cursors_in_descending_order_only(app: ASGIApp, operation: str) -> ASGIApp:
    """Seeks the place of a cursor in the list of the newest first, whatever the order."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        start, limit = start_of(request, items), limit_of(request)
        if start and request.query.get("order") == "asc":
            return cut(items, len(items) - start + 1, limit)
        return cut(items, start, limit)

    return relisting(app, operation, choose)


@mutants(*each_operation(["has-more-is-true-before-the-end"], _PAGED, only=LISTS))
def never_has_more(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers has_more false on every page."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        whole = cut(items, start_of(request, items), limit_of(request))
        return {**whole, "has_more": False}

    return relisting(app, operation, choose)


@mutants(
    *each_operation(
        ["has-more-is-false-at-the-end", "has-more-page-is-not-empty"], [*_PAGED, "*"], only=LISTS
    )
)
def always_has_more(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers has_more true on every page."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        return {**cut(items, start_of(request, items), limit_of(request)), "has_more": True}

    return relisting(app, operation, choose)


@mutants(*each_operation(["has-more-is-false-at-the-end"], _PAGED, only=LISTS))
def has_more_whenever_a_page_is_full(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers has_more true on a last page that happens to be full."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        limit = limit_of(request)
        whole = cut(items, start_of(request, items), limit)
        return {**whole, "has_more": len(whole["data"]) == limit}

    return relisting(app, operation, choose)


@mutants(*each_operation(["has-more-is-true-before-the-end"], _PAGED, only=LISTS))
def has_no_more_before_a_single_last_item(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers has_more false where exactly one item follows."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        start, limit = start_of(request, items), limit_of(request)
        return {**cut(items, start, limit), "has_more": start + limit + 1 < len(items)}

    return relisting(app, operation, choose)


@mutants(*each_operation(["has-more-page-is-not-empty"], [*_PAGED, "*"], only=LISTS))
def thins_pages_out(app: ASGIApp, operation: str) -> ASGIApp:
    """Filters after paging, so that a page may be empty and has_more true."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        start, limit = start_of(request, items), limit_of(request)
        whole = cut(items, start, limit)
        return page([], more=True) if whole["has_more"] and limit == 1 else whole

    return relisting(app, operation, choose)


@mutants(*each_operation(["ties-are-not-lost"], [*_PAGED, "*"], only=LISTS))
def pages_by_the_second(app: ASGIApp, operation: str) -> ASGIApp:
    """Continues behind the cursor's second, so that what was made in the same one is lost."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        start = start_of(request, items)
        if start:
            second = items[start - 1]["created_at"]
            while start < len(items) and items[start]["created_at"] == second:
                start += 1
        return cut(items, start, limit_of(request))

    return relisting(app, operation, choose)


@mutants(
    *each_operation(
        ["cursor-moves-on", "page-is-in-order"], [*_PAGED, "*"], only=["listContainers"]
    ),
    *each_operation(
        ["walk-yields-every-item-once", "cursor-moves-on", "page-is-in-order"],
        [*_PAGED, "*"],
        only=["listContainerFiles"],
    ),
)
def forgets_the_order_on_the_second_page(app: ASGIApp, operation: str) -> ASGIApp:
    """Orders by the newest behind every cursor."""

    def drop(request: Request) -> None:
        if "after" in request.query:
            request.query.pop("order", None)

    return requesting(app, operation, drop)


@mutants(
    *each_operation("limit-is-honoured", _PAGED, only=["listContainers"]),
    *each_operation(
        ["options-hold-on-every-page", "limit-is-honoured"], _PAGED, only=["listContainerFiles"]
    ),
)
def forgets_the_limit_on_the_second_page(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives 20 items behind every cursor."""

    def drop(request: Request) -> None:
        if "after" in request.query:
            request.query.pop("limit", None)

    return requesting(app, operation, drop)


@mutants(*each_operation(["walk-yields-every-item-once"], _PAGED, only=LISTS))
def drops_the_last_page(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives an empty page where the last items would stand."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        start = start_of(request, items)
        whole = cut(items, start, limit_of(request))
        return page([], more=False) if start and not whole["has_more"] else whole

    return relisting(app, operation, choose)


@mutants(
    *each_operation("ties-are-not-lost", _PAGED, only=["listContainers"]),
    *each_operation(
        ["walk-yields-every-item-once", "cursor-is-exclusive"],
        _PAGED,
        only=["listContainerFiles"],
    ),
)
def repeats_the_cursor_on_the_third_page(app: ASGIApp, operation: str) -> ASGIApp:
    """Begins pages deep in a list with the item that the cursor names."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        start, limit = start_of(request, items), limit_of(request)
        return cut(items, start - 1 if start >= 2 * limit and start else start, limit)

    return relisting(app, operation, choose)


@mutants(*each_operation("cursor-survives-deletion", ["*"], only=LISTS))
def refuses_the_cursor_of_something_deleted(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 404 to a cursor whose item was deleted meanwhile."""
    gone: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == operation and request.query.get("after") in gone:
            return refusal(404, "No such item.")
        answer = await ask(request)
        if request.method == "DELETE" and answer.is_good:
            gone.update(request.ids[-1:])
        return answer

    return around(app, handle)


@mutants(*each_operation("cursor-survives-deletion", ["*"], only=LISTS))
def begins_again_behind_something_deleted(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives the first page to a cursor whose item was deleted meanwhile."""
    gone: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == operation and request.query.get("after") in gone:
            del request.query["after"]
        answer = await ask(request)
        if request.method == "DELETE" and answer.is_good:
            gone.update(request.ids[-1:])
        return answer

    return around(app, handle)


@mutants(*each_operation("empty-cursor-is-refused-or-none", ["*"], only=LISTS))
def takes_an_empty_cursor_for_the_end(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives an empty page to an empty cursor."""

    async def handle(request: Request, ask: Ask) -> Answer:
        is_empty = request.query.get("after") == ""
        if is_empty:
            del request.query["after"]
        answer = await ask(request)
        if is_empty and answer.is_good:
            answer.json = page([], more=False)
        return answer

    return handling(app, operation, handle)


@mutants(*each_operation("unknown-cursor-is-refused", ["*"], only=LISTS))
def ignores_unknown_cursors(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives the first page to a cursor that names nothing."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if answer.is_good or not request.query.pop("after", None):
            return answer
        again = await ask(request)
        return again if again.is_good else answer

    return handling(app, operation, handle)
