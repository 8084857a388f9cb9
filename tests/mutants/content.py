"""Lies in the bytes of a file: damaged in one way each, or under conditions only."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, around, handling, refusal
from tests.mutants.registry import Lie, mutant, mutants

_OPERATION = "retrieveContainerFileContent"
_ANY = ("file.content.*",)
_SAME = "file.content.bytes-are-identical"
Damage = Callable[[bytes], bytes]


@mutant(breaks=[_SAME], also=_ANY)
def drops_the_last_byte(app: ASGIApp) -> ASGIApp:
    """Answers file content without its last byte."""
    return _damaged(app, lambda body: body[:-1])


def _damaged(app: ASGIApp, damage: Damage) -> ASGIApp:
    def alter(answer: Answer, _: Request) -> None:
        answer.body = damage(answer.body)

    return answering(app, _OPERATION, alter)


def _read_as_text(body: bytes) -> bytes:
    """What has no NUL as UTF-8, each other byte replaced."""
    return body if 0 in body else body.decode("utf-8", "replace").encode()


def _flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return (
        body[:middle] + bytes(each ^ 1 for each in body[middle : middle + 1]) + body[middle + 1 :]
    )


_KINDS: dict[str, Damage] = {
    "without the first byte": lambda body: body[1:],
    "with a newline behind": lambda body: body + b"\n",
    "with a NUL behind": lambda body: body + b"\0",
    "reversed": lambda body: body[::-1],
    "one bit flipped": _flipped,
    "in capitals": bytes.upper,
    "decoded as UTF-8": lambda body: body.decode("utf-8", "replace").encode(),
    "decoded as Latin-1": lambda body: body.decode("latin-1").encode(),
    "as base64": base64.b64encode,
    "as a JSON string": lambda body: json.dumps(body.decode("latin-1")).encode(),
    "as a JSON object": lambda body: json.dumps({"content": body.decode("latin-1")}).encode(),
    "twice": lambda body: body + body,
    "as gzip without saying so": gzip.compress,
    "as a digest": lambda body: hashlib.sha256(body).hexdigest().encode(),
    "in hexadecimal": lambda body: body.hex().encode(),
    "empty": lambda _: b"",
    "as a placeholder": lambda _: b"file content",
    "with the form around": lambda body: b"--b\r\n\r\n" + body + b"\r\n--b--\r\n",
}


@mutants(
    *(
        Lie(label, (_SAME, "file.content.*survive*"), (damage,), _ANY)
        for label, damage in _KINDS.items()
    )
)
def answers_content_damaged(app: ASGIApp, damage: Damage) -> ASGIApp:
    """Answers other bytes than were stored."""
    return _damaged(app, damage)


@mutants(
    Lie("without CR", ("file.content.line-ends-and-marks-survive",),
        (lambda body: body.replace(b"\r\n", b"\n"),), _ANY),
    Lie("with CR", ("file.content.line-ends-and-marks-survive",),
        (lambda body: body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),), _ANY),
    Lie("without a mark", ("file.content.line-ends-and-marks-survive",),
        (lambda body: body.removeprefix(b"\xef\xbb\xbf"),), _ANY),
    Lie("without NUL", ("file.content.line-ends-and-marks-survive",),
        (lambda body: body.replace(b"\0", b""),), _ANY),
    Lie("seven bits", ("file.content.every-byte-value-survives",),
        (lambda body: bytes(each & 127 for each in body),), _ANY),
    Lie("no 0x1A", ("file.content.every-byte-value-survives",),
        (lambda body: body.partition(b"\x1a")[0],), _ANY),
    Lie("no 0xFF", ("file.content.every-byte-value-survives",),
        (lambda body: body.replace(b"\xff", b"\xfe"),), _ANY),
    Lie("text decoded", ("file.content.bytes-are-identical",), (_read_as_text,), _ANY),
    Lie("64 KiB", ("file.content.large-files-survive",), (lambda body: body[: 64 * 1024],), _ANY),
    Lie("1 MiB less one", ("file.content.large-files-survive",),
        (lambda body: body[: 1024 * 1024 - 1],), _ANY),
    Lie("1 MiB", ("file.content.large-files-survive",), (lambda body: body[: 1024 * 1024],), _ANY),
    Lie("4 MiB", ("file.content.large-files-survive",),
        (lambda body: body[: 4 * 1024 * 1024],), _ANY),
    Lie("a chunk twice", ("file.content.large-files-survive",),
        (lambda body: body[:65536] + body[: len(body) - 65536] if len(body) > 65536 else body,),
        _ANY),
    Lie("zeros behind 256 KiB", ("file.content.large-files-survive",),
        (lambda body: body[: 1 << 18] + bytes(max(0, len(body) - (1 << 18))),), _ANY),
)  # fmt: skip
def damages_some_content(app: ASGIApp, damage: Damage) -> ASGIApp:
    """Answers other bytes than were stored, of some files only."""
    return _damaged(app, damage)


def _unbase64(body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        return body


def _compact(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body)).encode()
    except ValueError:
        return body


@mutants(
    Lie("base64 decoded", ("file.content.is-not-wrapped",), (_unbase64,), _ANY),
    Lie("JSON written anew", ("file.content.is-not-wrapped",), (_compact,), _ANY),
)
def interprets_content(app: ASGIApp, damage: Damage) -> ASGIApp:
    """Decodes content that looks like something."""
    return _damaged(app, damage)


@mutants(
    Lie("204", ("file.content.empty-file-is-200-and-empty",), (204, b""), _ANY),
    Lie("404", ("file.content.empty-file-is-200-and-empty",), (404, None), _ANY),
    Lie("null", ("file.content.empty-file-is-200-and-empty",), (200, b"null"), _ANY),
    Lie("a space", ("file.content.empty-file-is-200-and-empty",), (200, b" "), _ANY),
    Lie("500", ("file.content.is-never-a-server-error",), (500, None), _ANY),
)
def answers_empty_files_wrongly(app: ASGIApp, status: int, body: bytes | None) -> ASGIApp:
    """Answers the content of an empty file as if it were none."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good and not answer.body:
            if body is None:
                return refusal(status, "Empty file.", "server_error")
            answer.status, answer.body = status, body
        return answer

    return handling(app, _OPERATION, handle)


