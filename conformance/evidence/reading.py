"""Exchanges read back from evidence, as far as they were kept."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from conformance.evidence.exchange import Exchange, Request, Response
from conformance.secrecy import MASK


def is_whole(exchange: dict[str, Any]) -> bool:
    """Whether *exchange* was kept as it was: no body is cut, and nothing that counts is masked."""
    answer = exchange["response"]
    bodies = [exchange["request"]["body"], *([answer["body"]] if answer else [])]
    texts = [exchange["request"]["url"], *(body.get("text", "") for body in bodies)]
    return not any(body["truncated"] for body in bodies) and not any(MASK in it for it in texts)


def exchange_of(data: dict[str, Any]) -> Exchange:
    """The exchange that evidence keeps as *data*; the reverse of `Exchange.to_json`.

    Raises:
        ValueError: if a body is no base64.
    """
    request, answer = data["request"], data["response"]
    return Exchange(
        id=data["id"],
        operation=data["operation"],
        request=Request(
            request["method"], request["url"], _pairs(request["headers"]), _content(request["body"])
        ),
        response=answer
        and Response(
            status=answer["status"],
            headers=_pairs(answer["headers"]),
            content=_content(answer["body"]),
            http_version=answer["http_version"],
            flaw=answer["flaw"],
        ),
        started_at=data["started_at"],
        elapsed_ms=data["elapsed_ms"],
        credential=data["credential"],
        trouble=data["trouble"],
        params=_pairs(data.get("params", [])),
        throttled=bool(data.get("throttled")),
    )


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((row[0], row[1]) for row in rows)


def _content(body: dict[str, Any]) -> bytes:
    if "text" in body:
        text: str = body["text"]
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body.get("base64", ""), validate=True)
    except binascii.Error as error:
        raise ValueError(f"a body is no base64: {error}") from error
