"""Lies in the bodies of refusals."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Request, answering
from tests.mutants.registry import PREFIXES, Lie, each_operation, mutants

Reshape = Callable[[Answer], object]


def _detail(answer: Answer) -> None:
    answer.json = {"detail": "Not found."}


def _detail_list(answer: Answer) -> None:
    answer.json = {"detail": [{"loc": ["query", "limit"], "msg": "bad", "type": "value_error"}]}


def _html(answer: Answer) -> None:
    answer.body = b"<html><body><h1>Error</h1></body></html>"
    answer.headers["content-type"] = "text/html"


def _plain(answer: Answer) -> None:
    answer.body = b"Internal error, sorry."
    answer.headers["content-type"] = "text/plain"


def _nothing(answer: Answer) -> None:
    answer.body = b""
    answer.headers.pop("content-type", None)


def _string(answer: Answer) -> None:
    answer.json = {"error": answer.json["error"]["message"]}


def _flat(answer: Answer) -> None:
    answer.json = answer.json["error"]


def _list(answer: Answer) -> None:
    answer.json = [answer.json]


def _null(answer: Answer) -> None:
    answer.json = {"error": None}


def _wrapped(answer: Answer) -> None:
    answer.json = {"error": {"error": answer.json["error"]}}


def _camel(answer: Answer) -> None:
    answer.json = {"Error": answer.json["error"]}


def _as_text(answer: Answer) -> None:
    answer.headers["content-type"] = "text/plain; charset=utf-8"


def _without(key: str) -> Reshape:
    def drop(answer: Answer) -> None:
        del answer.json["error"][key]

    return drop


def _with(key: str, value: object) -> Reshape:
    def put(answer: Answer) -> None:
        answer.json["error"][key] = value

    return put


_SHAPES: dict[str, Reshape] = {
    "detail": _detail,
    "list of details": _detail_list,
    "html": _html,
    "plain text": _plain,
    "nothing": _nothing,
    "a string": _string,
    "flat": _flat,
    "an array": _list,
    "null": _null,
    "wrapped twice": _wrapped,
    "Error": _camel,
    "no message": _without("message"),
    "no type": _without("type"),
    "no param": _without("param"),
    "no code": _without("code"),
    "null message": _with("message", None),
    "message object": _with("message", {"text": "no"}),
    "null type": _with("type", None),
    "number as code": _with("code", 404),
    "number as param": _with("param", 7),
    "array as param": _with("param", ["name"]),
}


def _family() -> list[Lie]:
    """Each shape on two operations, and each operation with several shapes."""
    operations = list(PREFIXES)
    lies = []
    for at, shape in enumerate(_SHAPES):
        for step in (0, 4):
            operation = operations[(at + step) % len(operations)]
            also = ["answers-json"]
            lies += each_operation(
                "errors-have-the-envelope", also, only=[operation], given=(shape,), label=shape
            )
    # A body that is no JSON, or not declared as such, is both.
    return lies


@mutants(*(each for each in _family() if not each.label.startswith("retrieveContainerFileContent")))
def answers_errors_of_another_shape(app: ASGIApp, operation: str, shape: str) -> ASGIApp:
    """Refuses requests for one operation with another body than the error object."""
    reshape = _SHAPES[shape]

    def alter(answer: Answer, _: Request) -> None:
        reshape(answer)

    return answering(app, operation, alter, good=False)


@mutants(
    *each_operation(
        "errors-have-the-envelope",
        only=["retrieveContainerFileContent"],
        given=("detail",),
        label="detail",
    ),
    *each_operation(
        "errors-have-the-envelope",
        only=["retrieveContainerFileContent"],
        given=("plain text",),
        label="plain text",
    ),
    *each_operation(
        "errors-have-the-envelope",
        only=["retrieveContainerFileContent"],
        given=("nothing",),
        label="nothing",
    ),
)
def answers_errors_of_content_in_another_shape(app: ASGIApp, operation: str, shape: str) -> ASGIApp:
    """Refuses content with another body than the error object."""
    reshape = _SHAPES[shape]

    def alter(answer: Answer, _: Request) -> None:
        reshape(answer)

    return answering(app, operation, alter, good=False)


def _reshaping(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    def alter(answer: Answer, _: Request) -> None:
        if answer.status == status:
            _detail(answer)

    return answering(app, operation, alter, good=False)


@mutants(
    *each_operation("errors-have-the-envelope", given=(401,), label="401"),
    *each_operation(
        "errors-have-the-envelope",
        given=(400,),
        label="400",
        only=["listContainers", "createContainer", "listContainerFiles", "createContainerFile"],
    ),
    *each_operation(
        "errors-have-the-envelope",
        given=(404,),
        label="404",
        without=["listContainers", "createContainer"],
    ),
)
def answers_a_detail_to_one_status(app: ASGIApp, operation: str, status: int) -> ASGIApp:
    """Refuses with the error object, but for one status, which its framework answers."""
    return _reshaping(app, operation, status)
