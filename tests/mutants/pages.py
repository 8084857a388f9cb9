"""Lies in the shape of a page."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.accounts import filled
from tests.mutants.altering import Answer, Ask, Request, answering, around, key_of, requesting
from tests.mutants.memory import rows
from tests.mutants.paging import LISTS, Items, cut, limit_of, page, relisting, start_of
from tests.mutants.registry import PREFIXES, Lie, each_operation, mutant, mutants

Page = dict[str, Any]


def _put(name: str, value: object) -> Callable[[Page], object]:
    return lambda page: page.update({name: value})


def _keyed(page: Page) -> None:
    page["data"] = {each["id"]: each for each in page["data"]}


def _renamed(page: Page) -> None:
    page["items"] = page.pop("data")


def _swapped(page: Page) -> None:
    page["first_id"], page["last_id"] = page["last_id"], page["first_id"]


def _doubled(page: Page) -> None:
    if page["data"]:
        page["data"][-1] = page["data"][0]
        page["last_id"] = page["data"][-1]["id"]


def _reversed(page: Page) -> None:
    page["data"].reverse()
    _swapped(page)


_SHAPES: dict[str, dict[str, Callable[[Page], object]]] = {
    "object-is-list": {
        "no object": lambda page: page.pop("object"),
        "array": _put("object", "array"),
        "null object": _put("object", None),
    },
    "data-is-an-array": {
        "items": _renamed,
        "null data": _put("data", None),
        "data keyed by id": _keyed,
        "data string": lambda page: page.update(data=str(page["data"])),
    },
    "has-more-is-a-boolean": {
        "no has_more": lambda page: page.pop("has_more"),
        "null has_more": _put("has_more", None),
        "has_more string": lambda page: page.update(has_more=str(page["has_more"]).lower()),
        "has_more number": lambda page: page.update(has_more=int(page["has_more"])),
    },
    "first-and-last-id-are-the-ends": {
        "swapped": _swapped,
        "another first_id": _put("first_id", "cntr_" + "1" * 48),
        "another last_id": _put("last_id", "cntr_" + "2" * 48),
        "last_id is the first": lambda page: page.update(last_id=page["first_id"]),
        "number as first_id": _put("first_id", 0),
    },
    "page-is-in-order": {"reversed within the page": _reversed},
    "ids-on-a-page-are-distinct": {"one twice": _doubled},
}


def _family() -> list[Lie]:
    return [
        Lie(
            f"{operation}, {label}",
            (f"{PREFIXES[operation]}.{claim}",),
            (operation, alter),
            (f"{PREFIXES[operation]}.*",),
        )
        for operation in LISTS
        for claim, kinds in _SHAPES.items()
        for label, alter in kinds.items()
    ]


@mutants(*_family())
def answers_a_page_of_another_shape(
    app: ASGIApp, operation: str, alter: Callable[[Page], object]
) -> ASGIApp:
    """Answers one part of a page wrongly."""

    def change(answer: Answer, _: Request) -> None:
        alter(answer.json)

    return answering(app, operation, change)


@mutants(*each_operation("data-is-an-array", ["*"], only=LISTS))
def answers_a_bare_array(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers a list without anything around its items."""

    def change(answer: Answer, _: Request) -> None:
        answer.json = answer.json["data"]

    return answering(app, operation, change)


@mutants(
    Lie("null", ("file.list.empty-list-is-an-empty-page",),
        (_put("data", None),), ("file.list.*",)),
    Lie("no data", ("file.list.empty-list-is-an-empty-page",),
        (lambda page: page.pop("data"),), ("file.list.*",)),
    Lie("has_more", ("file.list.empty-list-is-an-empty-page",),
        (lambda page: page.update(has_more=True),), ("file.list.*",)),
    Lie("made-up ids", ("file.list.first-and-last-id-are-the-ends",),
        (lambda page: page.update(first_id="cfile_x", last_id="cfile_x"),), ("file.list.*",)),
)  # fmt: skip
def answers_an_empty_list_wrongly(app: ASGIApp, alter: Callable[[Page], object]) -> ASGIApp:
    """Answers the list of a container without files in another shape than other lists."""

    def change(answer: Answer, request: Request) -> None:
        if not answer.json["data"] and "after" not in request.query:
            alter(answer.json)

    return answering(app, "listContainerFiles", change)


@mutants(
    Lie("204", ("file.list.empty-list-is-an-empty-page",), (204,), ("file.list.*",)),
    Lie("404", ("file.list.empty-list-is-an-empty-page",), (404,), ("file.list.*",)),
)
def answers_no_page_for_no_files(app: ASGIApp, status: int) -> ASGIApp:
    """Answers the list of a container without files with another status and no page."""

    def change(answer: Answer, _: Request) -> None:
        if not answer.json["data"]:
            answer.status = status
            error = {"message": "No files.", "type": "x", "param": None, "code": None}
            answer.json = {"error": error}
            if status == 204:
                answer.settle()
                answer.body = b""
                answer.headers.pop("content-type", None)

    return answering(app, "listContainerFiles", change)


