"""Makes a target's text harmless and visible, whatever is shown to people or to XML."""

from __future__ import annotations

import unicodedata

CONTROL_PICTURES = 0x2400
DELETE = 0x7F


def printable(text: str, *, limit: int | None = None, keep: str = "") -> str:
    r"""*text* with every character that can't be seen spelled out.

    C0 controls become their symbols (␛, ␊), all else that is not printable (C1 controls,
    direction overrides, joiners, lone surrogates, odd spaces) its number (``\u202e``).
    Characters in *keep* stay. Of more than *limit* characters the rest is told by number.
    """
    cut = 0 if limit is None else max(0, len(text) - limit)
    if not cut and text.isprintable():
        return text
    shown = text[: len(text) - cut]
    unseen = {char for char in set(shown) if not (char.isprintable() or char in keep)}
    if unseen:
        shown = shown.translate({ord(char): _symbol(char) for char in unseen})
    return f"{shown}… ({cut:,} more characters)" if cut else shown


def _symbol(char: str) -> str:
    code = ord(char)
    if code < ord(" "):
        return chr(CONTROL_PICTURES + code)
    if code == DELETE:
        return "␡"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the BMP


def columns(text: str) -> int:
    """How many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def wrapped(text: str, width: int) -> list[str]:
    """*text* in lines of at most *width* columns, broken at spaces where there are any."""
    lines = [""]
    for number, word in enumerate(text.split(" ")):
        joined = f"{lines[-1]} {word}" if number else word
        if columns(joined) <= width:
            lines[-1] = joined
        elif columns(word) <= width:
            lines.append(word)
        else:
            lines[-1:] = _broken(joined, width)
    return lines


def _broken(text: str, width: int) -> list[str]:
    """*text* in pieces of at most *width* columns, wherever that breaks it."""
    pieces = [""]
    taken = 0
    for char in text:
        size = columns(char)
        if taken + size > width and pieces[-1]:
            pieces.append("")
            taken = 0
        pieces[-1] += char
        taken += size
    return pieces
