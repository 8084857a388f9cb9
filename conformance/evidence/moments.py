"""How a moment is written down: as RFC 3339, and in the name of a run."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


def told(moment: datetime) -> str:
    """The *moment* as RFC 3339 in UTC, to the millisecond."""
    stamp = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return stamp.replace("+00:00", "Z")


def now() -> str:
    """This moment as RFC 3339 in UTC."""
    return told(datetime.now(UTC))


def new_id() -> str:
    """A name for a run that nothing else has, which tells when it began."""
    return f"{datetime.now(UTC):%y%m%d%H%M%S}-{secrets.token_hex(3)}"
