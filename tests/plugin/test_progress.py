"""The one line that says where a run is: on a terminal, and nowhere else."""

import io
import os
import re
import sys

import pytest

from conformance.plugin import progress
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


@pytest.mark.parametrize("where", ["in CI", "into a file"])
def test_line_is_not_shown(monkeypatch, where):
    """Neither in CI nor where standard error is no terminal."""
    terminal = terminal_for(monkeypatch)
    if where == "in CI":
        monkeypatch.setenv("CI", "true")
    else:
        monkeypatch.setattr(terminal, "isatty", lambda: False)
    shown = Progress(Counted(), 0.03)
    shown.begin("a::test_b")
    shown.step()
    shown.end()

    assert terminal.getvalue() == ""
