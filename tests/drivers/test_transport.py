"""Whatever comes over the wire is bounded in time and memory, and told rather than raised."""

import contextlib
import gzip
import socket
import ssl
import time
import zlib

import pytest

from conformance.drivers import Connection, connection, wire
from conformance.drivers.connection import Reachability
from conformance.errors import Unreachable

GZIP = (("Content-Encoding", "gzip"),)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

FLAWED = {
    "body shorter than its length": (("length", b"{}", 10), "RemoteProtocolError"),
    "body cut in the middle of a chunk": (CHUNKED + b"a\r\n{}", "RemoteProtocolError"),
    "chunk whose size is no number": (CHUNKED + b"xyz\r\n{}\r\n0\r\n\r\n", "RemoteProtocolError"),
    "chunks without an end": (CHUNKED + b"2\r\n{}\r\n", "RemoteProtocolError"),
    "gzip that is none": (("gzip", b"{}"), "the body is not gzip"),
    "gzip that breaks off": (("gzip", gzip.compress(b"a" * 9999)[:-9]), "breaks off"),
    "gzip with a broken sum": (
        ("gzip", gzip.compress(b"{}")[:-8] + b"\0" * 8),
        "the body is not gzip",
    ),
    "deflate that is none": (("deflate", b"\xff{}{}"), "the body is not deflate"),
    "deflate that breaks off": (("deflate", zlib.compress(b"a" * 9999)[:-6]), "breaks off"),
    "gzip with bytes behind it": (("gzip", gzip.compress(b"{}") + b"x"), "stand behind the end"),
    "gzip with a second member that breaks off": (
        ("gzip", gzip.compress(b"{") + gzip.compress(b"}")[:-3]),
        "breaks off",
    ),
    "gzip with something like a member behind it": (
        ("gzip", gzip.compress(b"{}") + b"\x1f\x8b\x08\xff"),
        "the body is not gzip",
    ),
    "an encoding nobody asked for": (("br", b"{}"), "'br' was never asked for"),
    "two encodings": (("gzip, gzip", b"{}"), "was never asked for"),
}


@pytest.mark.parametrize(("answer", "flaw"), FLAWED.values(), ids=FLAWED)
def test_broken_answer_has_a_flaw(api, server, say, answer, flaw):
    """It is an exchange that says what is wrong, and no exception."""
    if isinstance(answer, tuple) and answer[0] == "length":
        answer = say(answer[1], length=answer[2])
    elif isinstance(answer, tuple):
        answer = say(answer[1], headers=[("Content-Encoding", answer[0])])
    server.answers = [lambda peer: peer.sendall(answer)]

    exchange = api.list_containers()

    assert exchange.status == 200
    assert flaw in exchange.response.flaw
    assert exchange.to_json(str)["response"]["flaw"] == exchange.response.flaw


WHOLE = {
    "plain": ((), b'{"a": 1}'),
    "identity": ((("Content-Encoding", "identity"),), b'{"a": 1}'),
    "gzip": (GZIP, gzip.compress(b'{"a": 1}')),
    "gzip of several members": (GZIP, gzip.compress(b'{"a"') + gzip.compress(b": 1}")),
    "gzip, upper case": ((("Content-Encoding", "GZIP"),), gzip.compress(b'{"a": 1}')),
    "zlib": ((("Content-Encoding", "deflate"),), zlib.compress(b'{"a": 1}')),
    "raw deflate": ((("Content-Encoding", "deflate"),), zlib.compress(b'{"a": 1}')[2:-4]),
}


@pytest.mark.parametrize(("headers", "body"), WHOLE.values(), ids=WHOLE)
def test_encoded_body_is_decoded(api, server, say, headers, body):
    """In each encoding that was asked for, its size on the wire kept beside it."""
    server.answers = [say(body, headers=headers)]

    exchange = api.list_containers()

    assert exchange.json == {"a": 1}
    assert exchange.response.flaw is None
    assert exchange.response.wire_bytes == len(body)


def test_compressed_bomb_is_cut(api, server, say, monkeypatch):
    """What comes out of a small body is bounded, too."""
    monkeypatch.setattr(wire, "LONGEST_JSON", 100_000)
    server.answers = [say(gzip.compress(b"a" * 10_000_000), headers=GZIP)]

    exchange = api.list_containers()

    assert len(exchange.content) == connection.KEPT_OF_A_CUT_ANSWER
    assert "more than 100000 bytes came out of the gzip body" in exchange.response.flaw


def test_endless_body_is_cut(api, server, monkeypatch):
    """No more is read than any operation needs."""
    monkeypatch.setattr(wire, "LONGEST_JSON", 1_000_000)

    def endlessly(peer):
        peer.sendall(CHUNKED)
        while True:
            peer.sendall(b"10000\r\n" + b"a" * 0x10000 + b"\r\n")

    server.answers = [endlessly]
    exchange = api.list_containers()

    assert len(exchange.content) == connection.KEPT_OF_A_CUT_ANSWER
    assert "more than 1000000 bytes came" in exchange.response.flaw


