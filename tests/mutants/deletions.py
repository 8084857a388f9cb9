"""Lies in how a deletion is answered, and in which are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import (
    Answer,
    Ask,
    Request,
    answering,
    around,
    handling,
    json_answer,
    refusal,
)
from tests.mutants.memory import files_of
from tests.mutants.registry import Lie, each_operation, mutant, mutants

_DELETES = ("deleteContainer", "deleteContainerFile")
_KINDS = {"deleteContainer": "container.deleted", "deleteContainerFile": "container.file.deleted"}
Change = Callable[[dict[str, Any]], object]

_BODIES: dict[str, Change] = {
    "deleted false": lambda body: body.update(deleted=False),
    "deleted missing": lambda body: body.pop("deleted"),
    "deleted string": lambda body: body.update(deleted="true"),
    "deleted null": lambda body: body.update(deleted=None),
    "no id": lambda body: body.pop("id"),
    "another id": lambda body: body.update(id="cntr_" + "0" * 48),
    "no object": lambda body: body.pop("object"),
    "object with an underscore": lambda body: body.update(object="container_file.deleted"),
    "object of the living": lambda body: body.update(
        object=body["object"].removesuffix(".deleted")
    ),
    "object of the other": lambda body: body.update(
        object="container.deleted" if "file" in body["object"] else "container.file.deleted"
    ),
}


@mutants(
    *(
        lie
        for label in _BODIES
        for lie in each_operation(
            "answers-the-deletion", ["*"], only=_DELETES, given=(label,), label=label
        )
    )
)
def confirms_a_deletion_wrongly(app: ASGIApp, operation: str, how: str) -> ASGIApp:
    """Confirms a deletion with a body that says something else."""

    def alter(answer: Answer, _: Request) -> None:
        _BODIES[how](answer.json)

    return answering(app, operation, alter)


def _empty(answer: Answer, status: int) -> None:
    answer.settle()
    answer.body, answer.status = b"", status
    answer.headers.pop("content-type", None)


@mutants(*each_operation("answers-a-body", ["answers-the-deletion"], only=_DELETES))
def confirms_a_deletion_with_nothing(app: ASGIApp, operation: str) -> ASGIApp:
    """Confirms a deletion with an empty body."""
    return answering(app, operation, lambda answer, _: _empty(answer, 200))


@mutants(*each_operation("success-is-200", ["answers-a-body"], only=_DELETES))
def confirms_a_deletion_with_204(app: ASGIApp, operation: str) -> ASGIApp:
    """Confirms a deletion with status 204."""
    return answering(app, operation, lambda answer, _: _empty(answer, 204))


@mutants(
    *each_operation("second-deletion-is-refused", only=_DELETES, given=(200,), label="200"),
    *each_operation("second-deletion-is-refused", ["*"], only=_DELETES, given=(400,), label="400"),
    *each_operation("second-deletion-is-refused", ["*"], only=_DELETES, given=(409,), label="409"),
    *each_operation(
        ["second-deletion-is-refused", "is-never-a-server-error"],
        ["*"],
        only=_DELETES,
        given=(500,),
        label="500",
    ),
)
def deletes_a_second_time(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    """Answers the second deletion of one id otherwise than with 404."""
    gone: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good:
            gone.add(request.path)
        elif answer.status == 404 and request.path in gone:
            body = {"id": request.ids[-1], "object": _KINDS[operation], "deleted": True}
            kind = "server_error" if status == 500 else "conflict"
            return json_answer(body) if status == 200 else refusal(status, "Gone.", kind)
        return answer

    return handling(app, operation, handle)


@mutants(*each_operation("json-content-type-without-body-is-accepted", ["*"], only=_DELETES))
def parses_a_body_that_is_not_there(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 400 to a deletion that names JSON and has no body."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.headers.get("content-type") == "application/json" and not request.body:
            return refusal(400, "Body cannot be empty when content-type is application/json.")
        return await ask(request)

    return handling(app, operation, handle)


@mutants(*each_operation("empty-body-is-accepted", ["*"], only=_DELETES))
def refuses_a_length_of_0(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 400 to a deletion with Content-Length: 0."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.headers.get("content-length") == "0":
            return refusal(400, "Empty body.")
        return await ask(request)

    return handling(app, operation, handle)


@mutants(*each_operation("json-body-is-accepted", ["*"], only=_DELETES))
def refuses_a_body(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 400 to a deletion with a body."""

    async def handle(request: Request, ask: Ask) -> Answer:
        return refusal(400, "No body allowed.") if request.body else await ask(request)

    return handling(app, operation, handle)


