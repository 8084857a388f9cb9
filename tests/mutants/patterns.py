"""Lies in the filter by name that take a name for a pattern, or only a part of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, handling, refusal, requesting
from tests.mutants.paging import cut, everything, limit_of, start_of
from tests.mutants.registry import Lie, mutant, mutants

_LIST = "listContainers"
_ANY = ("container.list.*",)
_OMITS = ("container.list.name-filter-omits-other-names",)
_HOLDS = ("container.list.name-filter-holds-on-every-page",)
_FINDS = ("container.list.name-filter-finds-the-name",)
_UNMATCHED = ("container.list.unmatched-name-is-an-empty-page",)
Fits = Callable[[str, str], bool]  # the name asked for, a container's name


def _like(asked: str, name: str) -> bool:
    pattern = re.escape(asked).replace("%", ".*").replace("_", ".")
    return re.search(pattern, name, re.DOTALL) is not None


def _regex(asked: str, name: str) -> bool:
    try:
        return re.search(asked, name) is not None
    except re.error:
        return asked in name


def _glob(asked: str, name: str) -> bool:
    return asked in name or fnmatchcase(name, asked)


@mutants(
    Lie("SQL", _HOLDS, (_like,), _ANY),
    Lie("a regular expression", _HOLDS, (_regex,), _ANY),
    Lie("the shell", _HOLDS, (_glob,), _ANY),
    Lie("either case", _OMITS, (lambda asked, name: asked.lower() in name.lower(),), _ANY),
    Lie("the first word", _UNMATCHED,
        (lambda asked, name: asked.partition(" ")[0] == name.partition(" ")[0],), _ANY),
    Lie("64 characters", _FINDS, (lambda asked, name: asked[:64] == name,), _ANY),
    Lie("one of several", _UNMATCHED,
        (lambda asked, name: any(each in name for each in asked.split(",")),), _ANY),
    Lie("up to an ampersand", _UNMATCHED,
        (lambda asked, name: asked.partition("&")[0] in name,), _ANY),
)  # fmt: skip
def filters_as(app: ASGIApp, fits: Fits) -> ASGIApp:
    """Filters the list by something else than the name itself."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        asked = request.query.get("name")
        if asked is not None and answer.is_good:
            whole = request.copy()
            del whole.query["name"]
            items = [each for each in await everything(whole, ask) if fits(asked, each["name"])]
            answer.json = cut(items, start_of(request, items), limit_of(request))
        return answer

    return handling(app, _LIST, handle)


@mutant(breaks=["container.list.is-never-a-server-error"], also=_ANY)
def crashes_at_names_that_are_no_patterns(app: ASGIApp) -> ASGIApp:
    """Answers 500 to a name that is no valid regular expression."""

    async def handle(request: Request, ask: Ask) -> Answer:
        try:
            re.compile(request.query.get("name", ""))
        except re.error:
            return refusal(500, "Missing ).", "server_error")
        return await ask(request)

    return handling(app, _LIST, handle)


@mutant(breaks=["container.list.is-never-a-server-error"], also=_ANY)
def crashes_at_an_apostrophe(app: ASGIApp) -> ASGIApp:
    """Answers 500 to a name that ends the text in a query of SQL."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if "'" in request.query.get("name", ""):
            return refusal(500, "unterminated quoted string", "server_error")
        return await ask(request)

    return handling(app, _LIST, handle)


@mutant(breaks=_FINDS, also=_ANY)
def encodes_names_twice(app: ASGIApp) -> ASGIApp:
    """Looks for a name as it stands in the query, percent signs and all."""
    from urllib.parse import quote  # noqa: PLC0415 - only here

    def encode(request: Request) -> None:
        if "name" in request.query:
            request.query["name"] = quote(request.query["name"])

    return requesting(app, _LIST, encode)


@mutant(breaks=["container.list.shows-the-created"], also=_ANY)
def hides_large_containers(app: ASGIApp) -> ASGIApp:
    """Does not list containers of more than 1 GB."""

    def small(answer: Answer) -> None:
        body = answer.json
        body["data"] = [each for each in body["data"] if each["memory_limit"] == "1g"]
        ids = [each["id"] for each in body["data"]] or [None]
        body["first_id"], body["last_id"] = ids[0], ids[-1]

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            small(answer)
        return answer

    return handling(app, _LIST, handle)
