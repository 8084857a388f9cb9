"""Whether an answer fits the OpenAPI document: its status, its media type, its schema."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.catalogue.facts import CONTENT
from conformance.checks import passive
from conformance.errors import Failure
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from schemathesis.schemas import APIOperation

    from conformance.evidence import Exchange


def check(exchange: Exchange, operation: APIOperation[Any, Any, Any, Any]) -> None:
    """The answer is one of those that the document describes for *operation*.

    What the passive checks see in it is left to them: they name the fault more exactly.

    Raises:
        Failure: if its status, media type or schema is not in the document.
    """
    import httpx  # noqa: PLC0415 - slow to import
    from schemathesis.core.failures import FailureGroup  # noqa: PLC0415 - as above

    if any(claim.failure for claim in passive.judge(exchange)) or exchange.response is None:
        return
    answer = httpx.Response(
        exchange.status,
        headers=[
            each for each in exchange.response.headers if each[0].lower() not in _ABOUT_TRANSFER
        ],
        content=exchange.content,
        request=httpx.Request(exchange.request.method, exchange.request.url),
    )
    case = operation.Case(path_parameters={"container_id": "x", "file_id": "x"})
    answer.elapsed = timedelta(milliseconds=exchange.elapsed_ms)
    try:
        case.validate_response(answer, checks=_asked_of(exchange))
    except FailureGroup as group:
        first = group.exceptions[0]
        raise Failure(
            f"an answer as the document has it ({getattr(first, 'title', 'it differs')})",
            f"{exchange.told()}: {shown(str(first))}",
            exchange.id,
        ) from None


def _asked_of(exchange: Exchange) -> list[Any]:
    """What schemathesis has to look at; a content is bytes of any kind, maybe without a type.

    Who doesn't know the type may leave it out (RFC 9110, 8.3).
    """
    from schemathesis.specs.openapi import checks  # noqa: PLC0415 - slow to import

    if exchange.operation != CONTENT:
        return [
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_schema_conformance,
        ]
    if exchange.header("content-type") is None:
        return [checks.status_code_conformance]
    return [checks.status_code_conformance, checks.content_type_conformance]


#: Headers that spoke of the body as it crossed the wire, not as it is now.
_ABOUT_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})
