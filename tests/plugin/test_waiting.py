"""Waiting for what a target shows later."""

import itertools
from types import SimpleNamespace

import pytest

from conformance.errors import Failure
from conformance.plugin import waiting
from conformance.plugin.waiting import wait

ABOUT = "container.list.shows-the-created"


class Clock:
    """Time that passes only while somebody sleeps."""

    now = 0.0

    def sleep(self, seconds):
        """Let time pass."""
        self.now += seconds

    def monotonic(self):
        """The seconds that have passed."""
        return self.now


@pytest.fixture
def clock(monkeypatch):
    """The only clock of `waiting`."""
    clock = Clock()
    monkeypatch.setattr(waiting, "time", clock)
    return clock


@pytest.fixture
def bench():
    """As much of a bench as a wait needs; lists may lag by 10 s."""
    notes = {}
    return SimpleNamespace(
        ledger=SimpleNamespace(noted=notes.get, note=notes.__setitem__),
        settings=SimpleNamespace(consistency=10.0),
        record=SimpleNamespace(consistency_s=0.0),
    )


def shown_after(clock, seconds):
    """A check that holds from that time on."""

    def check():
        if clock.now < seconds:
            raise Failure("it", "nothing yet")
        return "seen"

    return check


@pytest.mark.parametrize("seconds", [0, 0.06, 3, 9.9, 10])
def test_what_comes_within_the_lag_is_seen_and_its_time_recorded(clock, bench, seconds):
    """A list may lag as long as is allowed, to the end."""
    assert wait(bench, shown_after(clock, seconds), about=ABOUT) == "seen"
    assert seconds <= bench.record.consistency_s <= 10


def test_what_comes_later_fails_and_the_next_wait_is_short(clock, bench):
    """Whoever has waited in vain waits two seconds the next time."""
    with pytest.raises(Failure, match="nothing yet"):
        wait(bench, shown_after(clock, 11), about=ABOUT)
    assert clock.now == pytest.approx(10)
    with pytest.raises(Failure):
        wait(bench, shown_after(clock, 99), about=ABOUT)
    assert clock.now == pytest.approx(12)


def test_a_wait_can_last_longer_than_lists_lag(clock, bench):
    """Another second has to begin, however quick the lists are."""
    bench.settings.consistency = 0.0
    with pytest.raises(Failure):
        wait(bench, shown_after(clock, 0.5), about=ABOUT)
    assert wait(bench, shown_after(clock, 1), about=ABOUT, at_least=1.5) == "seen"


def test_looks_become_more_seldom(clock):
    """A few looks in the first second, then one each second and a half."""
    seen = [clock.now for _ in waiting.looks(10)]
    pauses = [later - sooner for sooner, later in itertools.pairwise(seen)]
    assert seen[0] == 0
    assert seen[-1] == pytest.approx(10)
    assert pauses[:-1] == sorted(pauses[:-1])
    assert max(pauses) <= waiting.LONGEST_LOOK_S
    assert len(seen) < 20
