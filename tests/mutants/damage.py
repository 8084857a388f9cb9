"""Lies in the bytes that an upload stores, and in those that only some types of content have."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Ask, Request, answering, handling
from tests.mutants.registry import Lie, mutant, mutants


@mutant(
    breaks=["file.create.keeps-every-byte", "file.create.bytes-is-the-size"],
    also=["file.create.*", "file.content.*"],
)
def stores_half_of_every_upload(app: ASGIApp) -> ASGIApp:
    """Stores the first half of a file, and answers that size."""
    return storing(app, lambda content: content[: len(content) // 2])


def storing(
    app: ASGIApp, damage: Any, where: Callable[[Request], bool] = lambda _: True
) -> ASGIApp:
    """Every upload is stored with *damage*, or those alone that *where* picks."""
    from tests.mutants.forms import refilled  # noqa: PLC0415 - only where forms are rewritten

    async def handle(request: Request, ask: Ask) -> Answer:
        if where(request):
            request.body = refilled(request, damage)
        return await ask(request)

    return handling(app, "createContainerFile", handle)


_STORED = {
    "without the last byte": lambda content: content[:-1],
    "without the first byte": lambda content: content[1:],
    "with a newline behind": lambda content: content + b"\n",
    "cut at 64 KiB": lambda content: content[: 64 * 1024],
    "cut at 1 MiB": lambda content: content[: 1024 * 1024],
    "as UTF-8": lambda content: content.decode("utf-8", "replace").encode(),
    "as Latin-1": lambda content: content.decode("latin-1").encode(),
    "without CR": lambda content: content.replace(b"\r\n", b"\n"),
    "with CR": lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "without its mark": lambda content: content.removeprefix(b"\xef\xbb\xbf"),
    "to the first NUL": lambda content: content.partition(b"\0")[0],
    "stripped": lambda content: content.strip(),
}
_WHERE_FROM = ["file.create.*", "file.content.*", "container.create.copies*"]


@mutants(
    *(
        Lie(
            label,
            ("file.create.bytes-is-the-size", "file.create.keeps-every-byte"),
            (damage,),
            tuple(_WHERE_FROM),
        )
        for label, damage in _STORED.items()
    )
)
def stores_uploads_damaged(app: ASGIApp, damage: Any) -> ASGIApp:
    """Stores other bytes than were sent, and answers their number."""
    return storing(app, damage)


@mutant(
    breaks=["file.content.every-byte-value-survives"],
    also=["file.content.*"],
)
def encodes_pictures_in_base64(app: ASGIApp) -> ASGIApp:
    """Serves in base64 what is neither text nor JSON, nor of an unknown type."""
    plain = ("text/", "application/json", "application/octet-stream")

    def alter(answer: Answer, _: Request) -> None:
        if not answer.headers.get("content-type", "").startswith(plain):
            answer.settle()
            answer.body = base64.b64encode(answer.body)

    return answering(app, "retrieveContainerFileContent", alter)
