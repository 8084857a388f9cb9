"""Escaping: what a target says can be seen, and does nothing."""

from __future__ import annotations

import sys

import pytest

from conformance.reporting.escaping import columns, printable, wrapped


def test_every_character_comes_out_printable():
    """No control, override, joiner, surrogate or unassigned character survives."""
    everything = "".join(map(chr, range(sys.maxunicode + 1)))

    assert printable(everything).isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2J", "a␛[2J"),
        ("\x00\r\n\t\x7f", "␀␍␊␉␡"),
        ("\u202egnp", "\\u202egnp"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("日本 é", "日本 é"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text, shown):
    """C0 controls become their symbols, the rest numbers; letters stay."""
    assert printable(text) == shown


def test_long_text_is_cut_and_counted():
    """The rest is told by number."""
    assert printable("x" * 1_010, limit=10) == "xxxxxxxxxx… (1,000 more characters)"


def test_newlines_are_kept_where_asked_for():
    """A block keeps its lines and nothing else."""
    assert printable("a\n\x1b", keep="\n") == "a\n␛"


@pytest.mark.parametrize("width", [1, 2, 7, 40])
def test_lines_keep_to_their_width(width):
    """Long words are broken, and nothing but spaces at breaks is lost."""
    text = "some words 日本語日本語 " + "x" * 99 + " end"

    lines = wrapped(text, width)

    assert all(columns(line) <= max(width, 2) for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
