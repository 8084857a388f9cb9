"""Lies about uploads: forms, names, encodings that only some clients send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import Answer, Ask, Request, handling, refusal
from tests.mutants.registry import Lie, mutant, mutants

_OPERATION = "createContainerFile"
_ANY = ("file.create.*",)


def _refusing(app: ASGIApp, wrong: Callable[[Request], bool], status: int = 400) -> ASGIApp:
    async def handle(request: Request, ask: Ask) -> Answer:
        return refusal(status, "Unsupported.") if wrong(request) else await ask(request)

    return handling(app, _OPERATION, handle)


def _type(request: Request) -> str:
    return request.headers.get("content-type", "")


def _size(request: Request) -> int:
    content = forms.content_of(request)
    return -1 if content is None else len(content)


@mutants(
    Lie("quoted boundaries", ("file.create.accepts-any-boundary",),
        (lambda request: 'boundary="' in _type(request),), _ANY),
    Lie("boundaries of Node", ("file.create.accepts-any-boundary",),
        (lambda request: "boundary=----" in _type(request),), _ANY),
    Lie("long boundaries", ("file.create.accepts-any-boundary",),
        (lambda request: len(forms.boundary_of(request) or b"") > 50,), _ANY),
    Lie("names without quotes", ("file.create.accepts-names-without-quotes",),
        (lambda request: b"; name=file" in request.body,), _ANY),
    Lie("chunked uploads", ("file.create.accepts-chunked-uploads",),
        (lambda request: "transfer-encoding" in request.headers, 411), _ANY),
    Lie("names with %22", ("file.create.accepts-quotes-in-names",),
        (lambda request: "%22" in forms.name_of(request),), _ANY),
    Lie("names with a backslash", ("file.create.accepts-quotes-in-names",),
        (lambda request: '\\"' in forms.name_of(request),), _ANY),
    Lie("more parts", ("file.create.accepts-more-parts",),
        (lambda request: len(forms.parts(request)) > 1,), _ANY),
    Lie("a part before the file", ("file.create.accepts-more-parts",),
        (lambda request: len(forms.parts(request)) > 1
         and not forms.is_file(forms.parts(request)[0]),), _ANY),
    Lie("a part behind the file", ("file.create.accepts-more-parts",),
        (lambda request: len(forms.parts(request)) > 1
         and forms.is_file(forms.parts(request)[0]),), _ANY),
    Lie("parts without a type", ("file.create.accepts-a-part-without-a-type",),
        (lambda request: any(forms.is_file(part)
                             and b"content-type" not in part.partition(b"\r\n\r\n")[0].lower()
                             for part in forms.parts(request)),), _ANY),
    Lie("empty files", ("file.create.accepts-an-empty-file",),
        (lambda request: _size(request) == 0,), _ANY),
    Lie("more than 1 MiB", ("file.create.accepts-8-mib",),
        (lambda request: _size(request) > 1 << 20, 413), _ANY),
    Lie("more than 5 MiB", ("file.create.accepts-8-mib",),
        (lambda request: _size(request) > 5 << 20, 413), _ANY),
    Lie("names outside ASCII", ("file.create.path-keeps-odd-names", "file.create.*names*"),
        (lambda request: not forms.name_of(request).isascii(),), _ANY),
    Lie("names with spaces", ("file.create.path-keeps-odd-names", "file.create.*names*"),
        (lambda request: " " in forms.name_of(request),), _ANY),
)  # fmt: skip
def refuses_uploads_with(
    app: ASGIApp, wrong: Callable[[Request], bool], status: int = 400
) -> ASGIApp:
    """Refuses uploads as some clients send them."""
    return _refusing(app, wrong, status)


def _emptied(app: ASGIApp, wrong: Callable[[Request], bool]) -> ASGIApp:
    async def handle(request: Request, ask: Ask) -> Answer:
        if wrong(request):
            request.body = forms.refilled(request, lambda _: b"")
        return await ask(request)

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("chunked uploads", ("file.create.accepts-chunked-uploads",),
        (lambda request: "transfer-encoding" in request.headers,), _ANY),
    Lie("files behind another part", ("file.create.accepts-more-parts",),
        (lambda request: len(forms.parts(request)) > 1,), _ANY),
    Lie("large files", ("file.create.keeps-every-byte",),
        (lambda request: _size(request) > 2 << 20,), _ANY),
)  # fmt: skip
def stores_nothing_of(app: ASGIApp, wrong: Callable[[Request], bool]) -> ASGIApp:
    """Takes uploads as some clients send them, and stores an empty file."""
    return _emptied(app, wrong)


def _renamed(app: ASGIApp, change: Callable[[str], str]) -> ASGIApp:
    """Stored and answered under a changed path, everywhere."""
    from tests.mutants.altering import objecting  # noqa: PLC0415 - beside its like

    def rename(each: dict) -> None:
        head, slash, name = each["path"].rpartition("/")
        each["path"] = head + slash + change(name)

    return objecting(app, [_OPERATION, "retrieveContainerFile", "listContainerFiles"], rename)


def _ascii(name: str) -> str:
    return name.encode("ascii", "replace").decode()


def _mojibake(name: str) -> str:
    return name.encode().decode("latin-1")


@mutants(
    Lie("ASCII only", ("file.create.path-keeps-odd-names",), (_ascii,)),
    Lie("Latin-1", ("file.create.path-keeps-odd-names",), (_mojibake,)),
    Lie("underscores for spaces", ("file.create.path-keeps-odd-names",),
        (lambda name: name.replace(" ", "_"),), ("file.create.copy-path-ends-with-its-name",)),
    Lie("no quotes", ("file.create.path-keeps-odd-names",),
        (lambda name: name.replace('"', ""),)),
    Lie("cut at a space", ("file.create.path-keeps-odd-names",),
        (lambda name: name.partition(" ")[0],), ("file.create.copy-path-ends-with-its-name",)),
    Lie("lower case", ("file.create.path-ends-with-the-name",), (str.lower,),
        ("file.create.path-keeps-odd-names",)),
    Lie("no extension", ("file.create.path-ends-with-the-name",),
        (lambda name: name.rpartition(".")[0] or name,),
        ("file.create.path-keeps-odd-names", "file.create.copy-path-ends-with-its-name")),
)  # fmt: skip
def cleans_file_names(app: ASGIApp, change: Callable[[str], str]) -> ASGIApp:
    """Keeps a file under a changed name."""
    return _renamed(app, change)


@mutant(breaks=["file.create.path-does-not-climb"], also=["file.create.path-*"])
def climbs_out_with_the_name(app: ASGIApp) -> ASGIApp:
    """Puts a file where the ../ in its name lead to."""
    names: dict[str, str] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        name = forms.name_of(request)
        answer = await ask(request)
        if request.operation == _OPERATION and answer.is_good and ".." in name:
            names[answer.json["id"]] = f"/mnt/data/{name}"
        for each in answer.objects:
            each["path"] = names.get(each.get("id", ""), each.get("path"))
        return answer

    files = [_OPERATION, "retrieveContainerFile", "listContainerFiles"]
    return handling(app, files, handle)


@mutants(
    Lie("JSON", ("file.create.empty-request-is-refused",), (True,), _ANY),
    Lie("a form", ("file.create.empty-request-is-refused",), (False,), _ANY),
)
def makes_an_empty_file_of_nothing(app: ASGIApp, as_json: bool) -> ASGIApp:  # noqa: FBT001 - a kind
    """Takes a request without a file for an empty one."""

    async def handle(request: Request, ask: Ask) -> Answer:
        is_json = _type(request).startswith("application/json")
        nothing = (
            request.json == {} if is_json else not forms.parts(request) and (b"--" in request.body)
        )
        if nothing and is_json is as_json:
            return await ask(forms.form(request, "upload", b""))
        return await ask(request)

    return handling(app, _OPERATION, handle)


@mutant(breaks=["file.create.empty-request-is-refused"], also=_ANY)
def crashes_at_an_empty_form(app: ASGIApp) -> ASGIApp:
    """Answers 500 to a form without parts."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if forms.boundary_of(request) and not forms.parts(request):
            return refusal(500, "No parts.", "server_error")
        return await ask(request)

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("text", ("file.create.file-in-json-is-refused",), (str,), _ANY),
    Lie("an object", ("file.create.file-in-json-is-refused",), (dict,), _ANY),
)
def stores_a_file_in_json(app: ASGIApp, kind: type) -> ASGIApp:
    """Stores what stands under file in JSON."""

    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json if _type(request).startswith("application/json") else None
        if isinstance(body, dict) and isinstance(body.get("file"), kind):
            text = str(body["file"]).encode("utf-8", "replace")
            return await ask(forms.form(request, "upload", text))
        return await ask(request)

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("JSON", ("file.create.malformed-bodies-are-refused",), (True,), _ANY),
    Lie("forms", ("file.create.malformed-bodies-are-refused",), (False,), _ANY),
)
def stores_something_of_broken_bodies(app: ASGIApp, as_json: bool) -> ASGIApp:  # noqa: FBT001 - a kind
    """Stores an empty file where the body of an upload can't be read."""

    async def handle(request: Request, ask: Ask) -> Answer:
        is_json = _type(request).startswith("application/json")
        answer = await ask(request.copy())
        broken = request.json is None if is_json else bool(request.body)
        if answer.status == 400 and is_json is as_json and broken:
            return await ask(forms.form(request, "upload", b""))
        return answer

    return handling(app, _OPERATION, handle)


