"""What leaves is what the case meant, and nothing beside it."""

import json
import threading
import time

import pytest

from conformance.drivers import Part, multipart
from conformance.drivers.api import BOUNDARY, SDK_HEADERS, path_of
from conformance.drivers.caution import ForeignContainer
from conformance.drivers.connection import CHUNK
from conformance.errors import LimitReached, Unreachable, Untestable
from conformance.evidence import Redactor

KEY = "sk-own-0123456789abcdef"

FOREIGN = [
    "/containers/cntr_foreign",
    "/containers/cntr_foreign/files",
    "/containers/cntr_foreign/files/cfile_1/content",
    "/containers/cntr_foreign?limit=1",
    "/containers/%63ntr_foreign",
    "/containers/cntr_own%2F..%2Fcntr_foreign",
    "/containers/..",
    "//containers/cntr_foreign",
    "/x/../containers/cntr_foreign",
    "/v1/containers/cntr_foreign",
]


@pytest.mark.parametrize("path", FOREIGN)
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_foreign_container_is_never_named(api, server, path, method):
    """A request that would name it is refused before anything is sent or counted."""
    api.wire.ledger.hold(api.wire.ledger.ask("container", None, "case"), "cntr_own")

    with pytest.raises(ForeignContainer, match="nothing was sent"):
        api.send(method, path)

    assert server.heard == []
    assert api.wire.exchanges == []
    assert api.wire.ledger.count("requests") == 0


@pytest.mark.parametrize("path", ["/containers/", "/containers//", "/containers/%20?x=1"])
def test_deletion_of_no_container_is_not_sent(api, server, say, path):
    """An empty id would name all of an account; only who says so may send it."""
    server.answers = [say()]
    with pytest.raises(Untestable, match="empty id"):
        api.send("DELETE", path)
    with pytest.raises(Untestable, match="empty id"):
        api.delete_container("")
    assert server.heard == []

    api.wire.names_none = True
    assert api.send("DELETE", "/containers/").ok
    api.wire.names_none = False
    assert api.send("GET", "/containers/").ok


def test_own_container_is_named(api, server, say):
    """What was created, or made up, may be named; the id is percent-encoded."""
    server.answers = [say(b'{"id": "cntr a/b", "name": "n"}', "200 OK"), say()]
    api.create_container(name="n")

    api.retrieve_container("cntr a/b")
    api.delete_file(api.made_up("cntr"), "cfile/../x")

    assert server.heard[1].line == "GET /v1/containers/cntr%20a%2Fb HTTP/1.1"
    assert server.heard[2].line.endswith("/files/cfile%2F..%2Fx HTTP/1.1")


def test_made_up_ids_are_the_same_for_the_same_seed(api):
    """And differ by label; each is one of ours."""
    assert api.made_up("cntr") == api.made_up("cntr")
    assert api.made_up("cntr", "a") != api.made_up("cntr", "b")
    assert api.made_up("cfile").startswith("cfile_")


def test_request_carries_only_what_it_is_given(api, server, say):
    """No header is added behind the case's back but those that HTTP needs."""
    server.answers = [say()]
    api.list_containers(limit=1)

    names = {line.split(b":")[0].lower() for line in server.heard[0].head.splitlines()[1:]}
    needed = {b"accept", b"accept-encoding", b"connection", b"host", b"user-agent"}
    assert names == {b"authorization"} | needed
    assert server.heard[0].header("accept-encoding") == "gzip, deflate"


def test_key_is_sent_by_its_owner_only(api, server, say):
    """Without a key there is no Authorization at all."""
    server.answers = [say()]
    api.list_containers()
    api.without_key().list_containers()

    assert [each.header("authorization") for each in server.heard] == [f"Bearer {KEY}", None]
    assert [each.credential for each in api.wire.exchanges] == ["own", "none"]


def test_options_of_the_target_go_with_every_request(make_api, server, say):
    """Headers and query, percent-encoded, before the case's own."""
    api = make_api(headers=(("X-Extra", "1"),), query=(("api-version", "a b&c"),))
    server.answers = [say()]
    api.list_containers(limit=5)

    assert server.heard[0].line == "GET /v1/containers?api-version=a%20b%26c&limit=5 HTTP/1.1"
    assert server.heard[0].header("X-Extra") == "1"


def test_client_headers_are_added(api, server, say):
    """Those of the official clients, with the spelling that they have."""
    server.answers = [say()]
    api.like_a_client().list_containers()

    for name, value in SDK_HEADERS:
        assert f"{name}: {value}".encode() in server.heard[0].head


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_redirect_is_not_followed(api, server, say, status):
    """The key goes nowhere but where the base URL says."""
    server.answers = [say(b"", status, [("Location", f"{server.url}/elsewhere")])]

    assert api.list_containers().status == int(status[:3])
    assert len(server.heard) == 1


def test_cookies_are_ignored(api, server, say):
    """What a target wants to be remembered is forgotten."""
    server.answers = [say(headers=[("Set-Cookie", "session=1; Path=/"), ("Set-Cookie", "b=2")])]
    api.list_containers()
    api.list_containers()

    assert [each.header("cookie") for each in server.heard] == [None, None]


