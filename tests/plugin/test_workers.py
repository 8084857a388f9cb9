"""Workers are started where they pay for themselves."""

from types import SimpleNamespace

import pytest

from conformance.plugin.forking import parent
from conformance.plugin.paying import MOST_WORKERS, crowding
from conformance.plugin.session import Run


def workers(*, latency_ms, crowd=1.0, **options):
    """How many a run would start by itself."""
    settings = SimpleNamespace(**{"workers": "auto", "fuzz": "off", "profile": "core", **options})
    return Run.workers(SimpleNamespace(settings=settings, latency_ms=latency_ms, crowd=crowd))


@pytest.fixture(params=[True, False], ids=["forked", "started"])
def forked(request, monkeypatch):
    """Whether workers are forked, or started from nothing."""
    monkeypatch.setattr(parent, "is_possible", lambda: request.param)
    return request.param


def test_quick_target_has_none(forked):
    """They would only take time to start."""
    assert workers(latency_ms=2.0) == 0


def test_slow_target_has_many(forked):
    """More where they begin sooner, and never more than can be of use."""
    assert workers(latency_ms=100.0) == (MOST_WORKERS if forked else 5)
    assert workers(latency_ms=10_000.0) == MOST_WORKERS


def test_number_grows_with_the_latency(forked):
    """And is never 1, which would save nothing."""
    numbers = [workers(latency_ms=each) for each in range(1, 500)]
    assert numbers == sorted(numbers)
    assert 1 not in numbers


def test_busy_machine_has_fewer(forked):
    """It only looks like a slow target, and each takes longer to start."""
    numbers = [workers(latency_ms=100.0, crowd=each) for each in (1.0, 2.0, 4.0)]
    assert numbers == sorted(set(numbers), reverse=True)
    assert workers(latency_ms=45.0, crowd=4.0) == 0


def test_number_that_was_asked_for_is_taken(forked):
    """Whatever the target is like; and a smoke test is over before any has started."""
    assert workers(latency_ms=1.0, workers=3) == 3
    assert workers(latency_ms=100.0, profile="smoke") == 0


@pytest.mark.parametrize(
    ("wall_s", "cpu_s", "crowd"),
    [(1.0, 0.5, 2.0), (0.1, 0.2, 1.0), (9.0, 0.1, 8.0), (1.0, 0.0, 1.0)],
)
def test_crowding(wall_s, cpu_s, crowd):
    """Never less than an idle machine, and never more than can be believed."""
    assert crowding(wall_s, cpu_s) == crowd
