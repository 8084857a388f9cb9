"""Whether the target said yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.errors import Failure

if TYPE_CHECKING:
    from conformance.evidence import Exchange


def succeeded(exchange: Exchange) -> Exchange:
    """The answer is a 2xx.

    Raises:
        Failure: if it is anything else.
    """
    if not exchange.ok:
        raise Failure("a 2xx", exchange.told(), exchange.id)
    return exchange


def has_id(exchange: Exchange) -> bool:
    """Whether the answer tells an id that can be asked for: a text with a letter in it."""
    id_ = exchange.get("id")
    return isinstance(id_, str) and bool(id_.strip())


def refused(exchange: Exchange) -> Exchange:
    """The answer is a 4xx.

    Raises:
        Failure: if it is anything else.
    """
    if not exchange.refused:
        raise Failure("a refusal with a 4xx", exchange.told(), exchange.id)
    return exchange


def answered(exchange: Exchange, status: int) -> Exchange:
    """The answer has *status*.

    Raises:
        Failure: if it has another.
    """
    if exchange.status != status:
        raise Failure(str(status), exchange.told(), exchange.id)
    return exchange
