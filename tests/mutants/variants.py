"""Harmless variants in what providers answer: ids, fields, statuses that documents allow."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.types import ASGIApp

from tests.mutants.altering import (
    Answer,
    Ask,
    Request,
    answering,
    around,
    handling,
    objecting,
)
from tests.mutants.registry import variant

_FILES = ("createContainerFile", "retrieveContainerFile", "listContainerFiles")
_CONTAINERS = ("createContainer", "retrieveContainer", "listContainers")
_ID_KEYS = ("id", "container_id", "first_id", "last_id")


def _reidentified(app: ASGIApp, outward: Any, inward: Any) -> ASGIApp:
    """Every id in answers goes through *outward*, every id in requests through *inward*."""

    async def handle(request: Request, ask: Ask) -> Answer:
        for id_ in request.ids:
            request.path = request.path.replace(f"/{id_}", f"/{inward(id_)}")
        for key in ("after", "before"):
            if key in request.query:
                request.query[key] = inward(request.query[key])
        answer = await ask(request)
        if request.operation and request.operation != "retrieveContainerFileContent":
            _rewrite(answer.json, outward)
        return answer

    return around(app, handle)


def _rewrite(value: Any, outward: Any) -> None:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            for key in _ID_KEYS:
                if isinstance(each.get(key), str):
                    each[key] = outward(each[key])
            _rewrite(each.get("data") or [], outward)


@variant()
def answers_opaque_ids(app: ASGIApp) -> ASGIApp:
    """Has ids of letters and digits without any prefix."""
    marks = str.maketrans("abcdef_", "uvwxyzK")
    back = str.maketrans("uvwxyzK", "abcdef_")

    def outward(id_: str) -> str:
        prefix, _, rest = id_.partition("_")
        return ("Q7" if prefix == "cntr" else "Z9") + rest.translate(marks)

    def inward(id_: str) -> str:
        prefix = {"Q7": "cntr_", "Z9": "cfile_"}.get(id_[:2])
        return prefix + id_[2:].translate(back) if prefix else id_

    return _reidentified(app, outward, inward)


@variant()
def answers_very_long_ids(app: ASGIApp) -> ASGIApp:
    """Has ids of 300 characters."""
    tail = "x" * 240
    return _reidentified(app, lambda id_: id_ + tail, lambda id_: id_.removesuffix(tail))


@variant()
def answers_ids_with_dashes_and_underscores(app: ASGIApp) -> ASGIApp:
    """Has ids with - and _ in them, as base64 for URLs has."""

    def outward(id_: str) -> str:
        return f"{id_}-_-A_b"

    return _reidentified(app, outward, lambda id_: id_.removesuffix("-_-A_b"))


@variant()
def reads_uuids_in_either_case(app: ASGIApp) -> ASGIApp:
    """Has UUIDs for ids, and takes them in capitals, too."""
    given: dict[str, str] = {}

    def outward(id_: str) -> str:
        uuid = str(uuid5(NAMESPACE_URL, id_))
        given[uuid] = id_
        return uuid

    return _reidentified(app, outward, lambda id_: given.get(id_.lower(), id_))


@variant()
def answers_another_word_for_running(app: ASGIApp) -> ASGIApp:
    """Says active where others say running."""
    return objecting(app, _CONTAINERS, lambda each: each.update(status="active"))


@variant()
def answers_ready_for_running(app: ASGIApp) -> ASGIApp:
    """Says provisioning at creation and ready later."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        word = "provisioning" if request.operation == "createContainer" else "ready"
        for each in answer.objects:
            each["status"] = word
        return answer

    return handling(app, _CONTAINERS, handle)


def _extended(each: dict[str, Any]) -> None:
    each.update(metadata={"a": [1, None]}, **{"x-vendor": True}, region=None, expires_at=1)


@variant()
def answers_more_fields(app: ASGIApp) -> ASGIApp:
    """Has extra fields at every level of every answer."""

    def alter(answer: Answer, _: Request) -> None:
        for each in answer.objects:
            _extended(each)
            if isinstance(each.get("expires_after"), dict):
                each["expires_after"]["rounded"] = False
            if isinstance(each.get("network_policy"), dict):
                each["network_policy"]["enforced"] = True
        if isinstance(answer.json, dict):
            answer.json["request_id"] = "r-1"
            if "error" in answer.json:
                answer.json["error"]["details"] = []

    return answering(
        app,
        [*_CONTAINERS, *_FILES, "deleteContainer", "deleteContainerFile"],
        alter,
        good=None,
    )


_OPTIONAL = ("last_active_at", "expires_after", "memory_limit", "network_policy")


def _strip(each: dict[str, Any]) -> None:
    for name in _OPTIONAL:
        each.pop(name, None)


