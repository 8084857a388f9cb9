"""Guilt is read from the wire: what a client's user missed is held against what crossed it."""

import json

import pytest

from conformance.drivers.clients import judging
from conformance.drivers.clients.judging import Look
from conformance.drivers.clients.seen import Seen
from conformance.evidence import Exchange, Request, Response

JSON = (("content-type", "application/json"),)
CONTAINER = {"id": "c", "object": "container", "created_at": 1, "name": "n", "status": "running"}
NEEDED = {"id": "c", "name": "n"}


def exchange(status=200, body=CONTAINER, sent=None, headers=JSON, operation="retrieveContainer"):
    """One exchange, as a recorder keeps it."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    asked = json.dumps(sent).encode() if sent is not None else b""
    return Exchange(
        id="x-1",
        operation=operation,
        request=Request("GET", "http://127.0.0.1/v1/containers/c", JSON, asked),
        response=Response(status, headers, content),
        started_at="",
        elapsed_ms=1.0,
    )


def look(seen, *exchanges):
    """What was seen of one call, with what crossed the wire."""
    return Look("retrieveContainer", seen, exchanges)


RAISED = Seen(error={"class": "APIError", "message": "no", "status": None})


@pytest.mark.parametrize(
    ("crossed", "guilt"),
    [
        ([], "client"),
        ([exchange()], "client"),
        ([exchange(status=500)], "target"),
        ([exchange(status=204, body=b"", headers=())], "target"),
        ([exchange(body=b"{", headers=JSON)], "target"),
        ([exchange(headers=(("content-type", "text/plain"),))], "target"),
        ([exchange(body={**CONTAINER, "created_at": "today"})], "target"),
        ([exchange(body={**CONTAINER, "object": "box"})], "target"),
        (
            [exchange(status=400, operation="createContainerFile", sent={"file": "text"})],
            "client",
        ),
    ],
)
def test_error_is_the_fault_of_who_was_wrong_on_the_wire(crossed, guilt):
    """Of the client, where what it sent was wrong or what came back was right."""
    judgement = judging.shows(look(RAISED, *crossed), NEEDED, {})

    assert (judgement.verdict, judgement.guilt) == ("fails", guilt)


@pytest.mark.parametrize(
    ("status", "headers", "verdict"),
    [
        (429, (*JSON, ("retry-after", "5")), "unreached"),
        (429, JSON, "unreached"),
        (503, (*JSON, ("retry-after", "5")), "unreached"),
        (503, JSON, "fails"),
        (429, (*JSON, ("retry-after", "3600")), "fails"),
    ],
)
def test_throttling_is_no_break_unless_it_asks_for_too_much(status, headers, verdict):
    """What a busy target kept from being seen is not held against it."""
    judgement = judging.shows(look(RAISED, exchange(status=status, headers=headers)), NEEDED, {})

    assert judgement.verdict == verdict


def test_field_that_the_client_hides_is_its_own_loss():
    """The wire had it; where the wire had it not, the target lost it."""
    liked = {"memory_limit": "1g"}
    shown = Seen(value=CONTAINER)
    hidden = judging.shows(look(shown, exchange(body={**CONTAINER, **liked})), NEEDED, liked)
    dropped = judging.shows(look(shown, exchange()), NEEDED, liked)

    assert (hidden.verdict, hidden.guilt) == ("loses", "client")
    assert (dropped.verdict, dropped.guilt) == ("loses", "target")


def test_wrong_id_is_the_fault_of_who_said_it():
    """A needed field that differs is a failure, not a loss."""
    other = Seen(value={**CONTAINER, "id": "d"})
    target = judging.shows(look(other, exchange(body={**CONTAINER, "id": "d"})), NEEDED, {})
    client = judging.shows(look(other, exchange()), NEEDED, {})

    assert (target.verdict, target.guilt) == ("fails", "target")
    assert (client.verdict, client.guilt) == ("fails", "client")


def test_refusal_that_tells_another_status_loses_it():
    """A 404 that is told as 500 is the client's own loss."""
    error = {"message": "gone", "type": "t", "param": None, "code": None}
    seen = Seen(error={"class": "APIError", "status": 500, "message": "gone"})
    judgement = judging.refused(look(seen, exchange(status=404, body={"error": error})))

    assert (judgement.verdict, judgement.guilt) == ("loses", "client")
    assert "404" in judgement.says


def test_program_that_broke_is_our_own_fault():
    """And never the target's."""
    judgement = judging.shows(look(Seen(broken="it ended"), exchange(status=500)), NEEDED, {})

    assert (judgement.verdict, judgement.guilt) == ("error", "suite")
