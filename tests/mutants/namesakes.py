"""Lies about things of one name, of one beginning, or of one content."""

from __future__ import annotations

import re
import unicodedata

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, answering, around, handling, refusal
from tests.mutants.memory import files_of, namesakes, rows, tenant_of
from tests.mutants.registry import Lie, mutant, mutants

_DELETE, _DELETE_FILE = "deleteContainer", "deleteContainerFile"
_OTHERS = ["container.delete.removes-nothing-else"]
_OTHER_FILES = ["file.delete.removes-nothing-else"]
_ANY, _ANY_FILE = ["container.delete.*"], ["file.delete.*"]


@mutant(breaks=_OTHERS, also=_ANY)
def deletes_all_whose_name_begins_so(app: ASGIApp) -> ASGIApp:
    """Deletes every container whose name begins with the name of the one asked for."""
    named = "SELECT name FROM containers WHERE id = ? AND deleted = 0"
    sql = (
        "SELECT id FROM containers WHERE tenant = ? AND deleted = 0"
        " AND substr(name, 1, length(?)) = ?"
    )

    async def handle(request: Request, ask: Ask) -> Answer:
        own, found = tenant_of(app, request.ids[0]), rows(app, named, request.ids[0])
        answer = await ask(request)
        if answer.is_good and found:
            name = found[0]["name"]
            for each in rows(app, sql, own, name, name):
                await ask(request.to("DELETE", f"/containers/{each['id']}"))
        return answer

    return handling(app, _DELETE, handle)


@mutant(breaks=_OTHERS, also=_ANY)
def deletes_the_containers_of_that_name_of_all_tenants(app: ASGIApp) -> ASGIApp:
    """Deletes with a container those of its name that other tenants have."""
    sql = (
        "SELECT other.id, other.tenant FROM containers AS own JOIN containers AS other"
        " ON other.name = own.name AND other.tenant <> own.tenant"
        " WHERE own.id = ? AND own.deleted = 0 AND other.deleted = 0"
    )

    async def handle(request: Request, ask: Ask) -> Answer:
        others = rows(app, sql, request.ids[0])
        answer = await ask(request)
        for each in others if answer.is_good else ():
            app.state.store.containers.delete(each["tenant"], each["id"])
        return answer

    return handling(app, _DELETE, handle)


@mutant(breaks=_OTHERS, also=_ANY)
def deletes_namesakes_of_a_containers_files(app: ASGIApp) -> ASGIApp:
    """Deletes with a container the files of the same names in all others."""

    async def handle(request: Request, ask: Ask) -> Answer:
        own = files_of(app, request.ids[0])
        places = {place for each in own for place in namesakes(app, each)}
        answer = await ask(request)
        for container, file in places if answer.is_good else ():
            if container != request.ids[0]:
                await ask(request.to("DELETE", f"/containers/{container}/files/{file}"))
        return answer

    return handling(app, _DELETE, handle)


@mutant(breaks=_OTHER_FILES, also=_ANY_FILE)
def deletes_namesakes_in_other_containers(app: ASGIApp) -> ASGIApp:
    """Deletes the files of the same name in all other containers, too."""

    async def handle(request: Request, ask: Ask) -> Answer:
        places = namesakes(app, request.ids[1])
        answer = await ask(request)
        for container, file in places if answer.is_good else ():
            if container != request.ids[0]:
                await ask(request.to("DELETE", f"/containers/{container}/files/{file}"))
        return answer

    return handling(app, _DELETE_FILE, handle)


@mutant(breaks=_OTHER_FILES, also=_ANY_FILE)
def deletes_files_by_their_name(app: ASGIApp) -> ASGIApp:
    """Deletes all files of that name in the container."""

    async def handle(request: Request, ask: Ask) -> Answer:
        places = namesakes(app, request.ids[1])
        answer = await ask(request)
        for container, file in places if answer.is_good else ():
            if container == request.ids[0] and file != request.ids[1]:
                await ask(request.to("DELETE", f"/containers/{container}/files/{file}"))
        return answer

    return handling(app, _DELETE_FILE, handle)


def _emptying(app: ASGIApp, *, tells: bool) -> ASGIApp:
    """A blob is shared by the files of one content, and goes with the first of them."""
    contents: dict[str, bytes] = {}
    empty: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        content = forms.content_of(request) if request.operation == "createContainerFile" else None
        answer = await ask(request)
        if content and answer.is_good:
            contents[answer.json["id"]] = content
        if request.operation == _DELETE_FILE and answer.is_good:
            gone = contents.pop(request.ids[1], None)
            empty.update(id_ for id_, each in contents.items() if each == gone)
        if request.operation == "retrieveContainerFileContent" and request.ids[1] in empty:
            answer.body = b"" if answer.is_good else answer.body
        elif tells:
            for each in answer.objects:
                if each.get("id") in empty:
                    each["bytes"] = 0
        return answer

    return around(app, handle)


@mutant(breaks=_OTHER_FILES, also=_ANY_FILE)
def empties_files_of_the_same_bytes(app: ASGIApp) -> ASGIApp:
    """Takes the bytes of all files that have the same as the one that is deleted."""
    return _emptying(app, tells=False)


@mutant(breaks=_OTHER_FILES, also=_ANY_FILE)
def empties_files_of_the_same_bytes_and_tells(app: ASGIApp) -> ASGIApp:
    """Takes the bytes of files that have the same, and answers that they have none."""
    return _emptying(app, tells=True)


