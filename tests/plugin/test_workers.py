"""Workers are started where they pay for themselves."""

from types import SimpleNamespace

import pytest

from conformance.plugin.session import Run, crowding


def workers(*, latency_ms, crowd=1.0, **options):
    """How many a run would start by itself."""
    settings = SimpleNamespace(**{"workers": "auto", "fuzz": "off", "profile": "core", **options})
    return Run.workers(SimpleNamespace(settings=settings, latency_ms=latency_ms, crowd=crowd))


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({"latency_ms": 1.0}, 0),
        ({"latency_ms": 100.0}, 5),
        ({"latency_ms": 10_000.0}, 8),
        ({"latency_ms": 100.0, "profile": "smoke"}, 0),
        ({"latency_ms": 100.0, "workers": 3}, 3),
        ({"latency_ms": 100.0, "crowd": 2.0}, 2),
        ({"latency_ms": 45.0, "crowd": 4.0}, 0),
    ],
)
def test_number_follows_what_requests_and_starts_take(given, number):
    """A slow target calls for more, a busy machine for fewer: it only looks like a slow target."""
    assert workers(**given) == number


@pytest.mark.parametrize(
    ("wall_s", "cpu_s", "crowd"),
    [(1.0, 0.5, 2.0), (0.1, 0.2, 1.0), (9.0, 0.1, 8.0), (1.0, 0.0, 1.0)],
)
def test_crowding(wall_s, cpu_s, crowd):
    """Never less than an idle machine, and never more than can be believed."""
    assert crowding(wall_s, cpu_s) == crowd
