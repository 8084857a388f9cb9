"""What is shared is made once a run."""

import pytest

from conformance.errors import Failure, LimitReached, NoRoom, Unsupported, Untestable
from conformance.ledger import Shared, shared


@pytest.fixture
def things(book):
    """What one worker shares with the others."""
    return Shared(book())


def test_thing_is_made_once_over_processes(processes, book):
    """Three of four processes wait for the one that makes it, and all get the same."""
    said = processes(
        """
def make():
    ledger.add("made", 1)
    time.sleep(0.2)
    return {"by": ["somebody", 1, None]}
print(Shared(ledger).get("thing", make))
"""
    )

    assert set(said) == {"{'by': ['somebody', 1, None]}"}
    assert book().count("made") == 1


def test_failure_is_retried_once_over_processes(processes, book):
    """Two processes try, the others are told why it can't be had."""
    said = processes(
        """
def make():
    ledger.add("made", 1)
    raise Untestable("no room", blame="a.b.c")
try:
    Shared(ledger).get("thing", make)
except Untestable as signal:
    print(signal.reason, signal.blame)
"""
    )

    assert set(said) == {"no room a.b.c"}
    assert book().count("made") == 2


def test_what_found_no_room_is_made_by_whoever_asks_later(things):
    """However often there was none."""
    for _ in range(3):
        with pytest.raises(NoRoom, match="four live"):
            things.get("thing", _raising(NoRoom("four live")))

    assert things.get("thing", lambda: "made") == "made"


def _raising(error):
    def make():
        raise error

    return make


ERRORS = {
    "signal": (Unsupported("no files", blame="a.b"), {"reason": "no files", "blame": "a.b"}),
    "failure": (Failure("a", "b"), {"reason": "wanted a, got b", "blame": None}),
    "fault": (ValueError("x"), {"reason": "making the thing broke off", "blame": None}),
    "interrupt": (KeyboardInterrupt(), {"reason": "making the thing broke off", "blame": None}),
    "limit": (LimitReached("--x"), {"reason": "making the thing broke off", "blame": None}),
}


@pytest.mark.parametrize(("error", "told"), ERRORS.values(), ids=ERRORS)
def test_failure_is_told_to_all_later_users(things, error, told):
    """The maker sees its own error, the others that it can't be had."""
    for _ in range(shared.TRIES):
        with pytest.raises(type(error)):
            things.get("thing", _raising(error))

    with pytest.raises(Untestable) as caught:
        things.get("thing", lambda: "too late")
    assert {"reason": caught.value.reason, "blame": caught.value.blame} == told
    assert things.peek("thing") is None


def test_second_try_can_succeed(things):
    """What failed once is had by all once it was made."""
    with pytest.raises(Untestable):
        things.get("thing", _raising(Untestable("not yet")))

    assert things.get("thing", lambda: [1]) == [1]
    assert things.get("thing", lambda: [2]) == [1]
    assert things.peek("thing") == [1]


def test_names_are_apart(things):
    """Two things are made apart."""
    assert things.get("a", lambda: 1) == 1
    assert things.get("b", lambda: 2) == 2
    assert things.peek("c") is None


def test_last_user_is_told(things):
    """Only the last of those that were expected may let it go."""
    things.expect("thing", 3)
    things.expect("thing", 99)  # a second worker says it again; the first counts
    things.get("thing", lambda: 1)

    assert [things.done("thing") for _ in range(3)] == [False, False, True]


def test_last_user_of_what_was_never_made_has_nothing_to_delete(things):
    """Where the making failed, nothing is let go."""
    things.expect("thing", 1)
    with pytest.raises(Untestable):
        things.get("thing", _raising(Untestable("no")))

    assert not things.done("thing")


def test_thing_that_nobody_expects_never_goes(things):
    """Without users told beforehand there is no last one."""
    things.get("thing", lambda: 1)

    assert not things.done("thing")
    assert not things.done("unknown")


@pytest.fixture
def making(things):
    """Leaves a thing as somebody has it who is about to make it, tried so many times."""

    def leave(tries=1):
        with things._ledger.transaction() as db:
            db.execute(
                "INSERT INTO shared (name, state, tries) VALUES ('thing', 'making', ?)", (tries,)
            )

    return leave


def test_waiting_for_another_worker_ends(things, making, monkeypatch):
    """A worker that never comes to an end of making does not hold the others for ever."""
    monkeypatch.setattr(shared, "GIVE_UP_S", 0.1)
    making()

    with things._alone("thing"), pytest.raises(Untestable, match="did not finish making the thing"):
        things.get("thing", lambda: 1)


def test_killed_maker_is_replaced_at_once(things, making):
    """Another worker makes it, as after any first failure, without waiting."""
    making()
    assert things.get("thing", lambda: 1) == 1


def test_thing_whose_makers_are_all_killed_can_not_be_had(things, making):
    """Whoever waits is told why."""
    making(shared.TRIES)
    with pytest.raises(Untestable, match="who made the thing was killed"):
        things.get("thing", lambda: 1)


def test_loss_of_what_was_made_is_told_to_all_who_need_it(things):
    """With what is gone, once it can't be made anew either."""
    things.get("stock", lambda: {"id": "one"})
    things.forget("stock", "the container of the stock")
    things.get("stock", lambda: {"id": "two"})
    things.forget("stock", "the container of the stock")

    with pytest.raises(Untestable, match=r"container of the stock.*nobody has deleted it"):
        things.get("stock", lambda: {"id": "three"})
