"""What other callers than the recording's own are shown; told in recordings of our runs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalogue.facts import PREFIX
from conformance.checks import fields

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.auditing.claims import Claims
    from conformance.auditing.recorded import Recorded

#: What has to be refused to each of our other callers.
REFUSED = {"none": "key-is-required", "wrong": "wrong-key-is-refused"}


def judge(one: Recorded, ours: Collection[str], claims: Claims) -> None:
    """Note what *one* exchange shows of who may see what; *ours* are the caller's containers."""
    exchange = one.exchange
    if exchange.response is None or exchange.throttled or not (exchange.ok or exchange.refused):
        return
    prefix = PREFIX[str(exchange.operation)]
    if one.credential in REFUSED:
        requirement = f"{prefix}.{REFUSED[one.credential]}"
        claims.say(requirement, "a 4xx", exchange.told(), exchange.id, broken=exchange.ok)
    elif one.credential == "second":
        parts = fields.segments(exchange)
        if len(parts) > 1:
            seen = parts[1] in ours and exchange.ok
        else:
            seen = exchange.operation == "listContainers" and _lists(one, ours)
        claims.say(
            f"{prefix}.is-closed-to-other-tenants",
            "nothing of another tenant's",
            exchange.told(),
            exchange.id,
            broken=seen,
        )


def _lists(one: Recorded, ours: Collection[str]) -> bool:
    data = one.exchange.get("data") if one.came.known else None
    items = data if isinstance(data, list) else []
    return any(isinstance(each, dict) and each.get("id") in ours for each in items)
