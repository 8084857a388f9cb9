"""Lies about what is left behind a deletion, and what is gone with it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import (
    Answer,
    Ask,
    Request,
    around,
    handling,
    json_answer,
    refusal,
)
from tests.mutants.detours import copied
from tests.mutants.memory import rows
from tests.mutants.registry import Lie, each_operation, mutant, mutants

_KINDS = {"deleteContainer": "container.deleted", "deleteContainerFile": "container.file.deleted"}


@mutants(
    Lie("container", ("container.delete.removes-the-container",), ("deleteContainer",),
        ("container.delete.*", "*.list.omits-the-deleted")),
    Lie("file", ("file.delete.removes-the-file",), ("deleteContainerFile",),
        ("file.delete.*", "*.list.omits-the-deleted")),
)  # fmt: skip
def confirms_without_deleting(app: ASGIApp, operation: str) -> ASGIApp:
    """Confirms a deletion and deletes nothing."""

    async def handle(request: Request, ask: Ask) -> Answer:
        found = await ask(request.to("GET", request.path.removeprefix("/v1")))
        if not found.is_good:
            return await ask(request)
        body = {"id": request.ids[-1], "object": _KINDS[operation], "deleted": True}
        return json_answer(body)

    return handling(app, operation, handle)


@mutants(
    Lie("container", ("container.delete.removes-the-container",), ("deleteContainer",),
        ("container.delete.*",)),
    Lie("file", ("file.delete.removes-the-file",), ("deleteContainerFile",), ("file.delete.*",)),
)  # fmt: skip
def still_retrieves_what_is_deleted(app: ASGIApp, operation: str) -> ASGIApp:
    """Retrieves what was deleted as if it lived, though the list has it no more."""
    ghosts: dict[str, Any] = {}
    retrieve = operation.replace("delete", "retrieve")

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == operation:
            found = await ask(request.to("GET", request.path.removeprefix("/v1")))
            answer = await ask(request)
            if found.is_good and answer.is_good:
                ghosts[request.path] = found.json
            return answer
        answer = await ask(request)
        if request.operation == retrieve and answer.status == 404 and request.path in ghosts:
            return json_answer(ghosts[request.path])
        return answer

    return around(app, handle)


@mutants(
    Lie("container", ("container.delete.removes-nothing-else",), ("deleteContainer",),
        ("container.delete.*", "container.list.*")),
    Lie("file", ("file.delete.removes-nothing-else",), ("deleteContainerFile",),
        ("file.delete.*", "file.list.*")),
)  # fmt: skip
def deletes_the_neighbour_too(app: ASGIApp, operation: str) -> ASGIApp:
    """Deletes what was created just before, too."""
    made: list[str] = []
    create = operation.replace("delete", "create")

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if not answer.is_good:
            return answer
        if request.operation == create:
            made.append(f"{request.path.removeprefix('/v1')}/{answer.json['id']}")
        if request.operation == operation:
            own = request.path.removeprefix("/v1")
            if own in made:
                at = made.index(own)
                home = own.rpartition("/")[0]
                near = [each for each in made if each != own and each.startswith(home)]
                made.pop(at)
                if near:
                    await ask(request.to("DELETE", near[-1]))
                    made.remove(near[-1])
        return answer

    return around(app, handle)


@mutants(
    Lie("container",
        ("container.delete.removes-the-container", "container.delete.removes-nothing-else"),
        ("deleteContainer",), ("container.*", "*.omits-the-deleted")),
    Lie("file", ("file.delete.removes-the-file", "file.delete.removes-nothing-else"),
        ("deleteContainerFile",), ("file.*",)),
)  # fmt: skip
def deletes_the_neighbour_instead(app: ASGIApp, operation: str) -> ASGIApp:
    """Deletes the newest one in place of the one asked for, where there are two."""

    async def handle(request: Request, ask: Ask) -> Answer:
        own = request.path.removeprefix("/v1")
        found = await ask(request.to("GET", own))
        if not found.is_good:
            return await ask(request)
        home = own.rpartition("/")[0]
        listed = await ask(request.to("GET", home, limit="2"))
        others = [each["id"] for each in listed.json["data"] if each["id"] != request.ids[-1]]
        if others:
            await ask(request.to("DELETE", f"{home}/{others[0]}"))
            body = {"id": request.ids[-1], "object": _KINDS[operation], "deleted": True}
            return json_answer(body)
        return await ask(request)

    return handling(app, operation, handle)


@mutants(
    Lie("410", ("container.retrieve.deleted-is-404",), ("deleteContainer", 410)),
    Lie("400", ("container.retrieve.deleted-is-404",), ("deleteContainer", 400)),
    Lie("file 410", ("file.retrieve.deleted-is-404",), ("deleteContainerFile", 410)),
    Lie("file 403", ("file.retrieve.deleted-is-404",), ("deleteContainerFile", 403)),
)
def refuses_what_is_deleted_with_another_status(
    app: ASGIApp, operation: str, status: int
) -> ASGIApp:
    """Refuses the retrieval of what was deleted with another status than 404."""
    gone: set[str] = set()
    retrieve = operation.replace("delete", "retrieve")

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.operation == operation and answer.is_good:
            gone.add(request.path)
        if request.operation == retrieve and answer.status == 404 and request.path in gone:
            answer.status = status
        return answer

    return around(app, handle)


_CONTENT = "retrieveContainerFileContent"
_LATE = ("createContainerFile", "listContainerFiles", "retrieveContainerFile",
         "deleteContainerFile", "retrieveContainerFileContent")  # fmt: skip


@mutants(
    *each_operation(
        "is-gone-with-the-container", ["unknown-*", "limit-*"], only=_LATE, without=[_CONTENT]
    ),
    Lie(_CONTENT, ("file.content.is-gone-with-the-container",), (_CONTENT,),
        ("file.content.unknown-*", "container.delete.removes-its-files")),  # nobody can tell
)  # fmt: skip
def works_on_in_a_deleted_container(app: ASGIApp, operation: str) -> ASGIApp:
    """Serves one operation on files after their container was deleted."""
    kept: dict[tuple[str, str], Answer] = {}
    gone: set[str] = set()

    async def keep(request: Request, ask: Ask) -> None:
        home = f"/containers/{request.ids[0]}"
        listed = await ask(request.to("GET", f"{home}/files"))
        kept[f"/v1{home}/files", "GET"] = listed
        for each in (listed.json or {}).get("data", []):
            path = f"{home}/files/{each['id']}"
            kept[f"/v1{path}", "GET"] = json_answer(each)
            body = {"id": each["id"], "object": "container.file.deleted", "deleted": True}
            kept[f"/v1{path}", "DELETE"] = json_answer(body)
            kept[f"/v1{path}/content", "GET"] = await ask(request.to("GET", f"{path}/content"))
            made = {**each, "id": "cfile_" + "9" * 32}
            kept[f"/v1{home}/files", "POST"] = json_answer(made)

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainer":
            await keep(request, ask)
            answer = await ask(request)
            gone.update({request.ids[0]} if answer.is_good else set())
            return answer
        answer = await ask(request)
        if request.operation == operation and answer.status == 404 and request.ids[0] in gone:
            ghost = kept.get((request.path, request.method))
            if ghost is None and operation == "createContainerFile":
                ghost = json_answer({"id": "cfile_9", "object": "container.file", "bytes": 1,
                                     "created_at": 1760000000, "container_id": request.ids[0],
                                     "path": "/mnt/data/x", "source": "user"})  # fmt: skip
            return ghost or answer
        return answer

    return around(app, handle)


@mutants(
    Lie("deleteContainer", ("container.delete.leaves-the-originals",), ("deleteContainer",)),
    Lie("deleteContainerFile", ("file.delete.leaves-the-original",), ("deleteContainerFile",)),
)
def deletes_the_originals_of_copies(app: ASGIApp, operation: str) -> ASGIApp:
    """Removes files of the Files API when their copies are deleted."""
    import re  # noqa: PLC0415 - only here

    async def handle(request: Request, ask: Ask) -> Answer:
        home = f"/containers/{request.ids[0]}/files"
        listed = await ask(request.to("GET", home))
        files = (listed.json or {}).get("data", []) if listed.is_good else []
        if operation == "deleteContainerFile":
            files = [each for each in files if each["id"] == request.ids[1]]
        answer = await ask(request)
        for each in files if answer.is_good else []:
            found = re.search(r"(file-\w{24})", each["path"])
            if found:
                await ask(request.to("DELETE", f"/files/{found[1]}"))
        return answer

    return handling(app, operation, handle)


@mutant(breaks=["container.delete.removes-its-files"], also=["container.delete.*"])
def keeps_the_files_of_deleted_containers(app: ASGIApp) -> ASGIApp:
    """Deletes a container, and leaves its files to whoever has their ids."""
    kept: dict[str, Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainer":
            home = f"/containers/{request.ids[0]}/files"
            listed = await ask(request.to("GET", home, limit="100"))
            for each in (listed.json or {}).get("data", []):
                for end in ("", "/content"):
                    path = f"{home}/{each['id']}{end}"
                    kept[f"/v1{path}"] = await ask(request.to("GET", path))
        answer = await ask(request)
        if answer.status == HTTPStatus.NOT_FOUND and request.method == "GET":
            return kept.get(request.path, answer)
        return answer

    return around(app, handle)


@mutant(breaks=["file.delete.removes-nothing-else"], also=["file.delete.*"])
def removes_the_directory_with_its_last_file(app: ASGIApp) -> ASGIApp:
    """Lists no files of a container whose last file was deleted, until there is another."""
    gone: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "listContainerFiles" and request.ids[0] in gone:
            return refusal(HTTPStatus.NOT_FOUND)
        answer = await ask(request)
        if request.operation == "deleteContainerFile" and answer.is_good:
            path = f"/containers/{request.ids[0]}/files"
            listed = await ask(request.to("GET", path))
            gone.update(() if listed.json["data"] else request.ids[:1])
        if request.operation == "createContainerFile" and answer.is_good:
            gone.discard(request.ids[0])
        return answer

    return around(app, handle)


@mutants(
    Lie("file", ("file.delete.removes-the-content",), ("deleteContainerFile",),
        ("file.delete.*", "file.content.deleted-file-is-refused")),
    Lie("container", ("container.delete.removes-its-files",), ("deleteContainer",),
        ("container.delete.*", "file.content.is-gone-with-the-container")),
)  # fmt: skip
def leaves_the_contents(app: ASGIApp, operation: str) -> ASGIApp:
    """Deletes what tells of files, and leaves what is in them."""
    left: dict[str, Answer] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == operation:
            of_all = rows(app, "SELECT id FROM files WHERE container_id = ?", request.ids[0])
            files = request.ids[1:] or [each["id"] for each in of_all]
            for id_ in files:
                path = f"/containers/{request.ids[0]}/files/{id_}/content"
                content = await ask(request.to("GET", path))
                if content.is_good:
                    left[f"/v1{path}"] = copied(content)
        answer = await ask(request)
        if answer.status == HTTPStatus.NOT_FOUND and request.path in left:
            return copied(left[request.path])
        return answer

    return around(app, handle)
