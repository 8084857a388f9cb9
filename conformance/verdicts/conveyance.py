"""What a proxy does with each operation: summed up from how requests and answers were conveyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.catalogue import OPERATIONS

if TYPE_CHECKING:
    from conformance.evidence import Evidence

TRANSPARENT, TRANSFORMS, LOCAL, MISSING = "transparent", "transforms", "local", "missing"

#: The kinds of differences, in the order in which they are told.
KINDS = ("dropped", "renamed", "changed", "added")

#: How a difference begins, and on which way it came about.
WAYS = {"request: ": "up", "answer: ": "back", "refusal: ": "refusals"}

#: Differences of one kind that are named in what a caller loses.
NAMED = 8

#: The first status that is no success.
NO_SUCCESS = 300


def sum_up(evidence: Evidence) -> tuple[dict[str, Any], ...]:
    """A row for each operation that was tried; none where the upstream was not ours."""
    conveyed: dict[str, list[dict[str, Any]]] = {}
    for record in evidence.records:
        for each in record.get("conveyed", ()):
            conveyed.setdefault(each["operation"], []).append(each)
    return tuple(_row(one.id, conveyed[one.id]) for one in OPERATIONS if one.id in conveyed)


def _row(operation: str, conveyed: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    arrived = any(each["arrived"] for each in conveyed)
    for each in conveyed:
        for difference in each["differences"]:
            _note(found[difference["kind"]], _told(difference))
        if arrived and not each["arrived"]:
            _note(
                found["dropped"], f"a whole request, which was answered {each['came'] or 'never'}"
            )
        if each["arrived"] > 1:
            _note(found["added"], "request: the same once more")
    answers = any(0 < each["came"] < NO_SUCCESS for each in conveyed)
    how = LOCAL if answers else MISSING
    if arrived:
        how = TRANSFORMS if any(found.values()) else TRANSPARENT
    return {"operation": operation, "class": how, **found, "loses": _loses(how, found)}


def _note(told: list[str], what: str) -> None:
    if what not in told:
        told.append(what)


def _told(difference: dict[str, str]) -> str:
    """A difference as a caller sees it: on which way, what, and what became of it."""
    told = f"{difference['side']}: {difference['what']}"
    if difference["kind"] == "renamed":
        return f"{told} to {difference['came']}"
    if difference["kind"] == "changed" and difference["what"] in ("status", "method"):
        return f"{told} {difference['sent']} to {difference['came']}"
    return told


def _loses(how: str, found: dict[str, list[str]]) -> str:
    """What a caller loses, in words: first on the way up, then on the way back."""
    if how == MISSING:
        return "the operation"
    if how == LOCAL:
        return "what the provider has: the proxy answers by itself"
    lost = []
    for side, way in WAYS.items():
        for kind in KINDS[:3]:
            mine = [each.removeprefix(side) for each in found[kind] if each.startswith(side)]
            more = f" and {len(mine) - NAMED} more" if mine[NAMED:] else ""
            if mine:
                lost.append(f"{way}, {kind}: {', '.join(mine[:NAMED])}{more}")
    return "; ".join(lost) or "nothing"
