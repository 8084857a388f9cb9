"""A soak sees what it is there to see."""

import functools
import random
import textwrap

import pytest
from hypothesis.internal.cache import LRUCache, LRUReusedCache

from tests.soak import run
from tests.soak.faults import BREAKS, CONFORMS, FAULTS, Fault
from tests.soak.memory import held_mib
from tests.soak.provider import Provider


@pytest.fixture
def provider():
    """A target with other people's containers in it."""
    one = Provider()
    with one.watched.serving():
        one.fill()
        yield one


def test_account_as_before_is_fine(provider):
    """Looking changes nothing itself."""
    assert provider.wrongs() == []
    assert provider.wrongs() == []


def test_container_that_was_left_is_seen(provider):
    """By its id."""
    made = provider.watched.ask("POST", "/containers", json={"name": "ours"})
    assert provider.wrongs() == [f"left {made['id']}"]


@pytest.mark.parametrize(
    ("method", "told"), [("DELETE", ["named", "deleted"]), ("GET", ["named", "touched"])]
)
def test_foreign_container_that_was_touched_is_seen(provider, method, told):
    """Deleting one, and also only reading one, which prolongs its life and its price."""
    id_ = next(iter(provider.foreign))
    provider.foreign[id_]["last_active_at"] -= 1 if method == "GET" else 0  # a second has passed
    provider.watched.ask(method, f"/containers/{id_}")
    assert provider.wrongs() == [f"{each} {id_}" for each in told]


def test_growth_is_blamed(provider, tmp_path):
    """Memory by its quarters, files by their number; what stays as it is is not."""
    soak = run.Soak(provider, tmp_path, random.Random(1))
    run.tell(soak, "flat", [50.0] * 8, [4] * 8, [60.0] * 8)
    assert soak.wrongs == []

    run.tell(soak, "grown", [50.0 + 5 * at for at in range(8)], [4, 4, 4, 9], [60.0] * 8)
    assert [each.partition(" has")[0].partition(" have")[0] for each in soak.wrongs] == [
        "grown: the suite",
        "grown: open files",
    ]


#: A process that is asked for runs, and does something with memory instead.
STANDS_IN = """
import functools, io, os, sys, threading
from tests.soak import runner

held = []

@functools.lru_cache(maxsize=64)
def filling(number):
    return bytearray(b"x") * 2**19

def main(arguments):
    {does}
    return 0

runner.main = main
runner.serve(sys.stdin, os.fdopen(os.dup(1), "w"))
"""

#: 2 MiB more each time, in small pieces that are given back but for the last, which pins the heap.
FREES = """
    pieces = [b"x" * (1000 + len(held)) for _ in range(2000 * (len(held) + 1))]
    held.append(pieces[-1])
"""

#: 2 MiB in each of ever more threads, to which the C library would give heaps of their own.
THREADS = """
    gate = threading.Barrier(len(held) + 1)
    def work():
        pieces = [b"x" * (1000 + at) for at in range(2000)]
        gate.wait()
    threads = [threading.Thread(target=work) for _ in range(gate.parties)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    held.append(None)
"""

FILLS = "for number in range(3): filling((len(held), number)); held.append(None)"


def _soaked(provider, directory, does="pass"):
    """What 20 runs of a process that *does* so are blamed for, but for how each has ended."""
    soak = run.Soak(provider, directory, random.Random(1))
    (directory / "temporary").mkdir()
    program = STANDS_IN.format(does=textwrap.dedent(does).strip().replace("\n", "\n    "))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "RUNNER", ("-c", program))
        run.runs(soak, "default", 20)
    return [each.partition(" from")[0] for each in soak.wrongs if "grown" in each]


def test_suite_that_leaks_is_blamed(provider, tmp_path):
    """Half a MiB a run is told after the 20 runs of a soak."""
    leaks = "held.append(bytearray(b'x') * 2**19)"
    assert _soaked(provider, tmp_path, leaks) == ["default: the suite has grown"]


def test_reference_that_leaks_is_blamed(provider, tmp_path, monkeypatch):
    """A MiB for each of the faults is told as well."""
    held = []

    def leaks(app):
        held.append(bytearray(b"x") * 2**20)
        return app

    monkeypatch.setattr(run, "FAULTS", [Fault("leaks", leaks, CONFORMS)])
    assert _soaked(provider, tmp_path) == ["default: the reference has grown"]


@pytest.mark.parametrize("does", [FREES, FILLS, THREADS], ids=["frees", "fills", "threads"])
def test_memory_that_can_be_had_back_is_no_leak(provider, tmp_path, does):
    """What was freed and the C library keeps, and a cache that fills up to its bound."""
    assert _soaked(provider, tmp_path, does) == []


def test_caches_without_a_bound_are_not_emptied():
    """They are what a leak looks like; those of Hypothesis have a bound, as `lru_cache` has."""
    bounded, unbounded = functools.lru_cache(maxsize=9)(str), functools.cache(str)
    theirs = [LRUReusedCache(9), LRUCache(9)]
    bounded(1)
    unbounded(1)
    for each in theirs:
        each[1] = "1"

    held_mib()

    assert bounded.cache_info().currsize == 0
    assert unbounded.cache_info().currsize == 1
    assert [len(each) for each in theirs] == [0, 0]


def test_faults_are_of_both_kinds():
    """Some must come to a green run and some to a red one, or sameness would show nothing."""
    assert {each.status for each in FAULTS} == {CONFORMS, BREAKS}
