"""Vices below JSON: how bytes are framed, when they come, and whether they come at all."""

from __future__ import annotations

import functools
import gzip
import zlib

from tests.hostile.registry import vice, vices
from tests.hostile.target import Call, written

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MIB = 1024 * 1024


@vice()
def never_ends_a_body(call: Call) -> None:
    """Sends spaces for ever."""
    call.write(CHUNKED)
    call.for_ever(b"10000\r\n" + b" " * 65536 + b"\r\n")


@vice(1, 4)
def never_ends_its_headers(call: Call) -> None:
    """Sends one header after the other for ever."""
    call.write(HEAD)
    call.for_ever(b"x-more: and more\r\n" * 1000)


@vice(1, 4)
def never_ends_one_header(call: Call) -> None:
    """Sends one header's value for ever."""
    call.write(HEAD + b"x-more: ")
    call.for_ever(b"more" * 10_000)


@vice(1)
def never_ends_its_trailers(call: Call) -> None:
    """Sends trailers behind the last chunk for ever."""
    call.write(CHUNKED + b"2\r\n{}\r\n0\r\n")
    call.for_ever(b"x-more: and more\r\n" * 1000)


@vice(1)
def never_ends_a_chunk_extension(call: Call) -> None:
    """Sends an extension of the first chunk for ever."""
    call.write(CHUNKED + b"2;")
    call.for_ever(b"more" * 10_000)


@vice(1, 4)
def says_continue_for_ever(call: Call) -> None:
    """Sends 100 Continue again and again."""
    call.for_ever(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, pause_s=0.01)


@vice()
def says_a_byte_a_second(call: Call) -> None:
    """Sends one byte of the body a second."""
    call.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    call.for_ever(b" ", pause_s=1.0)


@vice(1, 4)
def says_a_byte_of_the_head_a_second(call: Call) -> None:
    """Sends one byte of a header a second."""
    call.write(HEAD + b"x-slow: ")
    call.for_ever(b"a", pause_s=1.0)


@vice(3, spared=0)
def never_answers(call: Call) -> None:
    """Takes every request and says nothing."""
    call.hold()


@vice(1, 4)
def answers_once_only(call: Call) -> None:
    """Answers the first request and no other."""
    call.hold()


@vice(1, 4, options=("--profile", "core"))
def answers_once_only_in_a_long_run(call: Call) -> None:
    """Answers the first request and no other, where many cases would wait."""
    call.hold()


@vice(1, 4, options=("--profile", "core"), spared=60, leaves=True)
def falls_silent_half_way(call: Call) -> None:
    """Answers sixty requests and no other."""
    call.hold()


@vice(0, 1, 4, leaves=True, options=("--profile", "core", "--only", "listContainers"))
def answers_every_second_request(call: Call) -> None:
    """Says nothing to every second request."""
    if call.number % 2:
        call.hold()
    call.pass_on()


@vice(1, 4)
def answers_before_it_has_read(call: Call) -> None:
    """Refuses before the body has come, and hangs up."""
    call.write(written(b"{}", "413 Too Large", ("Connection: close",)))
    call.reset()


@vice(3, spared=0)
def resets_at_once(call: Call) -> None:
    """Breaks every connection off as soon as a request has come."""
    call.reset()


@vice(1, 4)
def resets_after_the_request(call: Call) -> None:
    """Reads a request whole and breaks off."""
    _ = call.body
    call.reset()


@vice(1, 4)
def resets_within_the_status_line(call: Call) -> None:
    """Breaks off after half of a status line."""
    _ = call.body
    call.write(b"HTTP/1.1 20")
    call.reset()


@vice(1, 4)
def resets_within_the_headers(call: Call) -> None:
    """Breaks off among the headers."""
    _ = call.body
    call.write(HEAD)
    call.reset()


@vice(leaves=True)
def resets_within_the_body(call: Call) -> None:
    """Breaks off half way through a body."""
    _ = call.body
    answer = call.honest().bytes()
    call.write(answer[:-20])
    call.reset()


@vice(1, 4, options=("--profile", "core"), spared=40, leaves=True)
def dies_half_way(call: Call) -> None:
    """Is gone for good after forty requests."""
    call.target.die()
    call.reset()


