"""Lies in which a field has the right shape and the wrong value at one operation only."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, handling, objecting
from tests.mutants.memory import rows
from tests.mutants.registry import Lie, mutant, mutants

Fields = dict[str, Any]
Change = Callable[[Fields], object]


def _put(name: str, value: object) -> Change:
    return lambda each: each.update({name: value})


def _turn(name: str, turn: Callable[[Any], Any]) -> Change:
    return lambda each: each.update({name: turn(each[name])})


def _lie(operation: str, label: str, breaks: str | tuple[str, ...], change: Change) -> Lie:
    wanted = (breaks,) if isinstance(breaks, str) else breaks
    prefix = wanted[0].rpartition(".")[0]
    also = (
        f"{prefix}.name-filter-*",
        f"{prefix}.last-active-at-*",
        f"{prefix}.is-repeatable*",
        f"{prefix}.fields-agree*",
        f"{prefix}.*as-created",
        f"{prefix}.created-at-*",
        f"{prefix}.options-hold-*",
        f"{prefix}.order-*",
    )
    return Lie(f"{operation}, {label}", wanted, (operation, change), also)


_EXPIRES = {"anchor": "last_active_at", "minutes": 7}
_LATER = _turn("created_at", lambda value: value + 3600)
_NOW: Change = lambda each: each.update(created_at=int(time.time()) + 100)  # noqa: E731 - a name for its type

_RETRIEVED = "container.retrieve"
_LISTED = "container.list.fields-agree-with-retrieval"
_LISTED_FILES = "file.list.fields-agree-with-retrieval"


@mutants(
    _lie("retrieveContainer", "name lowered", f"{_RETRIEVED}.name-is-as-created",
         _turn("name", str.lower)),
    _lie("retrieveContainer", "name upper", f"{_RETRIEVED}.name-is-as-created",
         _turn("name", str.upper)),
    _lie("retrieveContainer", "name of all", f"{_RETRIEVED}.name-is-as-created",
         _put("name", "auto")),
    _lie("retrieveContainer", "name cut", f"{_RETRIEVED}.name-is-as-created",
         _turn("name", lambda value: value[:-1])),
    _lie("retrieveContainer", "created_at later", f"{_RETRIEVED}.created-at-is-as-created", _LATER),
    _lie("retrieveContainer", "created_at now", f"{_RETRIEVED}.created-at-is-as-created", _NOW),
    _lie("retrieveContainer", "created_at one second later",
         f"{_RETRIEVED}.created-at-is-as-created", _turn("created_at", lambda value: value + 1)),
    _lie("retrieveContainer", "expired", f"{_RETRIEVED}.status-is-alive",
         _put("status", "expired")),
    _lie("retrieveContainer", "deleted", f"{_RETRIEVED}.status-is-alive",
         _put("status", "deleted")),
    _lie("retrieveContainer", "other minutes", f"{_RETRIEVED}.expires-after-is-as-created",
         _put("expires_after", _EXPIRES)),
    _lie("retrieveContainer", "minutes in seconds", f"{_RETRIEVED}.expires-after-is-as-created",
         lambda each: each["expires_after"].update(minutes=each["expires_after"]["minutes"] * 60)),
    _lie("retrieveContainer", "no expires_after", f"{_RETRIEVED}.expires-after-is-as-created",
         lambda each: each.pop("expires_after", None)),
    _lie("retrieveContainer", "other memory", f"{_RETRIEVED}.memory-limit-is-as-created",
         _put("memory_limit", "16g")),
    _lie("retrieveContainer", "default memory", f"{_RETRIEVED}.memory-limit-is-as-created",
         _put("memory_limit", "1g")),
    _lie("retrieveContainer", "no network policy", f"{_RETRIEVED}.network-policy-is-as-created",
         lambda each: each.pop("network_policy", None)),
    _lie("retrieveContainer", "open network", f"{_RETRIEVED}.network-policy-is-as-created",
         lambda each: "network_policy" in each and each.update(
             network_policy={"type": "allowlist", "allowed_domains": ["everything.example"]})),
    _lie("retrieveContainer", "last active before creation",
         f"{_RETRIEVED}.last-active-at-is-not-before-creation",
         lambda each: each.update(last_active_at=each["created_at"] - 3600)),
    _lie("listContainers", "name of all", _LISTED, _put("name", "auto")),
    _lie("listContainers", "name lowered", _LISTED, _turn("name", str.title)),
    _lie("listContainers", "created_at later", (_LISTED,), _LATER),
    _lie("listContainers", "other memory", _LISTED, _put("memory_limit", "64g")),
    _lie("listContainers", "other minutes", _LISTED, _put("expires_after", _EXPIRES)),
    _lie("listContainers", "expired", _LISTED, _put("status", "expired")),
    _lie("listContainers", "no expires_after", "container.list.tells-what-retrieval-tells",
         lambda each: each.pop("expires_after", None)),
    _lie("retrieveContainerFile", "bytes 0", "file.retrieve.bytes-is-as-created", _put("bytes", 0)),
    _lie("retrieveContainerFile", "one byte more", "file.retrieve.bytes-is-as-created",
         _turn("bytes", lambda value: value + 1)),
    _lie("retrieveContainerFile", "path of all", "file.retrieve.path-is-as-created",
         _put("path", "/mnt/data/file")),
    _lie("retrieveContainerFile", "path relative", "file.retrieve.path-is-as-created",
         _turn("path", lambda value: value.lstrip("/"))),
    _lie("retrieveContainerFile", "created_at later", "file.retrieve.created-at-is-as-created",
         _LATER),
    _lie("retrieveContainerFile", "created_at 0", "file.retrieve.created-at-is-as-created",
         _put("created_at", 0)),
    _lie("retrieveContainerFile", "source", "file.retrieve.source-is-as-created",
         _put("source", "assistant")),
    _lie("listContainerFiles", "bytes 0", _LISTED_FILES, _put("bytes", 0)),
    _lie("listContainerFiles", "path of all", _LISTED_FILES, _put("path", "/mnt/data/file")),
    _lie("listContainerFiles", "source", _LISTED_FILES, _put("source", "assistant")),
    _lie("listContainerFiles", "created_at later", _LISTED_FILES, _LATER),
)  # fmt: skip
def disagrees_with_itself(app: ASGIApp, operation: str, change: Change) -> ASGIApp:
    """Answers one field at one operation otherwise than at all others."""
    return objecting(app, operation, change)


_FILE_CREATED = "file.create"


@mutants(
    Lie("bytes in KiB", (f"{_FILE_CREATED}.bytes-is-the-size",),
        (_turn("bytes", lambda value: value // 1024),), ("file.create.*",)),
    Lie("one byte more", (f"{_FILE_CREATED}.bytes-is-the-size",),
        (_turn("bytes", lambda value: value + 1),), ("file.create.*",)),
    Lie("bytes with the form around", (f"{_FILE_CREATED}.bytes-is-the-size",),
        (_turn("bytes", lambda value: value + 212),), ("file.create.*",)),
    Lie("path without the name", (f"{_FILE_CREATED}.path-ends-with-the-name",),
        (_turn("path", lambda value: value.rpartition("-")[0]),),
        (f"{_FILE_CREATED}.path-keeps-odd-names", f"{_FILE_CREATED}.copy-path-ends-*")),
    Lie("path with a suffix", (f"{_FILE_CREATED}.path-ends-with-the-name",),
        (_turn("path", lambda value: value + ".tmp"),),
        (f"{_FILE_CREATED}.path-keeps-odd-names", f"{_FILE_CREATED}.copy-path-ends-*")),
    Lie("source assistant", (f"{_FILE_CREATED}.source-is-user",), (_put("source", "assistant"),)),
    Lie("source code_interpreter", (f"{_FILE_CREATED}.source-is-user",),
        (_put("source", "code_interpreter"),)),
    Lie("created_at an hour ago", (f"{_FILE_CREATED}.created-at-is-now",),
        (_turn("created_at", lambda value: value - 3600),)),
    Lie("created_at in minutes", (f"{_FILE_CREATED}.created-at-is-now",),
        (_turn("created_at", lambda value: value // 60),),
        ("file.*.created-at-is-unix-seconds",)),
)  # fmt: skip
def keeps_wrong_facts_of_a_file(app: ASGIApp, change: Change) -> ASGIApp:
    """Answers a wrong fact of a file, and the same one everywhere."""
    files = ["createContainerFile", "retrieveContainerFile", "listContainerFiles"]
    return objecting(app, files, change)


@mutants(
    Lie("an hour ago", ("container.create.created-at-is-now",),
        (_turn("created_at", lambda value: value - 3600),), ("container.*.last-active-at-*",)),
    Lie("in a day", ("container.create.created-at-is-now",),
        (_turn("created_at", lambda value: value + 86400),), ("container.*.last-active-at-*",)),
    Lie("in 1970", ("container.create.created-at-is-now",),
        (_put("created_at", 0),), ("container.*.created-at-*",)),
)  # fmt: skip
def dates_containers_wrongly(app: ASGIApp, change: Change) -> ASGIApp:
    """Answers a wrong created_at of a container, and the same one everywhere."""
    return objecting(app, ["createContainer", "retrieveContainer", "listContainers"], change)


@mutant(breaks=["container.retrieve.is-repeatable"], also=["container.retrieve.*-is-as-created"])
def retrieves_other_values_every_second_time(app: ASGIApp) -> ASGIApp:
    """Retrieves a container every second time with another creation time."""
    times: dict[str, int] = {}

    def alter(answer: Answer, request: Request) -> None:
        number = times[request.ids[0]] = times.get(request.ids[0], 0) + 1
        if number % 2 == 0:
            answer.json["created_at"] -= 1

    return answering(app, "retrieveContainer", alter)


@mutant(breaks=["file.retrieve.is-repeatable"], also=["file.retrieve.*-is-as-created"])
def retrieves_another_path_every_second_time(app: ASGIApp) -> ASGIApp:
    """Retrieves a file every second time with another path."""
    times: dict[str, int] = {}

    def alter(answer: Answer, request: Request) -> None:
        number = times[request.ids[1]] = times.get(request.ids[1], 0) + 1
        if number % 2 == 0:
            answer.json["path"] = "/tmp" + answer.json["path"]

    return answering(app, "retrieveContainerFile", alter)


@mutant(breaks=["container.retrieve.last-active-at-moves"])
def never_moves_last_active_at(app: ASGIApp) -> ASGIApp:
    """Answers the creation time as last_active_at for ever."""
    return objecting(
        app,
        ["createContainer", "retrieveContainer", "listContainers"],
        lambda each: each.update(last_active_at=each["created_at"]),
    )


@mutants(
    Lie("retrieval", ("container.retrieve.last-active-at-moves",), ("retrieveContainer",)),
    Lie("upload", ("file.create.moves-last-active-at",), ("createContainerFile",)),
    Lie("deletion of a file", ("file.delete.moves-last-active-at",), ("deleteContainerFile",)),
)
def does_not_count_as_use(app: ASGIApp, operation: str) -> ASGIApp:
    """Moves last_active_at with every operation but one."""
    return _unused(app, operation, is_told=False)


@mutant(breaks=["container.retrieve.last-active-at-moves"])
def forgets_the_use_that_it_tells_of(app: ASGIApp) -> ASGIApp:
    """Tells of a retrieval as the last use in its answer, and does not keep it."""
    return _unused(app, "retrieveContainer", is_told=True)


def _unused(app: ASGIApp, operation: str, *, is_told: bool) -> ASGIApp:
    """*app*, one operation of which is kept as no use, though a retrieval may tell of it."""
    kept = "SELECT last_active_at FROM containers WHERE id = ?"
    keep = "UPDATE containers SET last_active_at = ? WHERE id = ?"

    async def handle(request: Request, ask: Ask) -> Answer:
        before = rows(app, kept, request.ids[0])
        answer = await ask(request)
        if answer.is_good and before:
            value = before[0]["last_active_at"]
            rows(app, keep, value, request.ids[0])
            if operation == "retrieveContainer" and not is_told:
                answer.json["last_active_at"] = value
        return answer

    return handling(app, operation, handle)


@mutant(breaks=["container.create.created-at-is-now"], also=["container.create.*"])
def gives_containers_that_were_made_before(app: ASGIApp) -> ASGIApp:
    """Takes a container out of a pool, created five minutes ago."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            answer.json["created_at"] -= 300
            sql = "UPDATE containers SET created_at = created_at - 300 WHERE id = ?"
            rows(app, sql, answer.json["id"])
        return answer

    return handling(app, "createContainer", handle)


@mutant(breaks=["container.retrieve.created-at-is-as-created"], also=["container.retrieve.*"])
def tells_the_last_use_as_the_creation(app: ASGIApp) -> ASGIApp:
    """Retrieves a container as created when it was last used."""
    return objecting(
        app, ["retrieveContainer"], lambda each: each.update(created_at=each["last_active_at"])
    )
