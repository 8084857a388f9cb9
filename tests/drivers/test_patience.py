"""A target that does not answer is not asked for ever; what may be another's is not named."""

import json

import pytest

from conformance.drivers import caution
from conformance.drivers.patience import IN_A_ROW, OF_ANY, Patience
from conformance.errors import Unreachable, Untestable


def _silent(peer):
    peer.settimeout(5)
    peer.recv(1)


@pytest.fixture
def hasty(make_api):
    """An API that waits for a tenth of a second."""
    return make_api(timeout_s=0.1)


def _ask(api, times):
    for _ in range(times):
        with pytest.raises(Unreachable):
            api.list_containers()


def test_silent_operation_is_asked_no_more(hasty, server):
    """After a few requests without an answer nothing is sent."""
    server.answers = [_silent]

    _ask(hasty, IN_A_ROW + 4)

    assert len(server.heard) == IN_A_ROW


def test_answer_in_time_renews_the_patience(hasty, server, say):
    """Only requests in a row count."""
    server.answers = [_silent, say(), _silent, say(), _silent, say(), _silent, say()]

    for _ in range(4):
        _ask(hasty, 1)
        assert hasty.list_containers().ok


def test_silent_target_is_asked_no_more(hasty, server):
    """Several operations that are silent in a row are the target's silence."""
    server.answers = [_silent]
    hasty.wire.ledger.make_up("cntr_1")
    _ask(hasty, IN_A_ROW)

    for _ in range(4):
        with pytest.raises(Unreachable):
            hasty.retrieve_container("cntr_1")

    assert len(server.heard) == OF_ANY


def test_clean_up_is_patient_again(hasty, server, say):
    """What was given up is asked again once the patience is renewed."""
    server.answers = [_silent] * IN_A_ROW + [say()]
    _ask(hasty, IN_A_ROW + 1)

    Patience.renew(hasty.wire.ledger)

    assert hasty.list_containers().ok


def _created(say, **fields):
    return say(json.dumps({"id": "cntr_theirs", "object": "container", **fields}).encode())


def test_anothers_container_is_not_named(api, server, say):
    """A creation that answers a container of another name gives us no right to it."""
    server.answers = [_created(say, name="theirs"), say(b'{"data": []}')]

    api.create_container(name=api.name("mine"))

    with pytest.raises(Untestable, match="another's"):
        api.delete_container("cntr_theirs")
    assert [each.state for each in api.wire.ledger.owed()] == ["doubtful"]


def test_container_that_is_listed_under_its_name_is_ours(api, server, say):
    """Where only the creation answers another name, the list tells that it is ours."""
    name = api.name("mine")
    listed = json.dumps({"data": [{"id": "cntr_theirs", "name": name}]}).encode()
    server.answers = [_created(say, name="theirs"), say(listed), say()]

    api.create_container(name=name)

    assert api.delete_container("cntr_theirs").ok


def test_container_that_was_there_before_is_not_named(api, server, say):
    """What was listed before anything was made is another's, whatever a creation answers."""
    name = api.name("mine")
    caution.note_foreign(api.wire.ledger, ["cntr_theirs", None])
    server.answers = [_created(say, name=name)]

    api.create_container(name=name)

    with pytest.raises(Untestable, match="another's"):
        api.retrieve_container("cntr_theirs")


@pytest.mark.parametrize("id_", [".", "..", "a" * 70_000])
def test_id_that_fits_no_address_is_not_named(api, server, say, id_):
    """Dots would lead elsewhere, and a URL has an end."""
    server.answers = [say(json.dumps({"id": id_}).encode())]
    api.create_container(name=api.name("mine"))

    with pytest.raises(Untestable, match="can't stand in an address"):
        api.delete_container(id_)


def test_key_that_is_given_for_anothers_is_not_written_down(make_api, server, say):
    """Neither by a list of what was there before, nor under another name than was sent."""
    api = make_api(mask=lambda text: text.replace("sk-secret", "[masked]"))
    caution.note_foreign(api.wire.ledger, ["sk-secret-1"])
    server.answers = [_created(say, id="sk-secret-2", name="theirs"), say(b'{"data": []}')]

    api.create_container(name=api.name("mine"))

    for id_ in ("sk-secret-1", "sk-secret-2"):
        with pytest.raises(Untestable, match="another's"):
            api.retrieve_container(id_)
    assert [each.id for each in api.wire.ledger.owed()] == [None]
    written = api.wire.ledger.path.parent.glob(f"{api.wire.ledger.path.name}*")
    assert not any(b"sk-secret" in each.read_bytes() for each in written)


def test_key_that_is_given_as_an_id_is_not_written_down(make_api, server, say):
    """It may be used in this process, but the ledger is a file."""
    api = make_api(mask=lambda text: text.replace("sk-secret", "[masked]"))
    server.answers = [_created(say, id="sk-secret"), say()]

    api.create_container(name=api.name("mine"))

    assert api.delete_container("sk-secret").ok
    assert [each.id for each in api.wire.ledger.owed()] == [None]
