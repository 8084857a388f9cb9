"""Limits hold exactly, however many ask at once."""

import stat
import threading
import time

import pytest

from conformance.errors import LimitReached, UsageError
from conformance.ledger import Ledger, Limits

THREADS = 8


def _in_threads(act):
    """How often *act* came through before `LimitReached`, over all threads together."""
    done = []

    def work():
        try:
            while True:
                act()
                done.append(1)
        except LimitReached as reached:
            limits.add(reached.limit)

    limits = set()
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(done), limits


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_requests_are_counted_exactly_over_threads(book, limit):
    """Eight threads on one book never pass the limit, and never stop short of it."""
    ledger = book(requests=limit)

    assert _in_threads(ledger.spend_request) == (limit, {"--max-requests"})
    assert ledger.count("requests") == limit


def test_counters_are_looked_up_together(book):
    """Several counters come in the order asked for, 0 for what was never counted."""
    ledger = book()
    ledger.add("throttled", 2)

    assert ledger.counts("never", "throttled", "requests") == [0.0, 2.0, 0.0]


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_containers_are_counted_exactly_over_threads(book, limit):
    """The same for containers, whose entries are as many."""
    ledger = book(containers=limit)

    asked = _in_threads(lambda: ledger.ask("container", "a", "case"))

    assert asked == (limit, {"--max-containers"})
    assert len(ledger.entries("asked")) == limit


def test_limit_is_told_as_whose_it_is(book):
    """Raising an option helps only where the option was what bound the run."""
    given = Limits(3, 9, 60.0).within("the plan's", containers=5, requests=1, duration_s=60.0)
    ledger = book()
    ledger.limits = given
    ledger.spend_request()

    with pytest.raises(LimitReached, match=r"^the plan's bound of 1 requests was reached$"):
        ledger.spend_request()
    for _ in range(3):
        ledger.ask("container", "a", "case")
    with pytest.raises(LimitReached, match=r"^--max-containers was reached$"):
        ledger.ask("container", "a", "case")
    with pytest.raises(LimitReached, match=r"^--max-duration was reached$"):
        ledger.check_duration(61.0)


def test_limits_hold_over_processes(book, processes):
    """Four processes spend exactly what is allowed, requests and containers."""
    said = processes(
        """
spent = made = 0
try:
    while True:
        ledger.ask("container", "a", "case")
        made += 1
except LimitReached:
    pass
try:
    while True:
        ledger.spend_request(cleaning=True)
        spent += 1
except LimitReached:
    print(made, spent)
""",
        containers=30,
        requests=200,
    )
    counts = [tuple(map(int, each.split())) for each in said]

    assert sum(made for made, _ in counts) == 30
    assert sum(spent for _, spent in counts) == 200
    assert book().count("containers") == 30


def test_files_are_no_containers(book):
    """What is kept by the Files API does not count against ``--max-containers``."""
    ledger = book(containers=0)

    assert ledger.ask("file", None, "case")
    with pytest.raises(LimitReached, match="--max-containers"):
        ledger.ask("container", "a", "case")


def test_refused_creation_costs_nothing(book):
    """A container that the target refused leaves its place to another."""
    ledger = book(containers=1)
    for _ in range(3):
        ledger.refuse(ledger.ask("container", "a", "case"))
    ledger.refuse(ledger.ask("file", None, "case"))

    assert ledger.count("containers") == 0
    assert ledger.owed() == []


@pytest.mark.parametrize("held", [0, 1, 3, 9])
def test_deletions_are_reserved(book, held):
    """Ordinary requests leave one request for each container that is held."""
    ledger = book(requests=10)
    for number in range(held):
        ledger.hold(ledger.ask("container", "a", "case"), f"cntr_{number}")
    spent, _ = _in_threads(ledger.spend_request)
    assert spent == 10 - held

    for number in range(held):
        ledger.spend_request(cleaning=True)
        ledger.delete(f"cntr_{number}")
    with pytest.raises(LimitReached):
        ledger.spend_request(cleaning=True)


@pytest.mark.parametrize("limit", range(1, 8))
def test_creations_reserve_their_own_deletion(book, limit):
    """Whatever is created under the limit can be deleted under the limit."""
    ledger = book(requests=limit)
    while True:
        number = ledger.ask("container", "a", "case")
        try:
            ledger.spend_request()
        except LimitReached:
            ledger.refuse(number)
            break
        ledger.hold(number, f"cntr_{number}")

    for entry in ledger.owed():
        ledger.spend_request(cleaning=True)
        ledger.delete(entry.id)
    assert ledger.owed() == []
    assert ledger.count("requests") <= limit


def test_duration_ends_ordinary_requests_only(book):
    """When the time is over, only what deletes may go on."""
    ledger = book(duration_s=0.05)
    ledger.spend_request()
    time.sleep(0.06)

    with pytest.raises(LimitReached, match="--max-duration was reached"):
        ledger.spend_request()
    ledger.spend_request(cleaning=True)
    assert ledger.count("requests") == 2


def test_duration_counts_from_the_first_worker(book):
    """A worker that opens the book late does not begin anew."""
    book(duration_s=0.05)
    time.sleep(0.06)

    with pytest.raises(LimitReached, match="--max-duration"):
        book(duration_s=0.05).check_duration()


def test_rate_gives_each_request_a_slot_of_its_own(book):
    """At ten a second the fifth waits four tenths of a second, whoever asks."""
    first, second = book(rps=10.0), book(rps=10.0)
    waits = [each.pace() for each in (first, second, first, second, first)]

    assert first.is_paced
    assert waits == pytest.approx([0, 0.1, 0.2, 0.3, 0.4], abs=0.05)


def test_pause_holds_everyone(book):
    """A rest that one worker was asked for is every worker's."""
    first, second = book(), book()
    assert not second.is_paced

    first.pause(0.2)

    assert second.is_paced
    assert second.pace() == pytest.approx(0.2, abs=0.05)
    assert second.count("throttled") == 1


def test_shorter_pause_does_not_end_a_longer(book):
    """Of two rests the longer counts."""
    ledger = book()
    ledger.pause(0.3)
    ledger.pause(0.05)

    assert ledger.pace() == pytest.approx(0.3, abs=0.05)
    assert ledger.count("throttled") == 2


def test_pause_ends(book):
    """After the rest nobody waits any more."""
    ledger = book()
    ledger.pause(0.02)
    time.sleep(0.03)

    assert not ledger.is_paced
    assert ledger.pace() == 0


def test_book_is_its_owners_only(book):
    """Nobody else may read what was created."""
    assert stat.S_IMODE(book().path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["absent/ledger.sqlite", "."])
def test_unwritable_book_is_a_wrong_call(tmp_path, name):
    """And says how to mend it."""
    with pytest.raises(UsageError, match="give another --report-dir"):
        Ledger(tmp_path / name, Limits(1, 1, 1.0))


def test_transaction_that_fails_leaves_no_trace(book):
    """Nothing of it is kept, and the book can be used on."""
    ledger = book()
    number = ledger.ask("container", "a", "case")

    def break_off():
        with ledger.transaction() as db:
            db.execute("DELETE FROM entries")
            raise KeyError

    with pytest.raises(KeyError):
        break_off()

    assert [each.number for each in ledger.entries("asked")] == [number]
