"""Marks where two texts differ: what was wanted, and what came."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Characters of a text beyond which nothing is compared: the time grows with their square.
LONGEST = 2_000

_Span = tuple[bool, tuple[int, int], tuple[int, int]]

#: How much two texts must have in common for their difference to say something.
ALIKE = 0.5

_TOKEN = re.compile(r"\w+|\s|.", re.DOTALL)


def marked(wanted: str, got: str) -> tuple[Markup, Markup]:
    """Both texts as markup, in each what the other does not have in ``del`` and ``ins``."""
    if not wanted or not got or max(len(wanted), len(got)) > LONGEST:
        return escape(wanted), escape(got)
    one, other = _TOKEN.findall(wanted), _TOKEN.findall(got)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < ALIKE:
        return escape(wanted), escape(got)
    left, right = Markup(), Markup()
    for is_equal, (start, end), (other_start, other_end) in _spans(matcher, one):
        left += _piece(one[start:end], None if is_equal else "del")
        right += _piece(other[other_start:other_end], None if is_equal else "ins")
    return left, right


def _spans(matcher: SequenceMatcher[str], one: list[str]) -> list[_Span]:
    """What is equal and what is not, in turns; spaces between two differences belong to them."""
    spans: list[_Span] = []
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        is_equal = tag == "equal" and not (spans and "".join(one[start:end]).isspace())
        if spans and spans[-1][0] == is_equal:
            _, (start, _), (other_start, _) = spans.pop()  # noqa: PLW2901 - they are one
        spans.append((is_equal, (start, end), (other_start, other_end)))
    return spans


def _piece(tokens: Iterable[str], tag: str | None) -> Markup:
    """*tokens* within the element *tag*; a line's end is seen there, as it may be all of it."""
    text = "".join(tokens)
    if tag is None or not text:
        return escape(text)
    return Markup("<{0}>{1}</{0}>").format(tag, text.replace("\n", "␊\n"))
