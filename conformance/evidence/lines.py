"""What a line of evidence must hold, so that nobody who judges or shows it stumbles over it.

A file may come from a stranger, or from a disk that failed. What ``spec/schemas/evidence.json``
asks for beyond this makes no difference to a reader, and every run reads its evidence at its end:
jsonschema takes thirty times as long for that (1.6 s for 900 exchanges).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any

Fits = Callable[[object], bool]

#: Numbers beyond this are neither counted nor measured by anybody.
LARGEST = 10**15

#: What a claim may say.
OUTCOMES = frozenset(
    {
        *("error", "failed", "flaky", "unreachable", "untestable", "unreached"),
        *("passed", "unsupported", "not-applicable"),
    }
)

#: What may have become of a field on its way through a proxy.
KINDS = frozenset({"dropped", "added", "renamed", "changed"})


def text(value: object) -> bool:
    """A text."""
    return isinstance(value, str)


def variable(value: object) -> bool:
    """The name of an environment variable, which may stand in a command as it is."""
    return isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value))


def flag(value: object) -> bool:
    """Yes or no."""
    return isinstance(value, bool)


def count(value: object) -> bool:
    """How many of something."""
    return isinstance(value, int) and not flag(value) and 0 <= value <= LARGEST


def number(value: object) -> bool:
    """How much of something; neither infinite nor no number at all."""
    return isinstance(value, int | float) and not flag(value) and 0 <= value <= LARGEST


def encoded(value: object) -> bool:
    """A text in base64."""
    try:
        base64.b64decode(value, validate=True)  # type: ignore[arg-type]  # it is asked for
    except (TypeError, ValueError, binascii.Error):
        return False
    return True


def perhaps(fits: Fits) -> Fits:
    """That, or null."""
    return lambda value: value is None or fits(value)


def one_of(words: frozenset[str]) -> Fits:
    """One of these words."""
    return lambda value: isinstance(value, str) and value in words


def listed(fits: Fits) -> Fits:
    """A list of those."""
    return lambda value: isinstance(value, list) and all(map(fits, value))


def mapped(fits: Fits) -> Fits:
    """An object whose fields, whatever their names, are all such."""
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


def pair(value: object) -> bool:
    """Two texts."""
    return isinstance(value, list) and len(value) == 2 and all(map(text, value))  # noqa: PLR2004 - a pair


def having(needed: dict[str, Fits], optional: dict[str, Fits] | None = None) -> Fits:
    """An object with the *needed* fields, and of the *optional* ones those that it has."""

    def fits(value: object) -> bool:
        return (
            isinstance(value, dict)
            and all(name in value and each(value[name]) for name, each in needed.items())
            and all(each(value[name]) for name, each in (optional or {}).items() if name in value)
        )

    return fits


_SIZED: dict[str, Fits] = {"size": count, "truncated": flag, "sha256": text}
_TEXT, _BINARY = having({**_SIZED, "text": text}), having({**_SIZED, "base64": encoded})


def body(value: object) -> bool:
    """What was kept of a body, as text or as base64."""
    return _BINARY(value) if isinstance(value, dict) and "base64" in value else _TEXT(value)


_HEADERS = listed(pair)
_REQUEST = having({"method": text, "url": text, "headers": _HEADERS, "body": body})
_RESPONSE = having(
    {
        "status": count,
        "http_version": text,
        "headers": _HEADERS,
        "body": body,
        "flaw": perhaps(text),
    }
)
_EXCHANGE = having(
    {
        "id": text,
        "operation": perhaps(text),
        "credential": text,
        "throttled": flag,
        "started_at": text,
        "elapsed_ms": number,
        "trouble": perhaps(text),
        "request": _REQUEST,
        "response": perhaps(_RESPONSE),
    },
    {"params": _HEADERS},
)
_CLAIM = having(
    {
        "requirement": text,
        "outcome": one_of(OUTCOMES),
        "message": perhaps(text),
        "exchange": perhaps(text),
    },
    {"wanted": perhaps(text), "got": perhaps(text), "blame": perhaps(text)},
)
_DIFFERENCE = having(
    {"side": text, "kind": one_of(KINDS), "what": text, "sent": text, "came": text}
)
_CONVEYED = having(
    {"operation": text, "arrived": count, "came": count, "differences": listed(_DIFFERENCE)}
)
_LEFT = having({"kind": text, "id": text, "command": text}, {"name": text})

#: What a line of each kind must be; what is of another kind nobody reads.
KNOWN: dict[str, Fits] = {
    "plan": having({"plan": mapped(listed(text))}),
    "case": having(
        {
            "case": text,
            "attempt": count,
            "duration_s": number,
            "consistency_s": number,
            "claims": listed(_CLAIM),
            "exchanges": listed(_EXCHANGE),
        },
        {"conveyed": listed(_CONVEYED)},
    ),
    "cleaning": having({"exchanges": listed(_EXCHANGE)}),
    "footer": having(
        {
            "duration_s": number,
            "interrupted": flag,
            "limit": perhaps(text),
            "fault": perhaps(text),
            "filtered": flag,
            "requests": count,
            "containers_created": count,
            "containers_left": count,
            "left": listed(_LEFT),
            "throttled": count,
            "waited_s": number,
        },
        {"ignored": count, "kept": perhaps(count), "cut": perhaps(flag)},
    ),
}


def is_proper(line: dict[str, Any]) -> bool:
    """Whether *line*, which has a kind, holds what is read of that kind."""
    kind = line["kind"]
    return isinstance(kind, str) and (kind not in KNOWN or KNOWN[kind](line))
