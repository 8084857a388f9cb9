"""Answers: one JSON form, and bytes from disk."""

import mimetypes
from collections.abc import Sequence
from typing import BinaryIO, Protocol

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from conformance.reference import names
from conformance.reference.errors import Refusal
from conformance.reference.records import JsonObject, JsonValue

_PIECE = 256 * 1024  # bytes
_TYPES = mimetypes.MimeTypes(filenames=())  # the machine's own tables would differ


class Item(Protocol):
    """Something that a list may hold."""

    @property
    def id(self) -> str:
        """What a cursor names it by."""

    def to_json(self) -> JsonObject:
        """Its wire form."""


class Content(Response):
    """The bytes of a file, read as fast as the client takes them."""

    def __init__(self, filename: str, size: int, source: BinaryIO) -> None:
        """Answer the *size* bytes of *source*, to be saved as *filename*."""
        self._source = source
        super().__init__(
            headers={
                "content-type": content_type(filename),
                "content-length": str(size),
                "content-disposition": names.attachment(filename),
                "x-content-type-options": "nosniff",
            }
        )

    async def __call__(
        self,
        scope: Scope,  # noqa: ARG002 - of the ASGI interface
        receive: Receive,  # noqa: ARG002 - of the ASGI interface
        send: Send,
    ) -> None:
        """Send the bytes piece by piece."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        with self._source as source:
            await send(start)
            while piece := source.read(_PIECE):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def content_type(filename: str) -> str:
    """The media type that a file's name stands for."""
    guessed, encoding = _TYPES.guess_type(filename.replace(":", "_"))
    if guessed is None or encoding is not None:
        return "application/octet-stream"
    return "text/plain; charset=utf-8" if guessed == "text/plain" else guessed


def listed(items: Sequence[Item], *, has_more: bool) -> Response:
    """A page of a list."""
    data: list[JsonValue] = [item.to_json() for item in items]
    return JSONResponse(
        {
            "object": "list",
            "data": data,
            "first_id": items[0].id if items else None,
            "last_id": items[-1].id if items else None,
            "has_more": has_more,
        }
    )


def deleted(deleted_id: str, kind: str) -> Response:
    """The confirmation that something is gone."""
    return JSONResponse({"id": deleted_id, "object": kind, "deleted": True})


def refused(refusal: Refusal) -> Response:
    """The error object, with its status."""
    return JSONResponse(refusal.to_json(), refusal.status, refusal.headers)
