"""How a target asks for a rest, and for how long."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from conformance.catalogue.facts import TOO_MANY, UNAVAILABLE

if TYPE_CHECKING:
    from conformance.evidence import Response


def is_throttling(response: Response) -> bool:
    """Whether the target asks for a rest: 429, or 503 with Retry-After."""
    asked = response.header("retry-after")
    return response.status == TOO_MANY or (response.status == UNAVAILABLE and bool(asked))


def seconds_asked(retry_after: str | None) -> float | None:
    """The seconds that a Retry-After asks for, given as a number or a date; None if neither."""
    if not retry_after:
        return None
    with contextlib.suppress(ValueError):
        return max(0.0, float(retry_after))
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, IndexError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
