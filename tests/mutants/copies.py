"""Lies about files copied by their ids."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, handling, refusal
from tests.mutants.registry import Lie, mutant, mutants

_OPERATION = "createContainerFile"
_ANY = ("file.create.*", "file.content.*")
_JSON = ("file.create.copies-by-json",)
_FORM = ("file.create.copies-by-multipart",)


def file_id_of(request: Request, *, as_json: bool) -> str | None:
    """The file_id of a request in one of the two encodings."""
    type_ = request.headers.get("content-type", "")
    if as_json:
        body = request.json if type_.startswith("application/json") else None
        found = body.get("file_id") if isinstance(body, dict) else None
        return found if isinstance(found, str) else None
    for part in forms.parts(request):
        head, _, value = part.partition(b"\r\n\r\n")
        if b'name="file_id"' in head:
            return value.decode()
    return None


def _asks_for_a_copy(request: Request) -> bool:
    """Whether it is a creation by a file_id, in either encoding."""
    ids = (file_id_of(request, as_json=as_json) for as_json in (True, False))
    return request.operation == _OPERATION and any(ids)


@mutants(
    Lie("JSON, 400", _JSON, (True, 400), _ANY),
    Lie("a form, 400", _FORM, (False, 400), _ANY),
    Lie("JSON, 415", _JSON, (True, 415), _ANY),
    Lie("a form, 422", _FORM, (False, 422), _ANY),
)
def copies_by_one_encoding_only(app: ASGIApp, as_json: bool, status: int) -> ASGIApp:  # noqa: FBT001 - a kind
    """Refuses a file_id in one of the two encodings."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if file_id_of(request, as_json=as_json) is not None:
            return refusal(status, "Give a file.")
        return await ask(request)

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("JSON, empty", _JSON, (True, "empty"), _ANY),
    Lie("a form, empty", _FORM, (False, "empty"), _ANY),
    Lie("JSON, the id itself", _JSON, (True, "id"), _ANY),
    Lie("a form, the id itself", _FORM, (False, "id"), _ANY),
    Lie("JSON, cut", _JSON, (True, "cut"), _ANY),
    Lie("a form, in capitals", _FORM, (False, "upper"), _ANY),
    Lie("a form, cut at 1 MiB", _FORM, (False, "1 MiB"), _ANY),
    Lie("JSON, other line ends", _JSON, (True, "lines"), _ANY),
    Lie("a form, other line ends", _FORM, (False, "lines"), _ANY),
)
def copies_other_bytes(app: ASGIApp, as_json: bool, how: str) -> ASGIApp:  # noqa: FBT001 - a kind
    """Makes a file of other bytes than those of the file_id."""

    async def handle(request: Request, ask: Ask) -> Answer:
        id_ = file_id_of(request, as_json=as_json)
        found = await ask(request.to("GET", f"/files/{id_}/content")) if id_ else None
        if not id_ or not found or not found.is_good:
            return await ask(request)
        content = {
            "empty": b"",
            "id": id_.encode(),
            "cut": found.body[:-1],
            "upper": found.body.upper(),
            "1 MiB": found.body[: 1 << 20],
            "lines": found.body.replace(b"\r\n", b"\n"),
        }[how]
        name = (await ask(request.to("GET", f"/files/{id_}"))).json["filename"]
        return await ask(forms.form(request, name, content))

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("JSON", ("file.create.copies-by-json",), (True,), _ANY),
    Lie("a form", ("file.create.copies-by-multipart",), (False,), _ANY),
)
def moves_instead_of_copying(app: ASGIApp, as_json: bool) -> ASGIApp:  # noqa: FBT001 - a kind
    """Removes the original once it is copied."""

    async def handle(request: Request, ask: Ask) -> Answer:
        id_ = file_id_of(request, as_json=as_json)
        answer = await ask(request)
        if id_ and answer.is_good:
            await ask(request.to("DELETE", f"/files/{id_}"))
        return answer

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("0", ("file.create.copy-has-the-size",), (lambda _: 0,), _ANY),
    Lie("one more", ("file.create.copy-has-the-size",), (lambda size: size + 1,), _ANY),
)
def answers_another_size_of_a_copy(app: ASGIApp, change: Any) -> ASGIApp:
    """Answers the size of a copied file wrongly, and the same one everywhere."""
    sizes: dict[str, int] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        is_copy = _asks_for_a_copy(request)
        answer = await ask(request)
        if is_copy and answer.is_good:
            sizes[answer.json["id"]] = change(answer.json["bytes"])
        for each in answer.objects:
            if each.get("id") in sizes:
                each["bytes"] = sizes[each["id"]]
        return answer

    return handling(app, [_OPERATION, "retrieveContainerFile", "listContainerFiles"], handle)


@mutant(breaks=["file.content.succeeds"])
def does_not_find_the_content_of_copies(app: ASGIApp) -> ASGIApp:
    """Answers 404 to who reads a copy that is there."""
    copied: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.operation == "retrieveContainerFileContent" and request.ids[1] in copied:
            return refusal(404, "No such file.")
        is_copy = _asks_for_a_copy(request)
        answer = await ask(request)
        if is_copy and answer.is_good:
            copied.add(answer.json["id"])
        return answer

    return handling(app, [_OPERATION, "retrieveContainerFileContent"], handle)


