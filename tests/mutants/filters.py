"""Lies in the filter by name."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, around, handling, refusal, requesting
from tests.mutants.paging import Items, cut, everything, limit_of, page, start_of
from tests.mutants.registry import mutant

_LIST = "listContainers"
_ALL = ["container.list.name-filter-*", "container.list.unmatched-name-*", "container.list.*"]


@mutant(breaks=["container.list.name-filter-omits-other-names"], also=_ALL)
def ignores_the_name(app: ASGIApp) -> ASGIApp:
    """Lists all containers whatever the name."""
    return requesting(app, _LIST, lambda request: request.query.pop("name", None))


@mutant(breaks=["container.list.name-filter-finds-the-name"], also=_ALL)
def finds_nothing_by_name(app: ASGIApp) -> ASGIApp:
    """Answers an empty page to every name."""

    def nowhere(request: Request) -> None:
        if "name" in request.query:
            request.query["name"] += "\x7f"

    return requesting(app, _LIST, nowhere)


def _unfiltered(request: Request) -> Request:
    again = request.copy()
    again.query.pop("name", None)
    return again


def _has_name(request: Request, each: dict[str, Any]) -> bool:
    return request.query.get("name", "") in each["name"]


@mutant(breaks=["container.list.name-filter-omits-other-names"], also=_ALL)
def inverts_the_name(app: ASGIApp) -> ASGIApp:
    """Lists the containers that have another name."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if "name" in request.query and answer.is_good:
            items = await everything(_unfiltered(request), ask)
            items = [each for each in items if not _has_name(request, each)]
            answer.json = cut(items, start_of(request, items), limit_of(request))
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["container.list.name-filter-holds-on-every-page"], also=_ALL)
def forgets_the_name_on_the_second_page(app: ASGIApp) -> ASGIApp:
    """Lists all containers behind a cursor."""

    def forget(request: Request) -> None:
        if "after" in request.query:
            request.query.pop("name", None)

    return requesting(app, _LIST, forget)


@mutant(breaks=["container.list.name-filter-is-applied-before-paging"], also=_ALL)
def filters_by_name_after_paging(app: ASGIApp) -> ASGIApp:
    """Cuts the page first and then drops what has another name."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(_unfiltered(request))
        if "name" in request.query and answer.is_good:
            body = answer.json
            fitting: Items = [each for each in body["data"] if _has_name(request, each)]
            answer.json = page(fitting, more=body["has_more"])
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["container.list.name-filter-is-applied-before-paging"], also=_ALL)
def counts_other_names_as_more(app: ASGIApp) -> ASGIApp:
    """Says that there is more of a name where more of any name follows."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if "name" in request.query and answer.is_good and answer.json["data"]:
            behind = _unfiltered(request)
            behind.query |= {"after": answer.json["last_id"], "limit": "1"}
            answer.json["has_more"] = bool((await ask(behind)).json["data"])
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["container.list.name-filter-decodes-spaces"], also=_ALL)
def takes_a_plus_for_a_plus(app: ASGIApp) -> ASGIApp:
    """Reads + in a query as itself."""

    def reread(request: Request) -> None:
        raw = request.scope["query_string"].decode()
        if "name" in request.query and "+" in raw:
            request.query["name"] = request.query["name"].replace(" ", "+")

    return requesting(app, _LIST, reread)


@mutant(breaks=["container.list.name-filter-decodes-spaces"], also=_ALL)
def takes_percent_20_for_itself(app: ASGIApp) -> ASGIApp:
    """Reads %20 in a query as three characters."""

    def reread(request: Request) -> None:
        raw = request.scope["query_string"].decode()
        if "name" in request.query and "%20" in raw:
            request.query["name"] = request.query["name"].replace(" ", "%20")

    return requesting(app, _LIST, reread)


@mutant(breaks=["container.list.unmatched-name-is-an-empty-page"], also=_ALL)
def answers_404_for_an_unmatched_name(app: ASGIApp) -> ASGIApp:
    """Refuses a name that no container has."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if "name" in request.query and answer.is_good and not answer.json["data"]:
            return refusal(404)
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["container.list.unmatched-name-is-an-empty-page"], also=_ALL)
def lists_all_for_an_unmatched_name(app: ASGIApp) -> ASGIApp:
    """Lists all containers where none has the name."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if "name" in request.query and answer.is_good and not answer.json["data"]:
            return await ask(_unfiltered(request))
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["container.list.name-filter-omits-other-names"], also=_ALL)
def matches_names_by_their_first_letters(app: ASGIApp) -> ASGIApp:
    """Lists all containers whose name begins like the one asked for."""

    def shorten(request: Request) -> None:
        if "name" in request.query:
            request.query["name"] = request.query["name"][:12]

    return requesting(app, _LIST, shorten)


@mutant(breaks=["container.list.name-filter-finds-the-name"], also=_ALL)
def finds_only_names_in_lower_case(app: ASGIApp) -> ASGIApp:
    """Puts the name asked for in capitals before it compares."""

    def raise_(request: Request) -> None:
        if "name" in request.query:
            request.query["name"] = request.query["name"].upper()

    return requesting(app, _LIST, raise_)


@mutant(breaks=["container.list.name-filter-holds-on-every-page"], also=_ALL)
def adds_others_to_the_last_page_of_a_name(app: ASGIApp) -> ASGIApp:
    """Fills the last page of a filtered list up with containers of other names."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        body = answer.json
        if "name" in request.query and "after" in request.query and answer.is_good:
            everyone = await everything(_unfiltered(request), ask)
            others = [each for each in everyone if not _has_name(request, each)]
            room = max(0, limit_of(request) - len(body["data"]))
            if not body["has_more"]:
                answer.json = page([*body["data"], *others[:room]], more=False)
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["container.list.omits-the-deleted"], also=["container.list.*"])
def finds_what_is_deleted_by_its_name(app: ASGIApp) -> ASGIApp:
    """Lists deleted containers for ever to who asks for their name."""
    ghosts: list[dict[str, Any]] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        found = None
        if request.operation == "deleteContainer":
            found = await ask(request.to("GET", request.path.removeprefix("/v1")))
        answer = await ask(request)
        if found and found.is_good and answer.is_good:
            ghosts.append(found.json)
        if request.operation == "listContainers" and answer.is_good and "name" in request.query:
            own = [each for each in ghosts if each["name"] == request.query["name"]]
            items = [*answer.json["data"], *own]
            if own and "after" not in request.query:
                answer.json = page(items, more=answer.json["has_more"])
        return answer

    return around(app, handle)


@mutant(breaks=["container.delete.removes-nothing-else"])
def forgets_a_name_with_the_first_deletion(app: ASGIApp) -> ASGIApp:
    """Finds no container by a name of which one was deleted."""
    forgotten: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainer":
            found = await ask(request.to("GET", request.path.removeprefix("/v1")))
            if found.is_good:
                forgotten.add(found.json["name"])
        answer = await ask(request)
        is_list = request.operation == "listContainers" and answer.is_good
        if is_list and request.query.get("name") in forgotten:
            answer.json = page([], more=False)
        return answer

    return around(app, handle)
