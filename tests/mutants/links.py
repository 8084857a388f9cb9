"""Lies about copies of files that are no copies: links, husks, and what no list shows."""

from __future__ import annotations

from starlette.types import ASGIApp

from tests.mutants.altering import (
    Answer,
    Ask,
    Request,
    around,
    handling,
    json_answer,
    refusal,
    requesting,
)
from tests.mutants.copies import file_id_of
from tests.mutants.registry import Lie, mutant, mutants

_BIRTH = ("container.create.copies-the-files-of-file-ids",)
_JSON, _FORM = ("file.create.copies-by-json",), ("file.create.copies-by-multipart",)
_ANY, _ANY_FILE = ("container.create.*",), ("file.create.*",)


class _Copies:
    """Which files are copies, of what, and how they were made."""

    def __init__(self, *ways: str) -> None:
        self._ways = ways
        self.originals: dict[str, str] = {}

    async def __call__(self, request: Request, ask: Ask) -> Answer:
        """Ask, and note the copies that are made."""
        named = self._named(request)
        answer = await ask(request.copy())
        if named and answer.is_good:
            made = [answer.json["id"]]
            if request.operation == "createContainer":
                path = f"/containers/{answer.json['id']}/files"
                listed = await ask(request.to("GET", path, order="asc", limit="100"))
                made = [each["id"] for each in listed.json["data"]]
            self.originals.update(zip(made, named, strict=False))
        return answer

    def _named(self, request: Request) -> list[str]:
        if request.operation == "createContainer" and "birth" in self._ways:
            body = request.json if isinstance(request.json, dict) else {}
            return [each for each in body.get("file_ids") or [] if isinstance(each, str)]
        if request.operation != "createContainerFile":
            return []
        found = [file_id_of(request, as_json=True) if "json" in self._ways else None,
                 file_id_of(request, as_json=False) if "form" in self._ways else None]  # fmt: skip
        return [each for each in found if each]


@mutants(
    Lie("birth", _BIRTH, ("birth",), _ANY),
    Lie("a form", _FORM, ("form",), _ANY_FILE),
    Lie("all", (*_BIRTH, *_FORM), ("birth", "form", "json"), (*_ANY, *_ANY_FILE)),
)
def links_instead_of_copying(app: ASGIApp, *ways: str) -> ASGIApp:
    """Answers the content of a copy only as long as its original exists."""
    copies = _Copies(*ways)

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await copies(request, ask)
        if request.operation == "retrieveContainerFileContent" and answer.is_good:
            original = copies.originals.get(request.ids[1])
            if original and not (await ask(request.to("GET", f"/files/{original}"))).is_good:
                return refusal(404, "File not found.")
        return answer

    return around(app, handle)


@mutants(
    Lie("birth", _BIRTH, ("birth",), _ANY),
    Lie("JSON", _JSON, ("json",), _ANY_FILE),
    Lie("a form", _FORM, ("form",), _ANY_FILE),
)
def copies_the_size_alone(app: ASGIApp, *ways: str) -> ASGIApp:
    """Makes copies that have the right size and no bytes."""
    copies = _Copies(*ways)

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await copies(request, ask)
        is_content = request.operation == "retrieveContainerFileContent"
        if is_content and answer.is_good and request.ids[1] in copies.originals:
            answer.body = b""
        return answer

    return around(app, handle)


@mutant(breaks=["file.list.shows-the-created"], also=["file.list.*"])
def lists_no_copies(app: ASGIApp) -> ASGIApp:
    """Does not list files that were copied."""
    copies = _Copies("birth", "form", "json")

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await copies(request, ask)
        if request.operation == "listContainerFiles" and answer.is_good:
            body = answer.json
            body["data"] = [each for each in body["data"] if each["id"] not in copies.originals]
            ids = [each["id"] for each in body["data"]] or [None]
            body["first_id"], body["last_id"] = ids[0], ids[-1]
        return answer

    return around(app, handle)


@mutant(breaks=["file.delete.removes-the-file"], also=["file.delete.*"])
def keeps_copies_that_are_deleted(app: ASGIApp) -> ASGIApp:
    """Confirms the deletion of a copy and does not delete it."""
    copies = _Copies("birth", "form", "json")

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "deleteContainerFile" and request.ids[1] in copies.originals:
            path = request.path.removeprefix("/v1")
            if (await ask(request.to("GET", path))).is_good:
                body = {"id": request.ids[1], "object": "container.file.deleted", "deleted": True}
                return json_answer(body)
        return await copies(request, ask)

    return around(app, handle)


@mutant(breaks=["file.retrieve.answers-the-one-asked-for"], also=["file.retrieve.*"])
def retrieves_copies_under_the_id_of_their_original(app: ASGIApp) -> ASGIApp:
    """Answers the metadata of a copy with the id that it was made from."""
    originals: dict[str, str] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        made_of = file_id_of(request, as_json=True)
        if request.operation == "createContainerFile" and answer.is_good and made_of:
            originals[answer.json["id"]] = made_of
        if request.operation == "retrieveContainerFile" and answer.is_good:
            answer.json["id"] = originals.get(request.ids[1], request.ids[1])
        return answer

    return around(app, handle)


@mutant(
    breaks=["container.create.copies-the-files-of-file-ids"],
    also=["container.create.*", "file.create.makes-exactly-one"],
)
def copies_files_twice_at_birth(app: ASGIApp) -> ASGIApp:
    """Copies each file of file_ids two times."""

    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json if isinstance(request.json, dict) else {}
        answer = await ask(request)
        for each in (body.get("file_ids") or []) if answer.is_good else ():
            path = f"/containers/{answer.json['id']}/files"
            await ask(request.to("POST", path, {"file_id": each}))
        return answer

    return handling(app, "createContainer", handle)


@mutant(breaks=_BIRTH, also=_ANY)
def copies_no_files_beside_skills(app: ASGIApp) -> ASGIApp:
    """Makes a container with skills without the files that were to be copied into it."""

    def forget(request: Request) -> None:
        body = request.json
        if isinstance(body, dict) and body.get("skills") and body.get("file_ids"):
            del body["file_ids"]

    return requesting(app, "createContainer", forget)