def _dripping(start, drop):
    def drip(peer):
        peer.sendall(start)
        while True:
            time.sleep(0.05)
            peer.sendall(drop)

    return drip


def test_slow_body_ends_by_the_timeout(make_api, server):
    """A byte now and then keeps nobody waiting for longer than one request may take."""
    api = make_api(timeout_s=0.4)
    server.answers = [_dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b"a")]
    began = time.monotonic()

    exchange = api.list_containers()

    assert time.monotonic() - began < 1.5
    assert "did not end before the time" in exchange.response.flaw


SLOW_HEADS = {
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "header": (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: a\r\n"),
    "informational answers": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
}


@pytest.mark.parametrize(("start", "drop"), SLOW_HEADS.values(), ids=SLOW_HEADS)
def test_slow_head_ends_by_the_timeout(make_api, server, start, drop):
    """The same before the body begins; no answer has come then."""
    api = make_api(timeout_s=0.4)
    server.answers = [_dripping(start, drop)]
    began = time.monotonic()

    with pytest.raises(Unreachable, match="no answer"):
        api.list_containers()

    assert time.monotonic() - began < 1.5


def test_silence_ends_by_the_timeout(make_api, server):
    """A target that takes the request and says nothing has not answered."""
    api = make_api(timeout_s=0.2)
    server.answers = [lambda _: time.sleep(1)]

    with pytest.raises(Unreachable, match="GET /containers got no answer"):
        api.list_containers()
    assert api.wire.exchanges[0].status == 0
    assert "Timeout" in api.wire.exchanges[0].trouble


NO_HTTP = {
    "nothing": b"",
    "no HTTP": b"hello\r\n\r\n",
    "HTTP/0.9": b"<html>",
    "binary": bytes(range(256)),
    "status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "header without a colon": b"HTTP/1.1 200 OK\r\nhello\r\n\r\n",
    "NUL in a header": b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n",
    "length that is no number": b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "endless header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 500_000,
    "switching protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
}


@pytest.mark.parametrize("said", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_http_never_raises_anything_strange(make_api, server, said):
    """It is no answer, or an answer with what could be read; nothing else."""
    api = make_api(timeout_s=0.5)
    server.answers = [lambda peer: peer.sendall(said)]

    with contextlib.suppress(Unreachable):
        api.delete_container(api.made_up("cntr"))

    assert len(server.heard) == len(api.wire.exchanges) == 1
    assert api.wire.exchanges[0].told()


def test_refused_connection_is_no_answer(make_api):
    """Where nobody listens nothing answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    api = make_api(base_url=f"http://127.0.0.1:{port}/v1")

    with pytest.raises(Unreachable, match="ConnectError"):
        api.list_containers()


def _close_after(said):
    def close(peer):
        peer.sendall(said)
        peer.shutdown(socket.SHUT_RDWR)

    return close


def test_get_on_a_closed_connection_is_sent_once_more(api, server, say):
    """A kept connection that closes just as a GET is sent costs no case its answer."""
    server.answers = [say(), None, say(b'{"a": 1}')]
    api.list_containers()

    exchange = api.list_containers()

    assert exchange.json == {"a": 1}
    assert [each.connection for each in server.heard] == [1, 1, 2]


def test_get_is_not_sent_a_third_time(api, server):
    """Who closes twice without a word has not answered."""
    server.answers = [None]

    with pytest.raises(Unreachable, match="disconnected"):
        api.list_containers()
    assert len(server.heard) == 2


def test_repeated_get_is_counted(api, server, say):
    """Each request that leaves is one of ``--max-requests``."""
    server.answers = [None, say()]
    api.list_containers()

    assert api.wire.ledger.count("requests") == len(server.heard) == 2


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_what_changes_something_is_never_repeated(api, server, method):
    """Nobody knows whether it was done."""
    server.answers = [None]

    with pytest.raises(Unreachable):
        api.send(method, "/containers", content=b"{}")
    assert len(server.heard) == 1


def test_connection_closed_after_an_answer_is_not_used_again(api, server, say):
    """A target that closes after each answer is asked on a new connection each time."""
    server.answers = [_close_after(say())]

    assert [api.list_containers().status for _ in range(3)] == [200] * 3
    assert [each.connection for each in server.heard] == [1, 2, 3]


def _close_soon_after(said):
    """Answers, and closes without a word a moment later, as servers do whose application broke."""

    def close(peer):
        peer.sendall(said)
        time.sleep(0.1)

    return close


def test_connection_is_not_used_again_after_a_server_error(api, server, say):
    """It may just be closing, and a creation that meets its end would have no answer."""
    server.answers = [_close_soon_after(say(status="500 Broken")), say()]

    assert [api.create_container(name="a").status for _ in range(2)] == [500, 200]
    assert [each.connection for each in server.heard] == [1, 2]


def test_certificates_are_verified(tmp_path):
    """TLS is httpx's own unless files are given; a file that is no certificate is refused."""
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")

    with pytest.raises(ssl.SSLError):
        Connection(Reachability(ca_file=str(broken)))
