"""Threads of one worker share a ledger with those of other workers."""

from concurrent.futures import ThreadPoolExecutor

ROUNDS = 300
NAMES = [f"of thread {at}" for at in range(4)]


def test_reading_keeps_no_other_thread_from_writing(book):
    """While one thread reads many rows, another writes what a second worker has changed, too."""
    ours, theirs = book(), book()

    def read():
        for _ in range(ROUNDS):
            ours.counts(*NAMES)
            ours.entries("asked")

    def write(ledger, name):
        for at in range(ROUNDS):
            ledger.add(name, 1)
            ledger.ask("file", f"{name} {at}", "case#1")

    with ThreadPoolExecutor(len(NAMES)) as pool:
        jobs = [pool.submit(read), pool.submit(read), pool.submit(write, ours, NAMES[0])]
        jobs.append(pool.submit(write, theirs, NAMES[1]))
        for each in jobs:
            each.result()

    assert ours.counts(*NAMES[:2]) == [ROUNDS, ROUNDS]
    assert len(ours.entries("asked")) == 2 * ROUNDS