@mutants(*each_operation("end-of-list-is-an-empty-page", ["*"], only=LISTS))
def answers_404_behind_the_last_item(app: ASGIApp, operation: str) -> ASGIApp:
    """Refuses the page behind the last item."""

    def change(answer: Answer, request: Request) -> None:
        if "after" in request.query and not answer.json["data"]:
            answer.status = 404
            error = {"message": "No more.", "type": "x", "param": None, "code": None}
            answer.json = {"error": error}

    return answering(app, operation, change)


@mutants(*each_operation("end-of-list-is-an-empty-page", ["*"], only=LISTS))
def begins_again_behind_the_last_item(app: ASGIApp, operation: str) -> ASGIApp:
    """Gives the first page again to a cursor that names the last item."""

    def choose(items, request):
        start = start_of(request, items)
        return cut(items, 0 if start == len(items) else start, limit_of(request))

    return relisting(app, operation, choose)


@mutants(
    Lie("behind", ("file.list.has-more-is-false-at-the-end",), (True,), ("file.list.*",)),
    Lie("in all", ("file.list.has-more-is-false-at-the-end",), (False,), ("file.list.*",)),
)
def counts_deleted_files_as_more(app: ASGIApp, behind: bool) -> ASGIApp:  # noqa: FBT001 - a kind
    """Tells of more where files were deleted: behind the last of a page, or anywhere."""
    sql = "SELECT seq FROM files WHERE container_id = ? AND deleted = 1"
    place = "SELECT seq FROM files WHERE id = ?"

    def alter(answer: Answer, request: Request) -> None:
        items = answer.json["data"]
        gone = [each["seq"] for each in rows(app, sql, request.ids[0])]
        if behind and items:
            last = rows(app, place, items[-1]["id"])[0]["seq"]
            is_rising = request.query.get("order") == "asc"
            gone = [each for each in gone if (each > last) == is_rising]
        if gone and len(items) < limit_of(request) and bool(items) == behind:
            answer.json["has_more"] = True

    return answering(app, "listContainerFiles", alter)


@mutant(breaks=["container.list.order-asc-is-oldest-first"], also=["container.list.*"])
def turns_the_newest_page_round(app: ASGIApp) -> ASGIApp:
    """Answers the newest page, oldest first, where the oldest items were asked for."""

    def choose(items: Items, request: Request) -> dict[str, Any]:
        limit = limit_of(request)
        if request.query.get("order") != "asc" or "after" in request.query:
            return cut(items, start_of(request, items), limit)
        return page(items[-limit:], more=len(items) > limit)

    return relisting(app, "listContainers", choose)


@mutants(*each_operation("walk-yields-every-item-once", ["*"], only=LISTS))
def turns_round_behind_a_cursor(app: ASGIApp, operation: str) -> ASGIApp:
    """Goes upwards behind a cursor where no order was asked for."""

    def turn(request: Request) -> None:
        if "after" in request.query:
            request.query.setdefault("order", "asc")

    return requesting(app, operation, turn)


@mutants(*each_operation("cursor-survives-deletion", ["*"], only=LISTS))
def goes_on_where_the_cursor_stood(app: ASGIApp, operation: str) -> ASGIApp:
    """Takes a cursor for the place where its item stood when a page showed it last."""
    places: dict[tuple[object, ...], int] = {}

    def choose(items: Items, request: Request) -> dict[str, Any]:
        view = (key_of(request), request.path, *map(request.query.get, ("order", "name")))
        start = places.get((*view, request.query.get("after")), start_of(request, items))
        chosen = cut(items, start, limit_of(request))
        for place, each in enumerate(chosen["data"], start + 1):
            places[*view, each["id"]] = place
        return chosen

    return relisting(app, operation, choose)


@mutants(
    *each_operation("page-is-full", only=LISTS, given=("10",), label="10"),
    *each_operation("page-is-full", only=LISTS, given=("15",), label="15"),
)
def ends_its_pages_early(app: ASGIApp, operation: str, most: str) -> ASGIApp:
    """Gives no page more items than so many, whatever the limit, in an account that has more."""

    def fewer(request: Request) -> None:
        limit = request.query.get("limit", "20")
        if limit.isdigit() and int(most) < int(limit) <= 100:
            request.query["limit"] = most

    return requesting(filled(app, 30), operation, fewer)


@mutant(breaks=["container.list.page-is-in-order"], also=["container.list.*"])
def sorts_a_page_by_its_last_uses(app: ASGIApp) -> ASGIApp:
    """Puts what was used last first on a page, or last where the oldest comes first."""
    used: dict[str, int] = {}
    number = count()

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.ids:
            used[request.ids[0]] = next(number)
        elif request.operation == "listContainers" and answer.is_good:
            page = answer.json
            is_descending = request.query.get("order") != "asc"
            page["data"].sort(key=lambda each: used.get(each["id"], -1), reverse=is_descending)
            ids = [each["id"] for each in page["data"]] or [None]
            page["first_id"], page["last_id"] = ids[0], ids[-1]
        return answer

    return around(app, handle)
