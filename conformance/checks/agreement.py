"""Which of several views of one thing is at fault.

A thing is sent, and seen again in the answer to its creation, in its retrieval and in a
list. The one that disagrees with what was sent and with the others is at fault; where all
but the creation agree on something else, it was stored wrongly, and the creation is at fault.
"""

from __future__ import annotations

from typing import Any

ABSENT = object()

View = str  # "create", "retrieve" or "list"


def at_fault(sent: object, created: object, retrieved: object, listed: object = ...) -> set[View]:
    """The views that are wrong about one value.

    *sent* is ``...`` where the target chooses the value; *listed* is ``...`` where no list
    was looked at; `ABSENT` stands for a field that an answer lacks.
    """
    if sent is not ... and created != sent:
        wrong = {"create"}
        right: tuple[object, ...] = (sent, created)
    else:
        wrong = set()
        right = (created,)
    off = {
        view
        for view, value in (("retrieve", retrieved), ("list", listed))
        if value is not ... and value not in right
    }
    if len(off) == 2 and retrieved == listed:  # noqa: PLR2004 - both, and they agree
        return {"create"}
    return wrong | off


def told_of(sent: Any) -> Any:  # noqa: ANN401 - any JSON
    """What answers have to tell of an option as it was *sent*: of an expiry its minutes.

    They may leave the anchor out, since there is one only.
    """
    if isinstance(sent, dict) and "minutes" in sent:
        return {"minutes": sent["minutes"]}
    return sent


def restricted(value: object, sent: object) -> object:
    """Of an object only the fields that were *sent*: a target may add some of its own."""
    if isinstance(value, dict) and isinstance(sent, dict):
        return {key: _in_any_order(each) for key, each in value.items() if key in sent}
    return value


def _in_any_order(value: object) -> object:
    """A list of texts, such as domains, means the same in any order."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return sorted(value)
    return value


def field(item: Any, name: str) -> object:  # noqa: ANN401 - the target's JSON
    """The field *name* of *item*, or `ABSENT`."""
    return item.get(name, ABSENT) if isinstance(item, dict) else ABSENT
