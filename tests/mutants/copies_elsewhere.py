"""Lies about copies that show elsewhere: at another copy, at another tenant, at their deletion."""

from __future__ import annotations

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, around, handling, json_answer, refusal
from tests.mutants.copies import file_id_of
from tests.mutants.memory import namesakes, rows, tenant_of
from tests.mutants.registry import Lie, mutant, mutants


def _is_a_copy(app: ASGIApp, file: str) -> bool:
    path = "SELECT path FROM files WHERE id = ? AND deleted = 0"
    return any(each["path"].startswith("/mnt/data/file-") for each in rows(app, path, file))


@mutant(breaks=["file.delete.succeeds"])
def deletes_no_copies(app: ASGIApp) -> ASGIApp:
    """Finds no file to delete where it is a copy."""

    async def handle(request: Request, ask: Ask) -> Answer:
        return refusal(404) if _is_a_copy(app, request.ids[1]) else await ask(request)

    return handling(app, "deleteContainerFile", handle)


@mutant(breaks=["file.delete.removes-nothing-else"], also=["file.delete.*"])
def takes_the_bytes_of_all_copies(app: ASGIApp) -> ASGIApp:
    """Deletes with a copy the bytes of other copies of its file, which stay in their lists."""
    lost: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainerFile" and _is_a_copy(app, request.ids[1]):
            lost.update(file for _, file in namesakes(app, request.ids[1]))
        answer = await ask(request)
        is_lost = request.operation == "retrieveContainerFileContent" and request.ids[1] in lost
        return refusal(404) if is_lost else answer

    return around(app, handle)


_CLOSED = ("file.create.is-closed-to-other-tenants",)


@mutants(Lie("JSON", _CLOSED, (True,)), Lie("a form", _CLOSED, (False,)))
def copies_for_other_tenants_by(app: ASGIApp, as_json: bool) -> ASGIApp:  # noqa: FBT001 - a kind
    """Copies any tenant's file to whoever names it in one of the two encodings."""

    async def handle(request: Request, ask: Ask) -> Answer:
        wanted = file_id_of(request, as_json=as_json)
        answer = await ask(request)
        if wanted is None or answer.status != 404:
            return answer
        mine = tenant_of(app, request.ids[0])
        found = rows(app, "SELECT tenant FROM uploads WHERE id = ?", wanted)
        if not mine or not found:
            return answer
        store = app.state.store  # type: ignore[attr-defined]  # the reference's own
        upload = store.uploads.get(found[0]["tenant"], wanted)
        copy = store.files.copy(mine, request.ids[0], upload)
        return json_answer(copy.to_json())

    return handling(app, "createContainerFile", handle)


@mutants(
    Lie("refused", ("file.create.accepts-parts-with-a-type",), (None,), ("file.create.*",)),
    Lie("kept", ("file.create.accepts-parts-with-a-type",), (b'name="file"; filename="blob"',),
        ("file.create.*",)),
)  # fmt: skip
def takes_parts_with_a_type_for_files(app: ASGIApp, name: bytes | None) -> ASGIApp:
    """Takes a field that has a content type for a file, which it refuses or keeps."""

    async def handle(request: Request, ask: Ask) -> Answer:
        heads = [part.partition(b"\r\n\r\n")[0].lower() for part in forms.parts(request)]
        if any(b"content-type" in head and b"filename" not in head for head in heads):
            if name is None:
                return refusal(400)
            request.body = request.body.replace(b'name="file_id"', name)
        return await ask(request)

    return handling(app, "createContainerFile", handle)