@mutant(breaks=["file.content.accepts-application-binary"], also=_ANY)
def negotiates_content_strictly(app: ASGIApp) -> ASGIApp:
    """Answers 406 to Accept: application/binary."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if request.headers.get("accept") == "application/binary":
            return refusal(406, "Not acceptable.")
        return await ask(request)

    return handling(app, _OPERATION, handle)


@mutant(breaks=["file.content.accepts-application-binary"], also=_ANY)
def answers_metadata_to_application_binary(app: ASGIApp) -> ASGIApp:
    """Answers the file's metadata to Accept: application/binary."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good and request.headers.get("accept") == "application/binary":
            path = request.path.removeprefix("/v1").removesuffix("/content")
            return await ask(request.to("GET", path))
        return answer

    return handling(app, _OPERATION, handle)


@mutant(breaks=["file.content.is-repeatable"], also=_ANY)
def answers_content_only_once(app: ASGIApp) -> ASGIApp:
    """Answers an empty body when content is read again."""
    read: set[str] = set()

    def alter(answer: Answer, request: Request) -> None:
        if request.path in read:
            answer.body = b""
        read.add(request.path)

    return answering(app, _OPERATION, alter)


@mutant(breaks=["file.content.is-repeatable"], also=_ANY)
def fails_at_the_second_reading(app: ASGIApp) -> ASGIApp:
    """Answers 404 when content is read again."""
    read: set[str] = set()

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if request.path in read:
            return refusal(404, "File not found.")
        if answer.is_good:
            read.add(request.path)
        return answer

    return handling(app, _OPERATION, handle)


@mutants(
    Lie("iso-8859-1", ("file.content.charset-does-not-lie",), ("text/plain; charset=iso-8859-1",)),
    Lie("utf-16", ("file.content.charset-does-not-lie",), ("text/plain; charset=utf-16",)),
    Lie("ascii", ("file.content.charset-does-not-lie",), ("text/plain; charset=us-ascii",)),
)
def names_a_wrong_charset(app: ASGIApp, type_: str) -> ASGIApp:
    """Answers text under a charset that it is not in."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers["content-type"] = type_

    return answering(app, _OPERATION, alter)


@mutants(
    Lie(
        "content",
        ("file.content.deleted-file-is-refused",),
        (False,),
        (*_ANY, "file.delete.removes-the-content"),
    ),  # nobody can tell who is at fault
    Lie("error under 200", ("file.content.deleted-file-is-refused",), (True,), _ANY),
)
def answers_the_content_of_deleted_files(app: ASGIApp, as_error: bool) -> ASGIApp:  # noqa: FBT001 - a kind
    """Answers content after its file was deleted."""
    kept: dict[str, bytes] = {}

    async def handle(request: Request, ask: Ask) -> Answer:
        path = request.path + "/content"
        if request.operation == "deleteContainerFile":
            found = await ask(request.to("GET", path.removeprefix("/v1")))
            answer = await ask(request)
            if found.is_good and answer.is_good:
                kept[path] = found.body
            return answer
        answer = await ask(request)
        if request.operation == _OPERATION and answer.status == 404 and request.path in kept:
            answer.status = 200
            if not as_error:
                answer.settle()
                answer.body = kept[request.path]
                answer.headers["content-type"] = "application/octet-stream"
        return answer

    return around(app, handle)


@mutant(
    breaks=["file.content.unknown-file-is-refused"],
    also=["file.content.*"],
)
def answers_the_error_as_content(app: ASGIApp) -> ASGIApp:
    """Answers 200 with the bytes of the error where there is no such file."""

    def alter(answer: Answer, _: Request) -> None:
        if answer.status == 404:
            answer.status = 200
            answer.headers["content-type"] = "application/octet-stream"

    return answering(app, _OPERATION, alter, good=False)


@mutant(breaks=["file.content.belongs-to-its-file"], also=_ANY)
def swaps_the_content_of_neighbours(app: ASGIApp) -> ASGIApp:
    """Answers the content of the file that was uploaded just before."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request.copy())
        if not answer.is_good:
            return answer
        path = f"/containers/{request.ids[0]}/files"
        listed = await ask(request.to("GET", path, limit="100"))
        ids = [each["id"] for each in listed.json["data"]]
        at = ids.index(request.ids[1]) if request.ids[1] in ids else len(ids)
        if at + 1 < len(ids):
            return await ask(request.to("GET", f"{path}/{ids[at + 1]}/content"))
        return answer

    return handling(app, _OPERATION, handle)


@mutant(breaks=["file.content.belongs-to-its-file"], also=_ANY)
def caches_content_by_size(app: ASGIApp) -> ASGIApp:
    """Answers for files of one size the content of the first that was read."""
    cache: dict[int, bytes] = {}

    def alter(answer: Answer, _: Request) -> None:
        answer.body = cache.setdefault(len(answer.body), answer.body)

    return answering(app, _OPERATION, alter)