@vices(
    1,
    given={
        "no number": b"zz\r\n{}\r\n0\r\n\r\n",
        "a negative one": b"-2\r\n{}\r\n0\r\n\r\n",
        "a huge one": b"FFFFFFFFFFFFFFFF\r\n{}",
        "no end": b"2\r\n{}\r\n",
        "no line end": b"2\r\n{}2\r\n{}0\r\n\r\n",
    },
)
def breaks_its_chunks(call: Call, chunks: bytes) -> None:
    """Sends chunks that are none."""
    _ = call.body
    call.write(CHUNKED + chunks)
    call.hang_up()


@vices(
    1,
    4,
    given={
        "too long": b"Content-Length: 100\r\n\r\n{}",
        "too short": b"Content-Length: 1\r\n\r\n{}",
        "negative": b"Content-Length: -1\r\n\r\n{}",
        "of a million digits": b"Content-Length: " + b"9" * 50_000 + b"\r\n\r\n{}",
        "two": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "beside chunks": b"Content-Length: 2\r\n" + CHUNKED[len(HEAD) :] + b"2\r\n{}\r\n0\r\n\r\n",
    },
)
def lies_about_the_length(call: Call, rest: bytes) -> None:
    """Sends lengths that are none."""
    _ = call.body
    call.write(HEAD + rest)
    call.hang_up()


@vices(
    1,
    4,
    given={
        "two status lines": b"HTTP/1.1 200 OK\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/0.9": b'{"object": "list", "data": []}',
        "HTTP/9.9": b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        "status 99": b"HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n",
        "status 999": b"HTTP/1.1 999 High\r\nContent-Length: 0\r\n\r\n",
        "status 101": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "status 304": b"HTTP/1.1 304 Not Modified\r\n\r\n",
        "204 and a body": b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}",
        "no line ends": b"HTTP/1.1 200 OK" * 10_000,
        "a folded header": HEAD + b"x: a\r\n b\r\n\tc\r\nContent-Length: 2\r\n\r\n{}",
        "a NUL in a header": HEAD + b"x: a\0b\r\nContent-Length: 2\r\n\r\n{}",
        "no header name": HEAD + b": a\r\nContent-Length: 2\r\n\r\n{}",
        "SSH": b"SSH-2.0-OpenSSH_9.0\r\n",
        "noise": bytes(range(256)) * 8,
    },
)
def speaks_no_proper_http(call: Call, answer: bytes) -> None:
    """Sends what HTTP/1.1 does not know."""
    _ = call.body
    call.write(answer)
    call.hang_up()


@vice(0, 1, 4, leaves=True, denies=True)
def speaks_unasked(call: Call) -> None:
    """Sends a second answer behind each, to be taken for the next request's."""
    call.pass_on()
    call.write(written(b'{"id": "cntr_0", "object": "container"}'))


@vice(0)
def sends_ninety_kilobytes_of_headers(call: Call) -> None:
    """Sends as many headers as a client takes, with every answer."""
    call.pass_on(*(f"x-{number}: {number}" for number in range(6_000)))


@functools.cache
def bomb(mebibytes: int, window: int = 31) -> bytes:
    """That many MiB of spaces, compressed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    piece = b" " * MIB
    return b"".join([*(packer.compress(piece) for _ in range(mebibytes)), packer.flush()])


@vices(
    1,
    4,
    given={
        "gzip": ("gzip", lambda: bomb(400)),
        "deflate": ("deflate", lambda: bomb(400, -15)),
        "gzip in gzip": ("gzip, gzip", lambda: gzip.compress(bomb(400))),
        "brotli": ("br", lambda: bomb(10)),
        "gzip that is none": ("gzip", lambda: b"{}"),
        "gzip that breaks off": ("gzip", lambda: gzip.compress(b'{"a": "' + b"a" * 999)[:-9]),
        "gzip with more behind": ("gzip", lambda: gzip.compress(b"{}") + b"{}"),
    },
)
def packs_its_answers(call: Call, packing: tuple) -> None:
    """Sends compressed answers that are far larger than they look, or none."""
    name, body = packing
    call.say(body(), 200, f"Content-Encoding: {name}")
