"""The book knows what was created, and what has become of it."""

import pytest


def test_entry_goes_from_asked_to_deleted(book):
    """It is owed from before it is asked for until it is known to be gone."""
    ledger = book()
    number = ledger.ask("container", "a name", "case#1")
    assert [(each.id, each.name, each.state) for each in ledger.owed()] == [
        (None, "a name", "asked")
    ]

    ledger.hold(number, "cntr_1")
    assert [(each.id, each.state) for each in ledger.owed()] == [("cntr_1", "held")]

    ledger.delete("cntr_1")
    assert ledger.owed() == []
    assert [each.id for each in ledger.entries("deleted")] == ["cntr_1"]


def test_doubtful_entry_is_owed(book):
    """What may not be ours is still to be looked at."""
    ledger = book()
    ledger.hold(ledger.ask("container", "a", "case"), "cntr_1", doubtful=True)

    assert [each.state for each in ledger.owed()] == ["doubtful"]


def test_owed_is_told_by_case(book):
    """Each case deletes its own, the run deletes all."""
    ledger = book()
    for case in ("a#1", "b#1", "a#1"):
        ledger.ask("container", None, case)

    assert len(ledger.owed(case="a#1")) == 2
    assert len(ledger.owed(case="a#2")) == 0
    assert len(ledger.owed()) == 3


def test_other_workers_know_what_one_has_created(book):
    """Whoever opens the book may name it, also once it is deleted."""
    first, second = book(), book()
    number = first.ask("container", "a", "case")
    assert not second.knows("cntr_1")

    first.hold(number, "cntr_1")
    assert second.knows("cntr_1")

    first.delete("cntr_1")
    assert first.knows("cntr_1")


@pytest.mark.parametrize("id_", ["cntr_other", "", "%", "cntr_1 ", "CNTR_1", "' OR 1=1 --"])
def test_foreign_id_is_not_known(book, id_):
    """Only the very id that was created is known."""
    ledger = book()
    ledger.hold(ledger.ask("container", "a", "case"), "cntr_1")

    assert not ledger.knows(id_)


def test_made_up_id_is_known_where_it_was_made_up(book):
    """A process may name what it has invented; another has not."""
    first, second = book(), book()

    assert first.make_up("cntr_invented") == "cntr_invented"
    assert first.knows("cntr_invented")
    assert not second.knows("cntr_invented")
    assert first.owed() == []


def test_book_outlives_its_process(book, processes):
    """What a killed process has held is owed by whoever opens the book next."""
    processes(
        """
ledger.hold(ledger.ask("container", "a", "case"), "cntr_1")
import os, signal
sys.stdout.flush()
os._exit(0)
""",
        count=1,
    )

    assert [each.id for each in book().owed()] == ["cntr_1"]


def test_notes_are_read_by_all(book):
    """What one worker has found out the others need not."""
    first, second = book(), book()
    assert second.noted("plan") is None

    first.note("plan", "a")
    first.note("plan", "b")
    first.confirm("a.b.c")
    first.confirm("a.b.c")

    assert second.noted("plan") == "b"
    assert second.confirmed() == {"a.b.c"}
    assert second.count("nothing") == 0
