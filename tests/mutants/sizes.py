"""Lies in the size of a file, in its last bytes, and about where it is put."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, handling, objecting
from tests.mutants.memory import rows, tenant_of
from tests.mutants.registry import Lie, each_operation, mutant, mutants

_UPLOAD = "createContainerFile"


@mutant(
    breaks=["file.create.keeps-every-byte", "file.create.bytes-is-the-size"],
    also=["file.create.*"],
)
def drops_the_last_line_end(app: ASGIApp) -> ASGIApp:
    """Takes a line end at the end of a file for one of the form's."""

    async def handle(request: Request, ask: Ask) -> Answer:
        request.body = forms.refilled(request, lambda content: content.removesuffix(b"\r\n"))
        return await ask(request)

    return handling(app, _UPLOAD, handle)


@mutants(
    Lie("65536 at most", ("file.retrieve.bytes-is-as-created",), (lambda n: min(n, 65536),),
        ("file.retrieve.*",)),
    Lie("16 bits", ("file.retrieve.bytes-is-as-created",), (lambda n: n if n < 32768 else 0,),
        ("file.retrieve.*",)),
)  # fmt: skip
def retrieves_small_sizes(app: ASGIApp, change: Callable[[int], int]) -> ASGIApp:
    """Answers with a retrieval a size that has room in few bits."""
    return objecting(
        app, "retrieveContainerFile", lambda each: each.update(bytes=change(each["bytes"]))
    )


@mutant(breaks=["file.create.makes-exactly-one"], also=["file.create.*"])
def uploads_into_every_container(app: ASGIApp) -> ASGIApp:
    """Puts an upload into all containers of its tenant."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        name, content = forms.name_of(request), forms.content_of(request)
        if answer.is_good and content is not None:
            sql = "SELECT id FROM containers WHERE tenant = ? AND deleted = 0 AND id <> ?"
            for each in rows(app, sql, tenant_of(app, request.ids[0]), request.ids[0]):
                path = f"/containers/{each['id']}/files"
                await ask(forms.form_to(request, path, name, content))
        return answer

    return handling(app, _UPLOAD, handle)


@mutants(
    Lie("text", ("file.create.other-media-types-are-refused",), ("text/plain",),
        ("file.create.*",)),
    Lie("octets", ("file.create.other-media-types-are-refused",), ("application/octet-stream",),
        ("file.create.*",)),
)  # fmt: skip
def stores_bare_bodies(app: ASGIApp, type_: str) -> ASGIApp:
    """Stores a body that is neither a form nor JSON as a file."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.headers.get("content-type", "").startswith(type_):
            made = forms.form(request, "upload", request.body)
            return await ask(made)
        return await ask(request)

    return handling(app, _UPLOAD, handle)


_BEGINNINGS = {
    "containers": "SELECT id FROM containers WHERE deleted = 0 AND substr(id, 1, ?) = ?",
    "files": "SELECT id FROM files WHERE deleted = 0 AND substr(id, 1, ?) = ?",
}


_OF_CONTAINERS = ("retrieveContainer", "deleteContainer")
_OF_FILES = ("retrieveContainerFile", "deleteContainerFile", "retrieveContainerFileContent")


@mutants(
    *each_operation("unknown-container-is-refused", ["*"], only=_OF_CONTAINERS),
    *each_operation("unknown-file-is-refused", ["*"], only=_OF_FILES),
)
def finds_ids_by_their_beginning(app: ASGIApp, operation: str) -> ASGIApp:
    """Finds what an id begins with, as far as only one thing fits."""
    table = "containers" if operation in _OF_CONTAINERS else "files"

    async def handle(request: Request, ask: Ask) -> Answer:
        answer, asked = await ask(request.copy()), request.ids[-1]
        if answer.status == 404:
            found = rows(app, _BEGINNINGS[table], len(asked), asked)
            if len(found) == 1:
                request.path = request.path.replace(asked, found[0]["id"])
                return await ask(request)
        return answer

    return handling(app, operation, handle)


@mutants(
    *each_operation("ids-keep-their-case", ["*"], only=["retrieveContainer", "listContainerFiles",
                    *_OF_FILES[::2]])
)  # fmt: skip
def takes_ids_in_either_case(app: ASGIApp, operation: str) -> ASGIApp:
    """Finds what has an id with the same letters, large or small."""

    async def handle(request: Request, ask: Ask) -> Answer:
        request.path = request.path.lower()
        return await ask(request)

    return handling(app, operation, handle)