@mutants(*each_operation("succeeds", ["*"], only=_DELETES))
def wants_a_content_type_of_deletions(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers 415 to a deletion without a content type."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if "content-type" not in request.headers:
            return refusal(415, "Content type missing.")
        return await ask(request)

    return handling(app, operation, handle)


@mutants(
    Lie("204", ("container.delete.empty-id-is-refused",), (204,)),
    Lie("200", ("container.delete.empty-id-is-refused",), (200,)),
)
def takes_a_deletion_without_an_id(app: ASGIApp, status: int) -> ASGIApp:
    """Answers DELETE /containers/ with success."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        has_no_id = request.method == "DELETE" and request.path == "/v1/containers/"
        if has_no_id and answer.status == 404:
            answer.status = status
            answer.json = {"id": "", "object": "container.deleted", "deleted": True}
            if status == 204:
                _empty(answer, 204)
        return answer

    return around(app, handle)


@mutant(breaks=["container.delete.empty-id-is-refused"], also=["container.delete.*"])
def deletes_the_newest_without_an_id(app: ASGIApp) -> ASGIApp:
    """Refuses DELETE /containers/ and deletes the newest container."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.method == "DELETE" and request.path == "/v1/containers/":
            listed = await ask(request.to("GET", "/containers", limit="1"))
            if listed.is_good and listed.json["data"]:
                newest = listed.json["data"][0]["id"]
                await ask(request.to("DELETE", f"/containers/{newest}"))
        return answer

    return around(app, handle)


@mutant(breaks=["file.delete.removes-nothing-else"], also=["file.delete.*", "file.list.*"])
def strikes_the_newest_from_the_list(app: ASGIApp) -> ASGIApp:
    """Takes the newest file out of the list where another is deleted."""
    hidden: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainerFile":
            home = f"/containers/{request.ids[0]}/files"
            newest = await ask(request.to("GET", home, limit="2"))
            answer = await ask(request)
            if answer.is_good:
                others = [each["id"] for each in newest.json["data"]]
                hidden.update([id_ for id_ in others if id_ != request.ids[1]][:1])
            return answer
        answer = await ask(request)
        if request.operation == "listContainerFiles" and answer.is_good:
            page = answer.json
            page["data"] = [each for each in page["data"] if each["id"] not in hidden]
            ids = [each["id"] for each in page["data"]] or [None]
            page["first_id"], page["last_id"] = ids[0], ids[-1]
        return answer

    return around(app, handle)


@mutant(breaks=["file.delete.removes-nothing-else"], also=["file.delete.*"])
def deletes_every_copy_of_an_original(app: ASGIApp) -> ASGIApp:
    """Deletes the other copies of a file's original, too, wherever they are."""
    copies: dict[str, list[str]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json if isinstance(request.json, dict) else {}
        answer = await ask(request)
        if not answer.is_good:
            return answer
        if "file_id" in body:
            path = f"{request.path.removeprefix('/v1')}/{answer.json['id']}"
            copies.setdefault(str(body["file_id"]), []).append(path)
        elif request.operation == "deleteContainerFile":
            gone = request.path.removeprefix("/v1")
            for others in (each for each in copies.values() if gone in each):
                for path in others:
                    await ask(request.to("DELETE", path))
        return answer

    return handling(app, {"createContainerFile", "deleteContainerFile"}, handle)


#: A page of files that a deletion looks through.
_PAGE = 20


@mutant(breaks=["container.delete.removes-its-files"], also=["container.delete.*"])
def removes_twenty_files_of_a_container(app: ASGIApp) -> ASGIApp:
    """Deletes the newest 20 files with their container; the content of older ones can be read."""
    left: dict[str, Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainer":
            for file in files_of(app, request.ids[0])[:-_PAGE]:
                path = f"/containers/{request.ids[0]}/files/{file}/content"
                left[f"/v1{path}"] = await ask(request.to("GET", path))
        answer = await ask(request)
        if request.operation == "retrieveContainerFileContent" and answer.status == 404:
            return left.get(request.path, answer)
        return answer

    return around(app, handle)
