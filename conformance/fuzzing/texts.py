"""What names, contents, ids and query values are made of."""

from __future__ import annotations

import random
from functools import cache

from hypothesis import strategies as st

#: Characters of a generated name behind the run's own prefix.
LONGEST_NAME = 28

#: Sizes at which something begins to be buffered, chunked or counted in another way.
EDGES = (0, 1, 2, 3, 255, 256, 257, 1023, 1024, 4095, 4096, 4097, 8192, 16_384, 65_535, 65_536)

_LONGER = (65_537, 131_072, 262_145)

#: What a tidy writer changes: blanks, capitals, zeros, marks.
BLANKS = ("a  b", "A", "_", "-", ".", "x" * 9, "007", "; ", ", ")

#: Words that a careless reader takes for something else than text.
WORDS = (
    "null",
    "true",
    "0",
    "-1",
    "1e3",
    "NaN",
    "undefined",
    "%41",
    "%2F",
    "+",
    "a+b",
    "a b",
    "\\n",
)

#: Letters of several scripts, marks that combine, signs beyond the basic plane.
SAMPLES = (
    "é",
    "e\u0301",
    "ß",
    "İ",
    "ﬁ",
    "名前",
    "한글",
    "عربى",
    "Ω",
    "🎉",
    "👩\u200d💻",
    "\u00a0",
    "'",
    '"',
)


PIECES = WORDS + SAMPLES + BLANKS


def dealt(seed: int) -> list[list[str]]:
    """All `PIECES`, shuffled by *seed* and dealt into as few names as hold them."""
    pieces = list(PIECES)
    random.Random(seed).shuffle(pieces)  # noqa: S311 - the same seed gives the same names
    hands: list[list[str]] = [[]]
    for piece in pieces:
        if len("".join([*hands[-1], piece])) > LONGEST_NAME:
            hands.append([])
        hands[-1].append(piece)
    return hands


@cache
def names() -> st.SearchStrategy[str]:
    """Text that any provider can take for a name: no controls, no surrogates, no blank ends."""
    characters = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"))
    pieces = st.lists(st.sampled_from(PIECES), min_size=2, max_size=9).map("".join)
    free = st.text(characters, min_size=4, max_size=LONGEST_NAME)
    return st.one_of(free, pieces).map(trimmed)


def trimmed(text: str) -> str:
    """*text* short enough for a name, and without blanks at its ends."""
    return text[:LONGEST_NAME].strip() or "n"


@cache
def filenames() -> st.SearchStrategy[str]:
    """Names of files: of any script, without what has a meaning in a path or a header."""
    characters = st.characters(
        categories=("L", "N", "Pc", "Pd"), exclude_characters="/\\\"'%;:*?<>|"
    )
    free = st.text(characters, min_size=1, max_size=20)
    plain = st.text("abcXYZ019-_", min_size=1, max_size=20)
    endings = st.sampled_from(("", ".txt", ".csv", ".tar.gz", ".PNG", ".json", ".html"))
    spaced = st.builds("{}{}{}".format, plain, st.sampled_from((" ", "  ")), plain)
    return st.builds("{}{}".format, st.one_of(plain, plain, spaced, free), endings)


@cache
def contents() -> st.SearchStrategy[bytes]:
    """Contents of files: short ones of any bytes, and long ones at the edges of sizes."""
    marks = (
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"--",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x1a",
        b"{}",
        b"%00",
    )
    short = st.binary(max_size=64)
    mixed = st.lists(st.one_of(st.sampled_from(marks), st.binary(max_size=8)), max_size=12)
    sizes = st.one_of(st.sampled_from(EDGES), st.integers(0, 70_000), st.sampled_from(_LONGER))
    long = st.builds(_filled, sizes, st.binary(min_size=1, max_size=7))
    return st.one_of(short, mixed.map(b"".join), long)


def _filled(size: int, pattern: bytes) -> bytes:
    return (pattern * (size // len(pattern) + 1))[:size]


@cache
def oddities() -> st.SearchStrategy[str]:
    """What is put behind a made-up id: plain, or with characters that a path must encode."""
    plain = st.text("abcdefXYZ0123456789_-", max_size=12)
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="/\\.")
    odd = st.text(characters, min_size=1, max_size=12)
    return st.one_of(plain, odd)