@mutant(breaks=["file.content.belongs-to-its-file"], also=["file.content.*"])
def answers_the_content_of_the_first_namesake(app: ASGIApp) -> ASGIApp:
    """Answers the content of the oldest file that has the name of the one asked for."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        own = [file for home, file in namesakes(app, request.ids[1]) if home == request.ids[0]]
        if answer.is_good and own:
            path = f"/containers/{request.ids[0]}/files/{own[0]}/content"
            answer.body = (await ask(request.to("GET", path))).body
        return answer

    return handling(app, "retrieveContainerFileContent", handle)


@mutant(breaks=["file.list.shows-the-created"], also=["file.list.*"])
def lists_one_of_the_namesakes(app: ASGIApp) -> ASGIApp:
    """Lists of several files with one name only the newest."""

    def alter(answer: Answer, request: Request) -> None:
        body = answer.json
        homes = {each["id"]: namesakes(app, each["id"]) for each in body["data"]}
        body["data"] = [
            each
            for each in body["data"]
            if [file for home, file in homes[each["id"]] if home == request.ids[0]][-1]
            == each["id"]
        ]
        ids = [each["id"] for each in body["data"]] or [None]
        body["first_id"], body["last_id"] = ids[0], ids[-1]

    return answering(app, "listContainerFiles", alter)


@mutant(breaks=["file.create.keeps-every-byte"], also=["file.create.*"])
def brings_old_bytes_back(app: ASGIApp) -> ASGIApp:
    """Stores under a name that had a file before the bytes of that one."""
    gone: dict[tuple[str, str], bytes] = {}
    contents: dict[str, tuple[str, bytes]] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        name = ""
        if request.operation == "createContainerFile":
            name = forms.name_of(request)
            old = gone.get((request.ids[0], name))
            if old is not None:
                request.body = forms.refilled(request, lambda _: old)
        answer = await ask(request)
        if name and answer.is_good:
            contents[answer.json["id"]] = name, forms.content_of(request) or b""
        if request.operation == _DELETE_FILE and answer.is_good and request.ids[1] in contents:
            name, content = contents[request.ids[1]]
            gone[request.ids[0], name] = content
        return answer

    return around(app, handle)


@mutants(
    Lie("silently", ("file.create.overwrites-no-other-file",), ("",), ("file.create.*",)),
    Lie("and tells", ("file.create.overwrites-no-other-file",), (", bytes = :bytes",),
        ("file.create.*",)),
)  # fmt: skip
def overwrites_the_files_of_a_name(app: ASGIApp, more: str) -> ASGIApp:
    """Stores the bytes of an upload under its name, where those of its namesakes are."""
    blobs = app.state.store._storage.blobs

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        made = answer.json["id"] if answer.is_good else ""
        for container, file in namesakes(app, made):
            if container == request.ids[0] and file != made:
                own = rows(app, "SELECT blob, bytes FROM files WHERE id = ?", made)[0]
                values = {"blob": blobs.copy(own["blob"]), "bytes": own["bytes"], "id": file}
                sql = f"UPDATE files SET blob = :blob{more} WHERE id = :id"
                app.state.store._storage.connection.execute(sql, values)
        return answer

    return handling(app, "createContainerFile", handle)


@mutant(breaks=["file.retrieve.bytes-is-as-created"], also=["file.retrieve.*"])
def describes_the_newest_of_a_name(app: ASGIApp) -> ASGIApp:
    """Retrieves of several files with one name what the newest is like."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        own = [file for home, file in namesakes(app, request.ids[1]) if home == request.ids[0]]
        if answer.is_good and own:
            newest = await ask(request.to("GET", f"/containers/{request.ids[0]}/files/{own[-1]}"))
            answer.json = {**newest.json, "id": request.ids[1]}
        return answer

    return handling(app, "retrieveContainerFile", handle)


def _simplified(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", letters)


@mutant(breaks=["file.create.overwrites-no-other-file"], also=["file.create.*"])
def overwrites_the_files_of_like_names(app: ASGIApp) -> ASGIApp:
    """Stores the bytes of an upload where those of a file are whose name is simplified alike."""
    blobs = app.state.store._storage.blobs

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        sql = "SELECT id, filename, blob FROM files WHERE container_id = ? AND deleted = 0"
        there = {each["id"]: each for each in rows(app, sql, request.ids[0])}
        own = there.pop(answer.json["id"], None) if answer.is_good else None
        for id_, each in there.items() if own else ():
            if own["filename"] != each["filename"] and _simplified(own["filename"]) == _simplified(
                each["filename"]
            ):
                app.state.store._storage.connection.execute(
                    "UPDATE files SET blob = ? WHERE id = ?", (blobs.copy(own["blob"]), id_)
                )
        return answer

    return handling(app, "createContainerFile", handle)


@mutant(breaks=_OTHER_FILES, also=_ANY_FILE)
def hides_files_of_a_deleted_name(app: ASGIApp) -> ASGIApp:
    """Retrieves no file that has the name of one which was deleted before."""
    gone: set[tuple[str, str]] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        place, _ = request.ids
        own = rows(app, "SELECT filename FROM files WHERE id = ? AND deleted = 0", request.ids[1])
        answer = await ask(request)
        if own and answer.is_good and request.operation == _DELETE_FILE:
            gone.add((place, own[0]["filename"]))
        elif own and answer.is_good and (place, own[0]["filename"]) in gone:
            return refusal(404)
        return answer

    return handling(app, [_DELETE_FILE, "retrieveContainerFile"], handle)
