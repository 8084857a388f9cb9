"""The error envelope, as every client reads it.

openai-openapi, components/schemas/ErrorResponse: ``error`` with ``message``, ``type``,
``param`` and ``code``, all four required, the last two nullable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.errors import Failure
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from conformance.evidence import Exchange


def check(exchange: Exchange) -> None:
    """The answer is JSON with the error object.

    Raises:
        Failure: if it is declared otherwise, or a key is missing or of another type.
    """
    declared = (exchange.header("content-type") or "").split(";")[0].strip().lower()
    if declared != "application/json":
        raise Failure("an error as application/json", exchange.told(), exchange.id)
    error = exchange["error"]
    if not isinstance(error, dict):
        raise Failure("an object called error", exchange.told(), exchange.id)
    for key in ("message", "type"):
        if not isinstance(error.get(key), str) or not error[key]:
            raise Failure(f"error.{key}: a text", _value(error, key), exchange.id)
    for key in ("param", "code"):
        if key not in error or not (error[key] is None or isinstance(error[key], str)):
            raise Failure(f"error.{key}: a text or null", _value(error, key), exchange.id)


def _value(error: dict[str, Any], key: str) -> str:
    """What stands where a text was wanted; of an error without it the whole."""
    return shown(error[key]) if key in error else f"no {key} in {shown(error)}"
