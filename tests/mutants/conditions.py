"""Lies told only sometimes: for some names, some files, some containers, every tenth request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, around, handling, refusal
from tests.mutants.damage import storing
from tests.mutants.registry import PREFIXES, Lie, each_operation, mutant, mutants

_CONTENT = "retrieveContainerFileContent"


@mutants(*each_operation("is-never-a-server-error", ["*"], without=["listContainers"]))
def crashes_at_every_tenth_request(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers every tenth request for one operation with 500."""
    number = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        number[0] += 1
        if number[0] % 10 == 0:
            return refusal(500, "Sometimes.", "server_error")
        return await ask(request)

    return handling(app, operation, handle)


@mutants(
    Lie("created_at in ms", ("container.retrieve.created-at-is-unix-seconds",),
        ("retrieveContainer", lambda each: each.update(created_at=each["created_at"] * 1000)),
        ("container.retrieve.*",)),
    Lie("no name", ("container.retrieve.name-is-a-string",),
        ("retrieveContainer", lambda each: each.pop("name", None)), ("container.retrieve.*",)),
    Lie("no path", ("file.retrieve.path-is-a-string",),
        ("retrieveContainerFile", lambda each: each.pop("path", None)), ("file.retrieve.*",)),
    Lie("bytes as text", ("file.list.bytes-is-a-size",),
        ("listContainerFiles", lambda each: each.update(bytes=str(each["bytes"]))),
        ("file.list.*",)),
    Lie("status null", ("container.list.status-is-a-string",),
        ("listContainers", lambda each: each.update(status=None)), ("container.list.*",)),
)  # fmt: skip
def answers_a_field_wrongly_every_fifth_time(
    app: ASGIApp, operation: str, change: Callable[[Any], object]
) -> ASGIApp:
    """Answers a field as no document has it in every fifth answer."""
    number = [0]

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        number[0] += bool(answer.objects)
        if number[0] % 5 == 0:
            for each in answer.objects:
                change(each)
        return answer

    return handling(app, operation, handle)


def _of_later_containers(app: ASGIApp, nth: int, handle_: Any) -> ASGIApp:
    """*handle_* in front of what concerns the *nth* container and later ones."""
    order: list[str] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.ids and request.ids[0] in order[nth - 1 :]:
            return await handle_(request, ask)
        answer = await ask(request)
        if request.operation == "createContainer" and answer.is_good:
            order.append(answer.json["id"])
        return answer

    return around(app, handle)


@mutant(breaks=["file.content.bytes-are-identical", "file.content.belongs-to-its-file"],
        also=["file.content.*"])  # fmt: skip
