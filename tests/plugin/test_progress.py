"""The one line that says where a run is: on a terminal, and nowhere else."""

import io
import os
import re
import sys

import pytest

from conformance.plugin import progress, terminals
from conformance.plugin.progress import Progress


class Counted:
    """A ledger that has counted so much."""

    def noted(self, key):
        """So many cases."""
        return "40"

    def count(self, name):
        """So many requests and containers."""
        return {"requests": 455.0, "containers": 18.0}[name]


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self):
        """It is one."""
        return True

    def fileno(self):
        """That of standard error."""
        return 2


def terminal_for(monkeypatch):
    """A terminal of 80 columns in place of standard error, which pytest resets before a test."""
    written = Terminal()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((80, 24)))
    monkeypatch.setattr(progress, "OFTEN_S", 0.0)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return written


def test_line_says_what_is_done_and_what_it_costs(monkeypatch):
    """The case that runs, requests, containers, US$ and the time that is left, in 80 columns."""
    terminal = terminal_for(monkeypatch)
    shown = Progress(Counted(), 0.03)
    shown.begin("test_container_list.py::test_created_container_is_listed")
    shown.step()
    shown.end()

    _, first, second, cleared, last = terminal.getvalue().split("\r")
    assert first.startswith("0/40 · 455 requests · 18 containers ≥ US$ 0.54 · ? s left · created")
    assert re.match(r"1/40 · .* · \d+ s left · created container", second)
    assert len(first) == len(second) == len(cleared) == 79
    assert cleared.strip() == last == ""


@pytest.mark.parametrize("where", ["in CI", "into a file", "on a dumb terminal"])
def test_line_is_not_shown(monkeypatch, where):
    """Neither in CI nor where standard error is no terminal, or one that rewrites nothing."""
    terminal = terminal_for(monkeypatch)
    if where == "in CI":
        monkeypatch.setenv("CI", "true")
    elif where == "on a dumb terminal":
        monkeypatch.setenv("TERM", "dumb")
    else:
        monkeypatch.setattr(terminal, "isatty", lambda: False)
    shown = Progress(Counted(), 0.03)
    shown.begin("a::test_b")
    shown.step()
    shown.end()

    assert terminal.getvalue() == ""


def test_terminal_that_does_not_know_its_width_is_taken_for_a_usual_one(monkeypatch):
    """As those that programs make; the line is as long as on one of 80 columns."""
    terminal = terminal_for(monkeypatch)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((0, 0)))
    shown = Progress(Counted(), 0.03)
    shown.begin("a::test_b")

    assert len(terminal.getvalue()) == len("\r") + 79


PAINTED = {
    "a terminal": ({"TERM": "xterm"}, True),
    "NO_COLOR": ({"TERM": "xterm", "NO_COLOR": "1"}, False),
    "an empty NO_COLOR": ({"TERM": "xterm", "NO_COLOR": ""}, True),
    "CI": ({"TERM": "xterm", "CI": "true"}, True),
    "a dumb terminal": ({"TERM": "dumb"}, False),
}


@pytest.mark.parametrize(("variables", "painted"), PAINTED.values(), ids=PAINTED)
def test_colours_are_for_terminals_that_want_them(monkeypatch, variables, painted):
    """And never for a file."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert terminals.is_painted(Terminal()) is painted
    assert not terminals.is_painted(io.StringIO())
