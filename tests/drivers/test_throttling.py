"""A target that asks for a rest gets it, within bounds."""

import math
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from conformance.drivers import wire
from conformance.errors import LimitReached, NoRoom, Untestable

BUSY, AWAY = "429 Too Many", "503 Unavailable"


def _after(seconds):
    return [("Retry-After", str(seconds))]


@pytest.mark.parametrize("status", [BUSY, AWAY])
def test_rest_is_given(api, server, say, naps, status):
    """The request is sent again after the seconds that were asked for."""
    server.answers = [say(b"{}", status, _after(3)), say(b'{"a": 1}')]

    exchange = api.list_containers()

    assert exchange.json == {"a": 1}
    assert naps == [3]
    assert [each.throttled for each in api.wire.exchanges] == [True, False]


def test_rest_is_really_waited(api, server, say):
    """With the clock of this machine."""
    server.answers = [say(b"{}", BUSY, _after("0.3")), say()]
    began = time.monotonic()
    api.list_containers()

    assert 0.3 <= time.monotonic() - began < 1.5
    assert api.wire.ledger.count("waited_s") == pytest.approx(0.3, abs=0.1)
    assert api.wire.ledger.count("throttled") == 1


def test_rest_until_a_date_is_given(api, server, say, naps):
    """As HTTP allows it."""
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=5), usegmt=True)
    server.answers = [say(b"{}", BUSY, _after(until)), say()]
    api.list_containers()

    assert 3 <= naps[0] <= 5
    assert len(server.heard) == 2


@pytest.mark.parametrize("odd", [None, "soon", "1e", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_pause_grows_where_nobody_says_how_long(api, server, say, naps, odd):
    """Each is about twice the one before."""
    server.answers = [say(b"{}", BUSY, _after(odd) if odd else [])] * 4 + [say()]
    api.list_containers()

    assert len(naps) == 4
    for number, seconds in enumerate(naps):
        assert 0.8 <= seconds / (wire.FIRST_PAUSE_S * 2**number) <= 1.2


def test_unavailable_without_a_rest_is_an_answer(api, server, say, naps):
    """A 503 that does not say when to come back is judged as it is."""
    server.answers = [say(b"{}", AWAY)]
    exchange = api.list_containers()

    assert (exchange.status, exchange.throttled, naps) == (503, False, [])


@pytest.mark.parametrize("seconds", [61, 3600, "9" * 20, "inf", "1e300"])
def test_long_rest_is_cut_to_a_minute(api, server, say, naps, seconds):
    """After sixty seconds the request is sent once more, and nothing is held against anybody."""
    server.answers = [say(b"{}", BUSY, _after(seconds))]
    with pytest.raises(Untestable, match="throttles without end"):
        api.list_containers()

    assert naps == [60]
    assert len(server.heard) == 2


@pytest.mark.parametrize("seconds", [30, 20, 7, 1])
def test_rests_end(api, server, say, naps, seconds):
    """All rests of one request together take a minute at most."""
    server.answers = [say(b"{}", BUSY, _after(seconds))]
    with pytest.raises(Untestable):
        api.list_containers()

    assert sum(naps) == 60
    assert len(server.heard) == math.ceil(60 / seconds) + 1


@pytest.mark.parametrize("seconds", [0, "0.0", "-5", "nan"])
def test_rest_of_no_time_is_no_invitation_to_hurry(api, server, say, naps, seconds):
    """A target that asks for no rest and throttles on is not asked a thousand times."""
    server.answers = [say(b"{}", BUSY, _after(seconds))]
    with pytest.raises(Untestable):
        api.list_containers()

    assert len(server.heard) < 30


def test_second_wait_in_vain_is_short(api, server, say, naps):
    """Where a minute did not help, the next request of that operation waits two seconds."""
    server.answers = [say(b"{}", BUSY, _after(1))]
    with pytest.raises(Untestable):
        api.list_containers()
    first = len(server.heard)
    with pytest.raises(Untestable):
        api.list_containers()

    assert len(server.heard) - first == wire.SHORT_WAIT_S + 1


def test_creation_without_end_finds_no_room(api, server, say, naps):
    """Its case may come again when others have given theirs back."""
    server.answers = [say(b"{}", BUSY, _after(30))]
    with pytest.raises(NoRoom, match="throttles without end"):
        api.create_container(name="n")

    assert not api.wire.ledger.owed()


def test_throttled_creation_is_held_once(api, server, say, naps):
    """What was refused for lack of room is no container; what came at last is one."""
    server.answers = [say(b"{}", BUSY), say(b"{}", BUSY), say(b'{"id": "cntr_1"}')]
    api.create_container(name="n")

    assert [each.id for each in api.wire.ledger.owed()] == ["cntr_1"]
    assert api.wire.ledger.count("containers") == 1
    assert not api.wire.ledger.is_paced  # a quota on containers holds nobody else up


def test_waiting_is_no_way_around_the_limits(make_api, server, say):
    """Each repeat is a request, and the time of the run goes on."""
    api = make_api(limits={"requests": 3})
    server.answers = [say(b"{}", BUSY, _after("0.01"))]
    with pytest.raises(LimitReached, match="--max-requests"):
        api.list_containers()
    assert len(server.heard) == 3

    api = make_api(limits={"duration_s": 0.0})
    with pytest.raises(LimitReached, match="--max-duration"):
        api.list_containers()
    assert len(server.heard) == 3


def test_rate_is_kept(make_api, server, say):
    """Ten a second take a tenth of a second each."""
    api = make_api(limits={"rps": 20.0})
    server.answers = [say()]
    began = time.monotonic()
    for _ in range(5):
        api.list_containers()

    assert 0.15 <= time.monotonic() - began < 1.5