def test_environment_is_not_asked(make_api, server, say, monkeypatch, tmp_path):
    """Neither a proxy nor a .netrc of the user's machine changes what is sent."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    server.answers = [say()]

    make_api().without_key().list_containers()

    assert server.heard[0].header("authorization") is None


BODIES = {
    "object": ({"name": "ä"}, '{"name": "ä"}'.encode()),
    "array": ([1], b"[1]"),
    "null": (None, b"null"),
    "lone surrogate": ({"name": "\ud800"}, b'{"name": "\xed\xa0\x80"}'),
}


@pytest.mark.parametrize(("value", "sent"), BODIES.values(), ids=BODIES)
def test_any_json_is_sent(api, server, say, value, sent):
    """Also what is no object and what is no text."""
    server.answers = [say()]
    api.send("POST", "/containers", json_body=value)

    assert server.heard[0].body == sent
    assert server.heard[0].header("content-type") == "application/json"


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_body_is_sent_in_chunks(api, server, say, size):
    """Without a Content-Length, as a client that streams does it."""
    server.answers = [say()]
    exchange = api.send("POST", "/containers", content=b"a" * size, chunked=True)

    heard = server.heard[0]
    pieces = [CHUNK] * (size // CHUNK) + ([size % CHUNK] if size % CHUNK else [])
    assert heard.body == b"".join(b"%d:" % each + b"a" * each for each in pieces)
    assert heard.header("content-length") is None
    assert exchange.request.content == b"a" * size


def test_upload_is_written_as_clients_write_it(api, server, say):
    """One part called file, its name raw in UTF-8, its quotes and line ends encoded."""
    server.answers = [say()]
    container = api.made_up("cntr")
    api.upload(container, b"\0\xff\r\n", 'ä "b"\r\n.txt', "text/x")

    assert (
        server.heard[0].body
        == (
            f"--{BOUNDARY}\r\n"
            'Content-Disposition: form-data; name="file"; filename="ä %22b%22%0D%0A.txt"\r\n'
            "Content-Type: text/x\r\n\r\n"
        ).encode()
        + b"\0\xff\r\n\r\n"
        + f"--{BOUNDARY}--\r\n".encode()
    )
    assert server.heard[0].header("content-type") == f"multipart/form-data; boundary={BOUNDARY}"


MULTIPART = {
    "no part": ([], b"--b--\r\n"),
    "field": (
        [Part.text("a", "ä")],
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xc3\xa4\r\n--b--\r\n',
    ),
    "no type": (
        [Part.file(b"x", "f", None)],
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--b--\r\n',
    ),
    "raw": (
        [Part("name*=utf-8''a", b"")],
        b"--b\r\nContent-Disposition: form-data; name*=utf-8''a\r\n\r\n\r\n--b--\r\n",
    ),
}


@pytest.mark.parametrize(("parts", "written"), MULTIPART.values(), ids=MULTIPART)
def test_multipart_is_written_byte_by_byte(parts, written):
    """Each part with its headers, then the closing line."""
    assert multipart(parts, "b") == written


def test_boundary_is_quoted_where_wanted(api, server, say):
    """In the header only."""
    server.answers = [say()]
    api.send_parts(api.made_up("cntr"), [Part.text("a", "b")], boundary="x y", quoted=True)

    assert server.heard[0].header("content-type") == 'multipart/form-data; boundary="x y"'
    assert server.heard[0].body.startswith(b"--x y\r\n")


OPERATIONS = {
    "listContainers": "GET /v1/containers?limit=1",
    "createContainer": "POST /v1/containers",
    "retrieveContainer": "GET /v1/containers/{c}",
    "deleteContainer": "DELETE /v1/containers/{c}",
    "listContainerFiles": "GET /v1/containers/{c}/files?limit=1",
    "createContainerFile": "POST /v1/containers/{c}/files",
    "retrieveContainerFile": "GET /v1/containers/{c}/files/f",
    "deleteContainerFile": "DELETE /v1/containers/{c}/files/f",
    "retrieveContainerFileContent": "GET /v1/containers/{c}/files/f/content",
}


@pytest.mark.parametrize(("operation", "line"), OPERATIONS.items())
def test_operation_is_asked_and_recognised(api, server, say, operation, line):
    """A proper request for each of the nine, booked on it."""
    server.answers = [say()]
    container = api.made_up("cntr")
    exchange = api.ask(operation, container, "f")

    assert server.heard[0].line == line.format(c=container) + " HTTP/1.1"
    assert exchange.operation == operation


@pytest.mark.parametrize("segment", ["", ".", "..", "a b", "ä", "%2e", "a/b", "a?b#c", "\n"])
def test_segment_is_one_segment(segment):
    """Whatever an id holds, it adds no slash, no query and no fragment."""
    path = path_of("containers", segment)

    assert path.count("/") == 2
    assert not set("?# \n") & set(path)


def test_exchange_records_every_header_masked(api, server, say):
    """Of the request as of the response; the key in neither."""
    server.answers = [say(headers=[("X-Echo", f"Bearer {KEY}"), ("X-Two", "1"), ("X-Two", "2")])]
    data = api.list_containers(after=KEY).to_json(Redactor.of([KEY]).mask)

    assert KEY not in json.dumps(data)
    sent = {key.lower(): value for key, value in data["request"]["headers"]}
    assert sent["authorization"] == "Bearer [masked]"
    assert {"host", "accept", "user-agent"} <= set(sent)
    got = [value for key, value in data["response"]["headers"] if key == "X-Two"]
    assert got == ["1", "2"]
    assert data["params"] == [["after", "[masked]"]]


def test_parallel_requests_have_ids_of_their_own(api, server, say):
    """Eight threads on one wire lose no exchange and share no id."""
    server.answers = [say()]

    def work():
        for _ in range(10):
            api.list_containers()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    ids = [each.id for each in api.wire.exchanges]
    assert len(ids) == len(set(ids)) == len(server.heard) == 80
    assert api.wire.ledger.count("requests") == 80


def test_every_request_is_counted_before_it_leaves(make_api, server, say):
    """At the limit nothing more is sent."""
    api = make_api(limits={"requests": 2})
    server.answers = [say()]
    api.list_containers()
    api.list_containers()

    with pytest.raises(LimitReached, match="--max-requests"):
        api.list_containers()
    assert len(server.heard) == 2


def test_creation_over_the_limit_is_not_sent_and_owes_nothing(make_api, server, say):
    """Neither at the limit of requests nor at that of containers."""
    server.answers = [say()]
    for limits in ({"requests": 0}, {"containers": 0}):
        api = make_api(limits=limits)
        with pytest.raises(LimitReached):
            api.create_container(name="n")
        assert api.wire.ledger.owed() == []
        assert api.wire.ledger.count("containers") == 0
    assert server.heard == []


ENTRIES = {
    "made": ((b'{"id": "cntr_1", "name": "n"}', "200 OK"), [("cntr_1", "held")]),
    "made with 201": ((b'{"id": "cntr_1", "name": "n"}', "201 Created"), [("cntr_1", "held")]),
    "nameless answer": ((b'{"id": "cntr_1"}', "200 OK"), [("cntr_1", "held")]),
    "another's name": ((b'{"id": "cntr_1", "name": "x"}', "200 OK"), [("cntr_1", "doubtful")]),
    "no id": ((b'{"name": "n"}', "200 OK"), [(None, "asked")]),
    "id is a number": ((b'{"id": 1}', "200 OK"), [(None, "asked")]),
    "id is a lone surrogate": ((b'{"id": "\\ud800", "name": "n"}', "200 OK"), [(None, "asked")]),
    "no JSON": ((b"<html>", "200 OK"), [(None, "asked")]),
    "server error": ((b"{}", "500 Oops"), [(None, "asked")]),
    "redirect": ((b"{}", "302 Found"), [(None, "asked")]),
    "refused": ((b"{}", "400 Bad"), []),
    "refused with an id": ((b'{"id": "cntr_1"}', "422 Bad"), []),
}


@pytest.mark.parametrize(("said", "owed"), ENTRIES.values(), ids=ENTRIES)
def test_creation_is_entered_by_its_answer(api, server, say, said, owed):
    """Held where it was made, owed where nobody knows, nothing where it was refused."""
    server.answers = [say(*said)]
    api.create_container(name="n")

    assert [(each.id, each.state) for each in api.wire.ledger.owed()] == owed
    assert api.wire.ledger.count("containers") == len(owed)


def test_creation_without_an_answer_is_owed(api, server):
    """By the name that it was asked for with."""
    server.answers = [None]
    api.wire.case = "a::b#1"

    with pytest.raises(Unreachable):
        api.create_container(name="n")
    (entry,) = api.wire.ledger.owed()
    assert (entry.id, entry.name, entry.case, entry.state) == (None, "n", "a::b#1", "asked")


@pytest.mark.parametrize(
    ("status", "gone"), [("200 OK", True), ("204 No", True), ("404 No", False), ("500 No", False)]
)
def test_deletion_is_entered(api, server, say, status, gone):
    """What was said to be gone is owed no more; a 404 is looked into at the end of the run."""
    server.answers = [say(b'{"id": "cntr_1"}'), say(b"", status)]
    api.create_container(name="n")
    api.delete_container("cntr_1")

    assert (api.wire.ledger.owed() == []) is gone


def test_deletion_by_a_stranger_is_not_believed(api, server, say):
    """A 404 to a caller without a key says nothing about what is there."""
    server.answers = [say(b'{"id": "cntr_1"}'), say(b"", "404 No")]
    api.create_container(name="n")
    api.without_key().delete_container("cntr_1")

    assert len(api.wire.ledger.owed()) == 1


def test_elapsed_time_is_the_requests_own(api, server, say):
    """In milliseconds, with the time of day in UTC."""

    def slowly(peer):
        time.sleep(0.1)
        return say()

    server.answers = [slowly]
    exchange = api.list_containers()

    assert 100 <= exchange.elapsed_ms < 1000
    assert exchange.started_at.endswith("Z")
