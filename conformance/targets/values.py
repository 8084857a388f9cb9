"""Texts of options made into values; a ``ValueError`` tells what was wanted instead.

Its text goes behind the option's name: "--timeout" + "wants seconds above 0, not 'soon'".
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: More digits than any count needs, and fewer than `int` refuses to read.
MOST_DIGITS = 18

#: Processes that pytest-xdist may start on one machine.
MOST_WORKERS = 256

#: Machines that may share one run.
MOST_SHARDS = 1000

#: Highest file descriptor worth trying.
MOST_DESCRIPTORS = 65_535

SHOWN_CHARACTERS = 60

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})

#: RFC 9110, 5.6.2: what a header's name is made of.
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")

#: Headers that the client sets itself, so that a second one would break every request.
FRAMING = frozenset(
    {"connection", "content-length", "content-type", "host", "te", "trailer", "transfer-encoding"}
)

#: Headers that carry credentials of their own scheme.
AUTHORIZATION = frozenset({"authorization", "proxy-authorization"})


def shown(text: str) -> str:
    """What somebody typed, quoted, cut short and without control characters."""
    cut = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
    return ascii(cut) if not cut.isprintable() else repr(cut)


def flag(text: str) -> bool:
    """True or false, in the spellings that people use in environments."""
    lower = text.strip().lower()
    if lower in TRUE or lower in FALSE:
        return lower in TRUE
    raise ValueError(f"wants true or false, not {shown(text)}")


def integer(least: int, most: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers from *least* to *most*."""
    wanted = f"a whole number from {least} " + (f"to {most}" if most is not None else "on")

    def parse(text: str) -> int:
        if re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}", text):
            number = int(text)
            if number >= least and (most is None or number <= most):
                return number
        raise ValueError(f"wants {wanted}, not {shown(text)}")

    return parse


def number(unit: str, *, zero: bool = False) -> Callable[[str], float]:
    """A reader of finite numbers of *unit* above 0, or from 0 on where *zero* is one."""
    wanted = f"{unit}, {'0 or more' if zero else 'more than 0'}"

    def parse(text: str) -> float:
        try:
            value = float(text) if text.isascii() and "_" not in text else math.nan
        except ValueError:
            value = math.nan
        if math.isfinite(value) and (value > 0 or (zero and value == 0)):
            return value
        raise ValueError(f"wants {wanted}, not {shown(text)}")

    return parse


def choice(*names: str) -> Callable[[str], str]:
    """A reader of one of *names*."""

    def parse(text: str) -> str:
        if text in names:
            return text
        raise ValueError(f"wants one of {', '.join(names)}, not {shown(text)}")

    return parse


def name(text: str) -> str:
    """A name or a pattern of names: one word."""
    if text and text.isprintable() and not any(map(str.isspace, text)):
        return text
    raise ValueError(f"wants one word, not {shown(text)}")


def variable(text: str) -> str:
    """The name of an environment variable.

    What is no such name may well be the key itself, so it is not repeated in the error.
    """
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        return text
    raise ValueError(
        "wants the name of the environment variable that holds the key, never the key itself"
    )


def auth(text: str) -> str:
    """How the key is sent: ``bearer``, ``header:NAME`` or ``none``."""
    if text in ("bearer", "none"):
        return text
    scheme, _, header_name = text.partition(":")
    if scheme != "header" or not TOKEN.match(header_name):
        raise ValueError(
            f"wants bearer, none or header:NAME (as in header:api-key), not {shown(text)}"
        )
    if header_name.lower() in FRAMING:
        raise ValueError(f"can't put the key into {header_name}: every request has its own")
    return text


def header(text: str) -> tuple[str, str]:
    """One header, ``Name: value``; its value is not repeated in errors."""
    head, colon, value = text.partition(":")
    if not colon or not TOKEN.match(head):
        raise ValueError("wants 'Name: value', with a colon behind a name of letters and hyphens")
    if head.lower() in AUTHORIZATION:
        raise ValueError(
            f"can't set {head}: name the key's variable with --api-key-env"
            " and how it is sent with --auth"
        )
    if head.lower() in FRAMING:
        raise ValueError(f"can't set {head}: every request has its own")
    if not re.fullmatch(r"[\t -~]*", value):
        raise ValueError(f"has a character in {head} that no header may hold: printable ASCII only")
    return head, value.strip()


def query(text: str) -> tuple[str, str]:
    """One parameter, ``name=value``; its value is not repeated in errors."""
    key, equals, value = text.partition("=")
    if not equals or not key or not key.isprintable() or set(key) & set(" ?&#"):
        raise ValueError("wants name=value, as in api-version=2025-01-01")
    if not value.isprintable():
        raise ValueError(f"has a control character in {key}")
    return key, value


def shard(text: str) -> tuple[int, int]:
    """Part I of N, ``I/N``."""
    matched = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    if matched:
        part, parts = int(matched[1]), int(matched[2])
        if 1 <= part <= parts <= MOST_SHARDS:
            return part, parts
    raise ValueError(f"wants I/N with I from 1 to N, as in 2/3, not {shown(text)}")


def workers(text: str) -> str:
    """``auto`` or a number of processes."""
    if text == "auto":
        return text
    try:
        return str(integer(0, MOST_WORKERS)(text))
    except ValueError:
        raise ValueError(
            f"wants auto or a number up to {MOST_WORKERS}, not {shown(text)}"
        ) from None


def path(text: str) -> Path:
    """A path; a leading ~ is the user's home."""
    if not text or not text.isprintable():
        raise ValueError(f"wants a path of characters that can be printed, not {shown(text)}")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"names a user without a home: {shown(text)}") from None
