"""Values that a caller sent, or counts on, in an answer."""

from __future__ import annotations

import time
import unicodedata
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from conformance.checks.fields import is_whole
from conformance.errors import Failure
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from conformance.evidence import Exchange

#: Seconds that a target's clock may be off ours, and off its own Date header.
CLOCK_OFF_S, DATE_OFF_S = 900, 120


def composed(text: str) -> str:
    """*text* with letters and their marks composed: file systems differ in that."""
    return unicodedata.normalize("NFC", text)


def equal(exchange: Exchange, name: str, wanted: object) -> None:
    """The field *name* of the body is *wanted*.

    Raises:
        Failure: if it is missing or another.
    """
    same(name, wanted, exchange[name], exchange.id)


def same(name: str, wanted: object, got: object, exchange: str | None = None) -> None:
    """*got* is *wanted*; *name* says what of.

    Raises:
        Failure: if it is not.
    """
    if got != wanted or isinstance(got, bool) != isinstance(wanted, bool):
        raise Failure(f"{name}: {shown(wanted)}", shown(got), exchange)


def within(name: str, wanted: dict[str, Any], got: object, exchange: str | None = None) -> None:
    """*got* is an object with every field of *wanted*; it may have more.

    Raises:
        Failure: if it is not.
    """
    if not isinstance(got, dict) or any(got.get(key) != value for key, value in wanted.items()):
        raise Failure(f"{name}: {shown(wanted)}", shown(got), exchange)


def is_now(exchange: Exchange, name: str = "created_at") -> None:
    """The field *name* is the time of the exchange, by our clock or by the target's own Date.

    Raises:
        Failure: if it is off by more than a clock may be.
    """
    got = exchange[name]
    if not is_whole(got):
        raise Failure(f"{name}: Unix seconds of now", shown(got), exchange.id)
    if abs(got - time.time()) <= CLOCK_OFF_S or _near_date(exchange, got):
        return
    raise Failure(f"{name}: about {int(time.time())}", shown(got), exchange.id)


def _near_date(exchange: Exchange, seconds: int) -> bool:
    try:
        date = parsedate_to_datetime(exchange.header("date") or "")
    except (ValueError, TypeError, IndexError):
        return False
    return abs(date.timestamp() - seconds) <= DATE_OFF_S


def one_of(name: str, wanted: tuple[object, ...], got: object, exchange: str | None = None) -> None:
    """*got* is one of *wanted*.

    Raises:
        Failure: if it is none.
    """
    if got not in wanted:
        raise Failure(f"{name}: {' or '.join(map(shown, wanted))}", shown(got), exchange)