@mutant(breaks=["file.create.malformed-bodies-are-refused"], also=_ANY)
def takes_a_form_without_its_end(app: ASGIApp) -> ASGIApp:
    """Stores the file of a form that breaks off."""

    async def handle(request: Request, ask: Ask) -> Answer:
        boundary = forms.boundary_of(request)
        if boundary and not request.body.rstrip().endswith(b"--" + boundary + b"--"):
            request.body += b"\r\n--" + boundary + b"--\r\n"
        return await ask(request)

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("number", ("file.create.file-id-must-be-a-string",), (int,), _ANY),
    Lie("array", ("file.create.file-id-must-be-a-string",), (list,), _ANY),
    Lie("null", ("file.create.file-id-must-be-a-string",), (type(None),), _ANY),
)
def takes_a_file_id_of_another_type(app: ASGIApp, kind: type) -> ASGIApp:
    """Makes an empty file of a file_id that is no string."""

    async def handle(request: Request, ask: Ask) -> Answer:
        body = request.json if _type(request).startswith("application/json") else None
        if isinstance(body, dict) and "file_id" in body and isinstance(body["file_id"], kind):
            return await ask(forms.form(request, "upload", b""))
        return await ask(request)

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("bytes of all", ("file.create.parallel-uploads-are-kept",), ("bytes",),
        ("file.create.*", "file.content.*")),
    Lie("ids", ("file.create.parallel-uploads-are-kept",), ("ids",), ("file.create.*",)),
    Lie("lost", ("file.create.parallel-uploads-are-kept",), ("lost",), ("file.create.*",)),
)  # fmt: skip
def mixes_uploads_made_in_parallel(app: ASGIApp, how: str) -> ASGIApp:
    """Confuses uploads that arrive at the same time."""
    under_way: list[bytes] = []
    latest: list[dict] = []

    async def handle(request: Request, ask: Ask) -> Answer:
        under_way.append(forms.content_of(request) or b"")
        await asyncio.sleep(0.04)
        first, is_alone = under_way[0], len(under_way) == 1
        if how == "bytes" and not is_alone:
            request.body = forms.refilled(request, lambda _: first)
        answer = await ask(request)
        if answer.is_good:
            if how == "ids" and not is_alone and latest:
                answer.json = latest[-1]
            latest.append(answer.json)
            if how == "lost" and not is_alone:
                path = f"/containers/{request.ids[0]}/files/{answer.json['id']}"
                await ask(request.to("DELETE", path))
        await asyncio.sleep(0.02)
        under_way.pop()
        return answer

    return handling(app, _OPERATION, handle)
