"""Lies in how an answer comes: its type, its length, its encoding, its request id."""

from __future__ import annotations

import gzip

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Request, answering
from tests.mutants.registry import each_operation, mutants

_CONTENT = "retrieveContainerFileContent"


def _typed(app: ASGIApp, operation: str, type_: str | None) -> ASGIApp:
    def alter(answer: Answer, _: Request) -> None:
        answer.headers.pop("content-type", None)
        if type_:
            answer.headers["content-type"] = type_

    return answering(app, operation, alter)


@mutants(
    *each_operation("answers-json", ["*"], without=[_CONTENT], given=("text/plain",), label="text"),
    *each_operation(
        "answers-json",
        ["*"],
        only=["listContainers", "createContainerFile", "deleteContainer"],
        given=("text/html; charset=utf-8",),
        label="html",
    ),
    *each_operation(
        "answers-json",
        ["*"],
        only=["listContainers", "listContainerFiles", "retrieveContainer", "retrieveContainerFile"],
        given=(None,),
        label="none",
    ),
    *each_operation(
        "answers-json",
        ["*"],
        only=["createContainer", "listContainerFiles"],
        given=("application/octet-stream",),
        label="octets",
    ),
)
def declares_json_as_something_else(app: ASGIApp, operation: str, type_: str | None) -> ASGIApp:
    """Answers JSON under another content type."""
    return _typed(app, operation, type_)


_DAMAGE = {
    "mark": lambda body: b"\xef\xbb\xbf" + body,
    "tail": lambda body: body + b"{}",
    "nan": lambda body: body[:-1] + b',"score":NaN}',
    "infinity": lambda body: body[:-1] + b',"score":-Infinity}',
    "latin-1": lambda body: body[:-1] + b',"note":"caf\xe9"}',
    "utf-16": lambda body: body.decode().encode("utf-16"),
    "quotes": lambda body: body.replace(b'"', b"'"),
    "comma": lambda body: body[:-1] + b",}",
    "padding": lambda body: b")]}',\n" + body,
}


@mutants(
    *each_operation("json-is-strict", ["*"], without=[_CONTENT], given=("mark",), label="mark"),
    *each_operation("json-is-strict", ["*"], without=[_CONTENT], given=("tail",), label="tail"),
    *each_operation("json-is-strict", ["*"], without=[_CONTENT], given=("nan",), label="NaN"),
    *(
        lie
        for operation, damage in (
            ("listContainers", "infinity"),
            ("createContainer", "latin-1"),
            ("retrieveContainer", "utf-16"),
            ("deleteContainer", "quotes"),
            ("createContainerFile", "comma"),
            ("retrieveContainerFile", "padding"),
            ("listContainerFiles", "latin-1"),
        )
        for lie in each_operation(
            "json-is-strict", ["*"], only=[operation], given=(damage,), label=damage
        )
    ),
)
def answers_json_that_is_none(app: ASGIApp, operation: str, damage: str) -> ASGIApp:
    """Answers what not every reader of JSON takes."""

    def alter(answer: Answer, _: Request) -> None:
        answer.body = _DAMAGE[damage](answer.body)

    return answering(app, operation, alter)


@mutants(*each_operation("answer-is-complete", ["*"], without=["listContainers"]))
def promises_more_than_it_sends(app: ASGIApp, operation: str) -> ASGIApp:
    """Announces ten bytes more than come, and hangs up."""

    def alter(answer: Answer, _: Request) -> None:
        answer.settle()
        answer.headers["content-length"] = str(len(answer.body) + 10)
        answer.framing = "as-is"

    return answering(app, operation, alter)


@mutants(*each_operation("answer-is-complete", ["*"], without=["listContainers"]))
def names_gzip_without_doing_it(app: ASGIApp, operation: str) -> ASGIApp:
    """Declares the content encoding gzip on a plain body."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers["content-encoding"] = "gzip"

    return answering(app, operation, alter)


@mutants(
    *each_operation("answer-is-complete", ["*"], without=["listContainers", "createContainer"])
)
def cuts_gzip_short(app: ASGIApp, operation: str) -> ASGIApp:
    """Sends a gzip stream without its end."""

    def alter(answer: Answer, _: Request) -> None:
        answer.settle()
        answer.body = gzip.compress(answer.body + b" " * 64)[:-12]
        answer.headers["content-encoding"] = "gzip"

    return answering(app, operation, alter)


@mutants(*each_operation("carries-a-request-id"))
def forgets_the_request_id(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers one operation without x-request-id."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers.pop("x-request-id", None)

    return answering(app, operation, alter, good=None)


@mutants(*each_operation("carries-a-request-id", only=["createContainer", _CONTENT]))
def forgets_the_request_id_of_errors(app: ASGIApp, operation: str) -> ASGIApp:
    """Refuses without x-request-id."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers.pop("x-request-id", None)

    return answering(app, operation, alter, good=False)


@mutants(*each_operation("carries-a-request-id", only=["listContainers", "deleteContainerFile"]))
def leaves_the_request_id_empty(app: ASGIApp, operation: str) -> ASGIApp:
    """Answers with an empty x-request-id."""

    def alter(answer: Answer, _: Request) -> None:
        answer.headers["x-request-id"] = ""

    return answering(app, operation, alter, good=None)


@mutants(*each_operation("encoding-was-asked-for"))
def packs_what_was_asked_for_as_it_is(app: ASGIApp, operation: str) -> ASGIApp:
    """Compresses every answer, whatever encodings the request accepts."""

    def alter(answer: Answer, _: Request) -> None:
        answer.body = gzip.compress(answer.body)
        answer.headers["content-encoding"] = "gzip"

    return answering(app, operation, alter)