@variant()
def answers_no_optional_fields(app: ASGIApp) -> ASGIApp:
    """Has none of a container's optional fields in any answer."""
    return objecting(app, _CONTAINERS, _strip)


@variant()
def lists_no_optional_fields(app: ASGIApp) -> ASGIApp:
    """Lists containers with their required fields alone."""
    return objecting(app, ["listContainers"], _strip)


@variant()
def answers_no_last_active_at(app: ASGIApp) -> ASGIApp:
    """Never tells when a container was last active."""
    return objecting(app, _CONTAINERS, lambda each: each.pop("last_active_at", None))


@variant()
def answers_no_first_and_last_id_for_nothing(app: ASGIApp) -> ASGIApp:
    """Leaves first_id and last_id of an empty page out."""

    def alter(answer: Answer, _: Request) -> None:
        if not answer.json["data"]:
            del answer.json["first_id"], answer.json["last_id"]

    return answering(app, ["listContainers", "listContainerFiles"], alter)


@variant()
def answers_null_ids_for_nothing(app: ASGIApp) -> ASGIApp:
    """Answers first_id and last_id null on an empty page, keys in another order."""

    def alter(answer: Answer, _: Request) -> None:
        answer.json = dict(sorted(answer.json.items(), reverse=True))

    return answering(app, ["listContainers", "listContainerFiles"], alter)


@variant()
def deletes_with_an_empty_body(app: ASGIApp) -> ASGIApp:
    """Confirms deletions with status 200 and nothing else."""

    def alter(answer: Answer, _: Request) -> None:
        answer.body = b""
        answer.headers.pop("content-type", None)

    return answering(app, ["deleteContainer", "deleteContainerFile"], alter)


@variant()
def deletes_with_204(app: ASGIApp) -> ASGIApp:
    """Confirms deletions with status 204."""

    def alter(answer: Answer, _: Request) -> None:
        answer.status, answer.body = 204, b""
        answer.headers.pop("content-type", None)

    return answering(app, ["deleteContainer", "deleteContainerFile"], alter)


@variant()
def creates_with_201(app: ASGIApp) -> ASGIApp:
    """Answers creations with status 201."""

    def alter(answer: Answer, _: Request) -> None:
        answer.status = 201

    return answering(app, ["createContainer", "createContainerFile"], alter)


@variant()
def retrieves_the_deleted_as_deleted(app: ASGIApp) -> ASGIApp:
    """Retrieves deleted containers with the status deleted, for a while."""
    ghosts: dict[str, dict[str, Any]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainer":
            found = await ask(request.to("GET", request.path.removeprefix("/v1")))
            answer = await ask(request)
            if found.is_good and answer.is_good:
                ghosts[request.ids[0]] = {**found.json, "status": "deleted"}
            return answer
        answer = await ask(request)
        is_ghost = request.operation == "retrieveContainer" and request.ids[0] in ghosts
        if is_ghost and answer.status == 404:
            answer.status, answer.json = 200, ghosts[request.ids[0]]
        return answer

    return around(app, handle)


@variant()
def answers_equal_timestamps(app: ASGIApp) -> ASGIApp:
    """Tells times by the minute, so that nearly everything has the same one."""

    def floor(each: dict[str, Any]) -> None:
        for name in each.keys() & {"created_at", "last_active_at"}:
            each[name] -= each[name] % 60

    return objecting(app, [*_CONTAINERS, *_FILES], floor)


def _shifted(app: ASGIApp, by: int) -> ASGIApp:
    def shift(each: dict[str, Any]) -> None:
        each["created_at"] += by
        if "last_active_at" in each:
            each["last_active_at"] += by

    return objecting(app, [*_CONTAINERS, *_FILES], shift)


@variant()
def has_a_clock_a_minute_behind(app: ASGIApp) -> ASGIApp:
    """Has a clock that is a minute behind."""
    return _shifted(app, -60)


@variant()
def has_a_clock_a_minute_ahead(app: ASGIApp) -> ASGIApp:
    """Has a clock that is a minute ahead."""
    return _shifted(app, 60)


@variant()
def answers_422_for_bad_input(app: ASGIApp) -> ASGIApp:
    """Refuses bad input with 422 and the error object."""

    def alter(answer: Answer, _: Request) -> None:
        if answer.status == 400:
            answer.status = 422

    return answering(app, "*", alter, good=False)


@variant()
def refuses_odd_ids_with_400(app: ASGIApp) -> ASGIApp:
    """Refuses ids that can't be ones with 400."""

    def alter(answer: Answer, request: Request) -> None:
        if answer.status == 404 and request.ids and not request.ids[0].startswith("cntr_"):
            answer.status = 400

    return answering(app, "*", alter, good=False)
