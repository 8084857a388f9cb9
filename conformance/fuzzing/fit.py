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
    from schemathesis.specs.openapi import checks  # noqa: PLC0415 - as above

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
    asked = [checks.status_code_conformance]
    if exchange.operation != CONTENT or exchange.header("content-type"):  # see RFC 9110, 8.3
        asked.append(checks.content_type_conformance)
    if exchange.operation != CONTENT:  # those bytes are of any kind
        asked.append(checks.response_schema_conformance)
    answer.elapsed = timedelta(milliseconds=exchange.elapsed_ms)
    try:
        case.validate_response(answer, checks=asked)
    except FailureGroup as group:
        first = group.exceptions[0]
        raise Failure(
            f"an answer as the document has it ({getattr(first, 'title', 'it differs')})",
            f"{exchange.told()}: {shown(str(first))}",
            exchange.id,
        ) from None


#: Headers that spoke of the body as it crossed the wire, not as it is now.
_ABOUT_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})
