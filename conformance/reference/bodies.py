"""Bodies of requests: their media type, their size, and JSON."""

import json
import re
from collections.abc import AsyncIterator

from starlette.requests import Request

from conformance.reference import errors
from conformance.reference.records import JsonObject

_MAX_JSON = 96 * 1024 * 1024  # an inline skill may have 70 million characters
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def media_type(request: Request) -> str:
    """The media type of the body, without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def pieces(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it arrives, as long as it stays within *limit* bytes.

    Raises:
        Refusal: if the body is announced to be longer, or is.
    """
    announced = request.headers.get("content-length", "0")
    if int(announced) > limit:
        raise errors.too_large(limit)
    total = 0
    async for piece in request.stream():
        total += len(piece)
        if total > limit:
            raise errors.too_large(limit)
        if piece:
            yield piece


async def read_json(request: Request, limit: int) -> JsonObject:
    """The JSON object in the body.

    Raises:
        Refusal: if the body is not JSON, not an object, or can't be kept as UTF-8.
    """
    body = b"".join([piece async for piece in pieces(request, min(limit, _MAX_JSON))])
    try:
        text = body.decode()
        value = json.loads(text, parse_constant=_refuse_constant)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise errors.invalid("The body of the request is not valid JSON.", code=None) from None
    if not isinstance(value, dict):
        raise errors.invalid("The body of the request must be a JSON object.", code=None)
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
