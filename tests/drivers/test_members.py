"""Encoded bodies of many members and pieces, and encodings that nobody knows."""

import gzip
import random
import zlib
from types import SimpleNamespace

import pytest

from conformance.drivers import connection
from conformance.evidence import Redactor, Response

GZIP = (("Content-Encoding", "gzip"),)


@pytest.fixture
def fed(monkeypatch):
    """The number of bytes that zlib was given."""
    sizes = []

    class Counting:
        def __init__(self, *window):
            self._inflate = zlib.decompressobj(*window)

        def decompress(self, piece, most):
            sizes.append(len(piece))
            return self._inflate.decompress(piece, most)

        def __getattr__(self, name):
            return getattr(self._inflate, name)

    counted = SimpleNamespace(decompressobj=Counting, error=zlib.error)
    monkeypatch.setattr(connection, "zlib", counted)
    return sizes


def _inflated(content):
    return connection.plain(Response(200, GZIP, content))


def test_many_members_are_inflated_in_time_that_grows_as_they_do(fed):
    """Twice the members take twice the work, and not four times."""
    work = []
    for count in (2000, 4000):
        fed.clear()
        assert _inflated(gzip.compress(b"a") * count).content == b"a" * count
        work.append(sum(fed))

    assert work[1] < 2.5 * work[0]


def test_members_without_end_are_a_flaw(fed):
    """Each takes time and may hold nothing, so that no bound on bytes is one on them."""
    answer = _inflated(gzip.compress(b"") * (connection.MOST_MEMBERS + 1))

    assert answer.flaw == f"more than {connection.MOST_MEMBERS} members are in the gzip body"
    assert len(fed) == connection.MOST_MEMBERS
    assert _inflated(gzip.compress(b"") * connection.MOST_MEMBERS).flaw is None


@pytest.mark.parametrize("length", [connection.PIECE, connection.PIECE * 3 + 1, 1_000_000])
def test_body_of_many_pieces_is_inflated_whole(length):
    """Wherever a member ends, in the middle of a piece or with it."""
    content = random.Random(1).randbytes(length)  # which compresses badly
    whole = gzip.compress(content[:-3]) + gzip.compress(content[-3:])

    assert _inflated(whole).content == content
    assert _inflated(whole[:-1]).flaw == "the gzip body breaks off"
    assert _inflated(whole + b"x").flaw == "bytes stand behind the end of the gzip body"


@pytest.mark.parametrize("length", range(8, 90, 9))
def test_key_that_is_echoed_as_an_encoding_is_masked_whole(api, server, say, length):
    """However long it is: what was cut before would not be known for a key."""
    key = ("sk-Echo-" + "0123456789abcdef" * 6)[:length]
    server.answers = [say(b"{}", headers=[("Content-Encoding", key)])]

    exchange = api.list_containers()
    flaw = exchange.to_json(Redactor.of([key]).mask)["response"]["flaw"]

    assert "was never asked for" in flaw
    assert "sk-echo" not in flaw.lower()