@mutant(breaks=["file.create.copy-path-ends-with-its-name"])
def forgets_the_name_of_a_copy(app: ASGIApp) -> ASGIApp:
    """Tells a copied file's path without the name of its original, and the same one everywhere."""
    copied: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        is_copy = _asks_for_a_copy(request)
        answer = await ask(request)
        if is_copy and answer.is_good:
            copied.add(answer.json["id"])
        for each in answer.objects:
            if each.get("id") in copied:
                each["path"] = f"/mnt/data/{each['id']}"
        return answer

    return handling(app, [_OPERATION, "retrieveContainerFile", "listContainerFiles"], handle)


@mutants(
    Lie("JSON", ("file.create.unknown-file-id-is-refused",), (True,), _ANY),
    Lie("a form", ("file.create.unknown-file-id-is-refused",), (False,), _ANY),
)
def makes_a_file_of_an_unknown_id(app: ASGIApp, as_json: bool) -> ASGIApp:  # noqa: FBT001 - a kind
    """Makes an empty file where the file_id names none."""

    async def handle(request: Request, ask: Ask) -> Answer:
        id_ = file_id_of(request, as_json=as_json)
        answer = await ask(request.copy())
        home = await ask(request.to("GET", f"/containers/{request.ids[0]}"))
        if id_ and answer.status == 404 and home.is_good:
            return await ask(forms.form(request, id_, b""))
        return answer

    return handling(app, _OPERATION, handle)


@mutant(breaks=["file.create.is-never-a-server-error"], also=_ANY)
def crashes_at_an_unknown_file_id(app: ASGIApp) -> ASGIApp:
    """Answers 500 where the file_id names no file."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if file_id_of(request, as_json=True) and answer.status == 404:
            return refusal(500, "KeyError", "server_error")
        return answer

    return handling(app, _OPERATION, handle)


_COPIES = ("container.create.copies-the-files-of-file-ids",)
_ALL = ("container.create.*",)


@mutants(
    Lie("none", _COPIES, (lambda ids: [],), (*_ALL,)),
    Lie("the first only", _COPIES, (lambda ids: ids[:1],), (*_ALL,)),
    Lie("all but the first", _COPIES, (lambda ids: ids[1:],), (*_ALL,)),
)
def copies_fewer_files(app: ASGIApp, change: Any) -> ASGIApp:
    """Takes file_ids and copies fewer of them."""

    async def handle(request: Request, ask: Ask) -> Answer:
        honest = await ask(request.copy())
        body = request.json
        if honest.is_good and isinstance(body, dict) and isinstance(body.get("file_ids"), list):
            await ask(request.to("DELETE", f"/containers/{honest.json['id']}"))
            body["file_ids"] = change(body["file_ids"])
            return await ask(request)
        return honest

    return handling(app, "createContainer", handle)


@mutant(breaks=_COPIES, also=_ALL)
def copies_empty_files(app: ASGIApp) -> ASGIApp:
    """Takes file_ids and makes empty files of them."""

    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json
        ids = body.get("file_ids") if isinstance(body, dict) else None
        answer = await ask(request)
        if not answer.is_good or not ids:
            return answer
        home = f"/containers/{answer.json['id']}/files"
        listed = await ask(request.to("GET", home))
        for each in listed.json["data"]:
            await ask(request.to("DELETE", f"{home}/{each['id']}"))
            name = each["path"].rpartition("/")[2]
            await ask(forms.form_to(request, home, name, b""))
        return answer

    return handling(app, "createContainer", handle)


@mutant(breaks=["container.create.unknown-file-ids-are-refused"], also=_ALL)
def skips_unknown_file_ids(app: ASGIApp) -> ASGIApp:
    """Makes a container without the files that do not exist."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if answer.status == 404 and isinstance(request.json, dict):
            request.json.pop("file_ids", None)
            return await ask(request)
        return answer

    return handling(app, "createContainer", handle)


@mutants(
    Lie("string", ("container.create.file-ids-must-be-an-array",), (str,), _ALL),
    Lie("object", ("container.create.file-ids-must-be-an-array",), (dict,), _ALL),
    Lie("array of numbers", ("container.create.file-ids-must-be-an-array",), (list,), _ALL),
)
def takes_file_ids_of_another_type(app: ASGIApp, kind: type) -> ASGIApp:
    """Ignores file_ids that are no array of strings."""

    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json
        ids = body.get("file_ids") if isinstance(body, dict) else None
        if isinstance(ids, kind) and not (
            isinstance(ids, list) and all(isinstance(each, str) for each in ids)
        ):
            del body["file_ids"]
        return await ask(request)

    return handling(app, "createContainer", handle)


@mutant(breaks=["container.create.refused-creations-leave-nothing"], also=_ALL)
def leaves_a_container_behind_unknown_file_ids(app: ASGIApp) -> ASGIApp:
    """Makes the container first and refuses its file_ids then."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        body = request.json
        if answer.status == 404 and isinstance(body, dict) and body.get("file_ids"):
            await ask(request.to("POST", "/containers", {"name": body.get("name")}))
        return answer

    return handling(app, "createContainer", handle)
