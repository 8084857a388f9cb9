"""Cases that found no room for their containers come again, when there may be some."""

from dataclasses import dataclass

import pytest

from conformance.ledger import Ledger, Limits
from conformance.plugin import postponing
from conformance.plugin.postponing import Postponed


@dataclass(frozen=True)
class Case:
    """As much of a case of pytest's as is looked at."""

    name: str
    fixturenames: tuple = ()
    nodeid: str = "test_some.py::test"


@dataclass(frozen=True)
class Attempt:
    """As much of a record."""

    lacks_room: bool = True


@pytest.fixture
def ledger(tmp_path):
    """The book that all workers share."""
    return Ledger(tmp_path / "ledger.sqlite", Limits(containers=9, requests=99, duration_s=99.0))


@pytest.fixture
def postponed(ledger):
    """Those of one worker that has begun."""
    mine = Postponed(ledger)
    mine.begin()
    return mine


PLAIN, DEPOT, STOCK = Case("plain"), Case("depot", ("api", "depot")), Case("stock", ("stock",))


def test_case_is_put_off_once(postponed):
    """Where it finds no room again, it has none."""
    assert not postponed.takes(PLAIN, Attempt(lacks_room=False))
    assert postponed.takes(PLAIN, Attempt())
    assert not postponed.takes(PLAIN, Attempt())
    assert list(postponed.in_turn()) == [PLAIN]


def test_users_of_one_shared_thing_come_together(postponed):
    """In the order of any run, so that it can go before the next come."""
    for each in (PLAIN, DEPOT, STOCK):
        postponed.takes(each, Attempt())

    assert list(postponed.in_turn()) == [STOCK, DEPOT, PLAIN]


def test_nobody_comes_before_the_others_are_done(postponed, ledger, monkeypatch):
    """A worker waits for one that still has users of what is shared, and does what it has then."""
    other, done = Postponed(ledger), []
    other.begin()
    other.takes(DEPOT, Attempt())
    theirs = other.in_turn()

    def go_on(_):
        done.extend(theirs)

    monkeypatch.setattr(postponing.time, "sleep", go_on)
    postponed.takes(PLAIN, Attempt())
    assert list(postponed.in_turn()) == [PLAIN]
    assert done == [DEPOT]


def test_worker_that_was_killed_is_not_waited_for(postponed, ledger, monkeypatch):
    """Not longer than two minutes, that is."""
    Postponed(ledger).begin()
    now = [0.0]

    def wait(seconds):
        now[0] += seconds

    monkeypatch.setattr(postponing.time, "sleep", wait)
    monkeypatch.setattr(postponing.time, "monotonic", lambda: now[0])
    postponed.takes(PLAIN, Attempt())
    assert list(postponed.in_turn()) == [PLAIN]
    assert now[0] == pytest.approx(postponing.GIVE_UP_S, abs=1)
