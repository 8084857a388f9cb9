"""Gives an answer as it was dictated."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.evidence import Dictated
    from conformance.proxying.recorder import Send

#: Bytes that are sent at once.
PIECE = 256 * 1024


async def give(answer: Dictated, send: Send) -> None:
    """Send *answer*; where it is cut, break off without an end."""
    await asyncio.sleep(answer.delay_s)
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers
    ]
    if answer.status != 204:  # noqa: PLR2004 - the one status that has no body
        headers.append((b"content-length", str(len(answer.content)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    sent = answer.content[: answer.cut]
    for start in range(0, len(sent), PIECE):
        piece = sent[start : start + PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if answer.cut is None:
        await send({"type": "http.response.body", "body": b""})
