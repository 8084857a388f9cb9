"""Lies about content that depend on what is in a file, or on who reads it."""

from __future__ import annotations

import base64
import json
import re

from starlette.types import ASGIApp

from tests.mutants.altering import Answer, Request, answering
from tests.mutants.registry import mutant

_CONTENT = "retrieveContainerFileContent"
_SCRIPT = re.compile(rb"(?is)<script.*?</script>|\son\w+='[^']*'")


@mutant(breaks=["file.content.bytes-are-identical"], also=["file.content.*"])
def cleans_pages(app: ASGIApp) -> ASGIApp:
    """Takes scripts out of what is sent as HTML."""

    def alter(answer: Answer, _: Request) -> None:
        answer.body = _SCRIPT.sub(b"", answer.body)

    return answering(app, _CONTENT, alter)


@mutant(breaks=["file.content.is-not-wrapped"], also=["file.content.*"])
def wraps_content_for_who_accepts_json(app: ASGIApp) -> ASGIApp:
    """Answers JSON with the bytes as base64 to those that would take JSON."""

    def alter(answer: Answer, request: Request) -> None:
        if request.headers.get("accept") == "application/json":
            answer.body = json.dumps({"data": base64.b64encode(answer.body).decode()}).encode()
            answer.headers["content-type"] = "application/json"

    return answering(app, _CONTENT, alter)
