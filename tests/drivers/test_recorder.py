"""The recorder passes on what a client and a target say, and keeps key, ledger and limits."""

import contextlib
import socket
import time

import httpx
import pytest

from conformance.drivers import Credential
from conformance.drivers.clients.recorder import Keys, Recorder
from conformance.drivers.clients.tape import Tape

OURS = {"Authorization": "Bearer sk-of-the-recorder"}


@pytest.fixture
def record(make_api, server):
    """Starts a recorder in front of the server; yields it and its tape."""
    opened = []

    def start(**options):
        api = make_api(**options)
        tape = Tape("client")
        wrong = Credential("wrong", (("Authorization", "Bearer sk-never-issued"),))
        keys = Keys("sk-of-the-recorder", "sk-of-a-stranger", api.credential, wrong)
        opened.append(Recorder(api.wire, keys, tape))
        tape.begin()
        return opened[-1], tape

    yield start
    for each in opened:
        each.close()


def test_key_of_the_target_is_never_with_the_client(record, server, say):
    """What the client sends as its key is changed for the target's on the way."""
    server.answers = [say()]
    recorder, tape = record()

    answer = httpx.get(f"{recorder.base_url}/containers?limit=1", headers=OURS)

    assert answer.status_code == 200
    assert server.heard[0].line == "GET /v1/containers?limit=1 HTTP/1.1"
    assert server.heard[0].header("authorization") == "Bearer sk-own-0123456789abcdef"
    assert [each.operation for each in tape.exchanges] == ["listContainers"]
    assert "authorization" not in {name.lower() for name, _ in tape.exchanges[0].request.headers}


def test_wrong_key_stays_wrong(record, server, say):
    """The key of a stranger becomes one that nobody was given."""
    server.answers = [say(status="401 Unauthorized")]
    recorder, tape = record()

    httpx.get(
        f"{recorder.base_url}/containers", headers={"Authorization": "Bearer sk-of-a-stranger"}
    )

    assert server.heard[0].header("authorization") == "Bearer sk-never-issued"
    assert tape.exchanges[0].credential == "wrong"


def test_nothing_is_sent_for_an_unknown_key(record, server):
    """Whoever finds the port finds no way to the target's account."""
    recorder, tape = record()

    answer = httpx.get(f"{recorder.base_url}/containers", headers={"Authorization": "Bearer x"})

    assert answer.status_code == 401
    assert server.heard == []
    assert tape.exchanges == []


def test_creation_is_in_the_ledger_and_a_strangers_container_is_not_named(record, server, say):
    """What was made is owed; an id that only a list has shown is refused."""
    server.answers = [say(b'{"id": "cntr_made", "name": "n"}')]
    recorder, _ = record()

    httpx.post(f"{recorder.base_url}/containers", headers=OURS, json={"name": "n"})
    refused = httpx.get(f"{recorder.base_url}/containers/cntr_theirs", headers=OURS)
    allowed = httpx.get(f"{recorder.base_url}/containers/cntr_made", headers=OURS)

    owed = recorder.wire.ledger.owed()
    assert [(each.id, each.name) for each in owed] == [("cntr_made", "n")]
    assert (refused.status_code, allowed.status_code) == (400, 200)
    assert len(server.heard) == 2


def test_call_may_cause_so_many_requests_and_no_more(record, server, say):
    """The next is refused without being sent, in a way that no client repeats."""
    server.answers = [say()]
    recorder, tape = record()
    tape.begin(most=2)

    statuses = [
        httpx.get(f"{recorder.base_url}/containers", headers=OURS).status_code for _ in range(4)
    ]

    assert statuses == [200, 200, 400, 400]
    assert tape.is_full
    assert len(server.heard) == 2


def test_limit_of_the_run_is_kept(record, server, say):
    """It is told to the run, and nothing is sent."""
    server.answers = [say()]
    recorder, tape = record(limits={"requests": 1})

    for _ in range(2):
        httpx.get(f"{recorder.base_url}/containers", headers=OURS)

    assert tape.limit == "--max-requests"
    assert len(server.heard) == 1


def test_multipart_body_without_a_length_arrives_whole(record, server, say):
    """As Node's client streams a file."""
    server.answers = [say(b'{"id": "cntr_1", "name": "n"}'), say()]
    recorder, tape = record()
    httpx.post(f"{recorder.base_url}/containers", headers=OURS, json={"name": "n"})

    httpx.post(
        f"{recorder.base_url}/containers/cntr_1/files",
        headers={**OURS, "Content-Type": "multipart/form-data; boundary=x"},
        content=iter([b"--x\r\n", bytes(range(256)), b"--x--"]),
    )

    sent = b"--x\r\n" + bytes(range(256)) + b"--x--"
    assert server.heard[1].header("transfer-encoding") == "chunked"
    assert server.heard[1].header("content-length") is None
    assert server.heard[1].body.endswith(sent)
    assert tape.exchanges[1].request.content == sent


def test_broken_answer_stays_broken(record, server, say):
    """A body that ends too early ends too early for the client as well."""
    server.answers = [lambda peer: (peer.sendall(say(b"{}", length=9)), None)[1]]
    recorder, tape = record()

    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{recorder.base_url}/containers", headers=OURS)
    assert tape.exchanges[0].response.flaw


def test_redirect_leads_back_to_the_recorder(record, server, say):
    """Where the target sends its client to itself, the next request is recorded too."""
    where = ("Location", f"{server.url}/elsewhere")
    server.answers = [say(status="307 Temporary Redirect", headers=[where])]
    recorder, _ = record()

    answer = httpx.get(f"{recorder.base_url}/containers", headers=OURS)

    assert answer.headers["location"] == f"{recorder.base_url}/elsewhere"


def test_answer_keeps_what_a_client_depends_on(record, server):
    """No content type is made up, and an empty answer stays empty."""
    server.answers = [b"HTTP/1.1 204 No Content\r\nx-request-id: r\r\n\r\n"]
    recorder, _ = record()

    answer = httpx.get(f"{recorder.base_url}/containers", headers=OURS)

    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers
    assert answer.headers["x-request-id"] == "r"


def test_nonsense_is_hung_up_on(record):
    """What is no request of HTTP gets no answer that could be one, and nothing breaks."""
    recorder, _ = record()
    host, _, port = recorder.root.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as peer:
        peer.sendall(b"POST /v1/containers HTTP/1.1\r\nContent-Length: -1\r\n\r\n")
        with contextlib.suppress(OSError):
            assert peer.recv(100) == b""


def test_late_answer_counts_to_the_call_that_has_caused_it(record, server, say):
    """Whoever gave up waiting is told what came of it, and the next call begins with nothing."""

    def late(peer):
        time.sleep(0.5)
        return say()

    server.answers = [late, say()]
    recorder, tape = record()

    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{recorder.base_url}/containers", headers=OURS, timeout=0.1)
    tape.wait(5)
    caused = [each.id for each in tape.of_this_call]
    tape.begin()
    httpx.get(f"{recorder.base_url}/containers", headers=OURS)

    assert caused == ["client-1"]
    assert [each.id for each in tape.of_this_call] == ["client-2"]