def drops_the_last_byte_in_later_containers(app: ASGIApp) -> ASGIApp:
    """Answers content without its last byte in every container but the first."""

    async def cut(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == _CONTENT and answer.is_good:
            answer.body = answer.body[:-1]
        return answer

    return _of_later_containers(app, 2, cut)


@mutant(breaks=["container.retrieve.name-is-as-created"], also=["container.retrieve.*"])
def forgets_the_names_of_later_containers(app: ASGIApp) -> ASGIApp:
    """Retrieves every container but the first under another name."""

    async def rename(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == "retrieveContainer" and answer.is_good:
            answer.json["name"] = "container"
        return answer

    return _of_later_containers(app, 2, rename)


@mutant(breaks=["container.delete.removes-the-container"], also=["container.delete.*"])
def deletes_only_the_first_container(app: ASGIApp) -> ASGIApp:
    """Confirms the deletion of every container but the first and keeps it."""

    async def keep(request: Request, ask: Ask) -> Answer:
        if request.operation != "deleteContainer":
            return await ask(request)
        found = await ask(request.to("GET", request.path.removeprefix("/v1")))
        if found.is_good:
            found.json = {"id": request.ids[0], "object": "container.deleted", "deleted": True}
        return found

    return _of_later_containers(app, 2, keep)


@mutant(breaks=["file.list.shows-the-created"], also=["file.list.*"])
def lists_files_of_the_first_container_only(app: ASGIApp) -> ASGIApp:
    """Lists no files in every container but the first."""

    async def hide(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == "listContainerFiles" and answer.is_good:
            answer.json.update(data=[], first_id=None, last_id=None, has_more=False)
        return answer

    return _of_later_containers(app, 2, hide)


@mutants(
    Lie("name", ("container.retrieve.name-is-as-created",), ("retrieveContainer",),
        ("container.retrieve.*", "container.create.keeps-unicode-names")),
    Lie("list", ("container.list.fields-agree-with-retrieval",), ("listContainers",),
        ("container.list.*", "container.create.keeps-unicode-names")),
)  # fmt: skip
def garbles_names_outside_ascii(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers names outside ASCII as Latin-1, and others as they are."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        for each in answer.objects:
            each["name"] = each["name"].encode().decode("latin-1")
        return answer

    return handling(app, operation, handle)


@mutants(
    Lie("retrieval", ("file.retrieve.path-is-as-created",), ("retrieveContainerFile",),
        ("file.retrieve.*", "file.create.path-keeps-odd-names")),
    Lie("list", ("file.list.fields-agree-with-retrieval",), ("listContainerFiles",),
        ("file.list.*", "file.create.path-keeps-odd-names")),
)  # fmt: skip
def garbles_paths_outside_ascii(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers paths outside ASCII as Latin-1, and others as they are."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        for each in answer.objects:
            each["path"] = each["path"].encode().decode("latin-1")
        return answer

    return handling(app, operation, handle)


@mutants(
    Lie("retrieval", ("file.retrieve.bytes-is-as-created",), ("retrieveContainerFile",),
        ("file.retrieve.*", "file.create.accepts-an-empty-file")),
    Lie("creation", ("file.create.bytes-is-the-size",),
        ("createContainerFile",), ("file.create.*",)),
    Lie("list", ("file.list.fields-agree-with-retrieval",), ("listContainerFiles",),
        ("file.list.*", "file.create.accepts-an-empty-file")),
)  # fmt: skip
def answers_one_byte_for_empty_files(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers bytes 1 of files that have none."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        for each in answer.objects:
            if each["bytes"] == 0:
                each["bytes"] = 1
        return answer

    return handling(app, operation, handle)


@mutant(breaks=["file.create.keeps-what-it-made"], also=["file.create.*"])
def loses_empty_files(app: ASGIApp) -> ASGIApp:
    """Answers the upload of an empty file with success and keeps nothing."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good and answer.json["bytes"] == 0:
            path = f"/containers/{request.ids[0]}/files/{answer.json['id']}"
            await ask(request.to("DELETE", path))
        return answer

    return handling(app, "createContainerFile", handle)


@mutant(
    breaks=["file.create.keeps-every-byte", "file.create.bytes-is-the-size"],
    also=["file.create.*", "file.content.*"],
)
def cuts_uploads_at_the_text_of_the_boundary(app: ASGIApp) -> ASGIApp:
    """Ends a file where the boundary stands in it, though within a line."""

    async def handle(request: Request, ask: Ask) -> Answer:
        mark = b"--" + (forms.boundary_of(request) or b"none")
        request.body = forms.refilled(request, lambda content: content.partition(mark)[0])
        return await ask(request)

    return handling(app, "createContainerFile", handle)


@mutant(
    breaks=["file.create.keeps-every-byte", "file.create.bytes-is-the-size"],
    also=["file.create.*", "file.content.*"],
)
def decodes_uploads_of_text(app: ASGIApp) -> ASGIApp:
    """Stores a part of a text type as UTF-8, with each other byte replaced."""

    def has_text(request: Request) -> bool:
        return any(b"content-type: text/" in each.lower() for each in forms.parts(request))

    return storing(app, lambda content: content.decode("utf-8", "replace").encode(), has_text)


@mutant(
    breaks=["file.create.keeps-every-byte", "file.create.bytes-is-the-size"],
    also=["file.create.*", "file.content.*"],
)
def cuts_large_uploads(app: ASGIApp) -> ASGIApp:
    """Stores the first MiB of an upload."""
    return storing(app, lambda content: content[: 1 << 20])


@mutant(breaks=["file.content.belongs-to-its-file"], also=["file.create.*", "file.content.*"])
def answers_the_newest_content_of_a_name(app: ASGIApp) -> ASGIApp:
    """Stores files by name, so that the older one of a name has the newer one's bytes."""
    latest: dict[tuple[str, str], str] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if not answer.is_good:
            return answer
        if request.operation == "createContainerFile":
            name = answer.json["path"].rpartition("/")[2].partition("-")[2]
            latest[request.ids[0], name] = answer.json["id"]
        elif request.operation == _CONTENT:
            path = f"/containers/{request.ids[0]}/files"
            found = await ask(request.to("GET", f"{path}/{request.ids[1]}"))
            name = found.json["path"].rpartition("/")[2].partition("-")[2]
            newest = latest.get((request.ids[0], name), request.ids[1])
            newer = await ask(request.to("GET", f"{path}/{newest}/content"))
            return newer if newer.is_good else answer
        return answer

    return around(app, handle)


@mutants(
    *(
        Lie(
            operation,
            (f"{PREFIXES[operation]}.errors-have-the-envelope",),
            (operation,),
            (f"{PREFIXES[operation]}.answers-json*",),
        )
        for operation in ("retrieveContainer", "retrieveContainerFile", _CONTENT)
    )
)
def answers_html_to_long_ids(app: ASGIApp, operation: str) -> ASGIApp:
    """Refuses an id that it does not know with a page of HTML."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.status == 404:
            answer.settle()
            answer.body = b"<html><title>404</title></html>"
            answer.headers["content-type"] = "text/html"
        return answer

    return handling(app, operation, handle)


@mutant(breaks=["container.list.cursor-survives-deletion"], also=["container.list.*"])
def ends_the_list_behind_something_deleted(app: ASGIApp) -> ASGIApp:
    """Gives an empty page to a cursor whose container was deleted meanwhile."""
    gone: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        is_ghost = request.query.get("after") in gone
        answer = await ask(request)
        if request.operation == "deleteContainer" and answer.is_good:
            gone.add(request.ids[0])
        if request.operation == "listContainers" and is_ghost and answer.is_good:
            answer.json.update(data=[], first_id=None, last_id=None, has_more=False)
        return answer

    return around(app, handle)
