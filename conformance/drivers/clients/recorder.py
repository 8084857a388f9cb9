"""A proxy on loopback that a client talks to instead of the target.

It passes on what the client wrote and what the target answered, byte for byte, but for the
key: the client has only one of the recorder's, which is changed for the target's here. What
is created is entered in the ledger before it leaves, and no request names a container that is
not ours. Nothing is sent for whoever knows none of the recorder's keys.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from conformance.catalogue import operation_of
from conformance.drivers import caution
from conformance.drivers.connection import plain
from conformance.errors import LimitReached, SuiteError, Untestable
from conformance.evidence import Exchange, Request, Response, moments

if TYPE_CHECKING:
    from conformance.drivers.clients.tape import Tape
    from conformance.drivers.connection import Credential
    from conformance.drivers.wire import Wire

#: Headers that belong to one hop, or are told anew on the next.
OF_ONE_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"})

#: Bytes of a request that are read; no client of ours sends more.
LONGEST_REQUEST = 16 * 1024 * 1024

#: Seconds that a connection may rest.
IDLE_S = 60.0

NO_BODY = (204, 304)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that clients have, and what stands for each at the target."""

    own: str
    wrong: str
    own_credential: Credential
    wrong_credential: Credential


class Recorder:
    """Stands between one client at a time and the target."""

    def __init__(self, wire: Wire, keys: Keys, tape: Tape) -> None:
        """Pass on by *wire*'s connection, entering in its ledger; record on *tape*."""
        self.wire, self.keys, self.tape = wire, keys, tape
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(wire.base_url))
        self._path = urlsplit(wire.base_url).path
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.recorder = self
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def root(self) -> str:
        """The recorder's own address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        """What a client takes for the target's base URL."""
        return self.root + self._path

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def pass_on(self, asked: Request) -> Response:
        """The target's answer to *asked*, its body as it was encoded; a refusal of ours else."""
        credential = self._credential(asked)
        if credential is None:
            return _refusal(401, "a key that the recorder does not know")
        id_ = self.tape.admit()
        if id_ is None:
            return _refusal(400, "the call has caused as many requests as it may")
        try:
            return self._exchanged(asked, credential, id_)
        except LimitReached as reached:
            self.tape.limit = reached.limit
            return _refusal(400, f"{reached.limit} was reached")
        except (SuiteError, Untestable) as refused:
            return _refusal(400, str(refused))
        finally:
            self.tape.done()

    def _exchanged(self, asked: Request, credential: Credential, id_: str) -> Response:
        target, _, query = asked.url.partition("?")
        path = target.removeprefix(self._path)
        caution.guard(self.wire.ledger, asked.method, path)
        operation = operation_of(asked.method, path)
        name = operation.id if operation else None
        booking = self.wire.booking
        number = booking.ask(name, asked.method, path, asked.content, self.wire.case)
        self._spend(number)
        sent = replace(asked, url=self._url(target, query), headers=self._outward(asked.headers))
        raw, exchange = self._recorded(sent, credential, id_, name, query)
        if number:
            booking.settle(number, exchange, asked.content)
        booking.note(path, exchange)
        return self._inward(raw) if raw else _refusal(502, f"no answer came: {exchange.trouble}")

    def _recorded(
        self, sent: Request, credential: Credential, id_: str, name: str | None, query: str
    ) -> tuple[Response | None, Exchange]:
        """The answer as it came, and the exchange that is on the tape."""
        began, stamp = time.perf_counter(), moments.now()
        headers = (*self.wire.headers, *credential.headers, *sent.headers)
        content = _content(sent)
        raw, trouble = self.wire.connection.relay(sent.method, sent.url, headers, content)
        exchange = Exchange(
            id=id_,
            operation=name,
            request=sent,
            response=raw and plain(raw),
            started_at=stamp,
            elapsed_ms=(time.perf_counter() - began) * 1000,
            credential=credential.kind,
            trouble=trouble,
            params=tuple(parse_qsl(query, keep_blank_values=True)),
        )
        self.tape.keep(exchange)
        return raw, exchange

    def _spend(self, number: int) -> None:
        try:
            self.wire.ledger.spend_request()
        except LimitReached:
            if number:
                self.wire.ledger.refuse(number)
            raise

    def _credential(self, asked: Request) -> Credential | None:
        """Who asks, by the key of ours that the client sent."""
        told = next((v for k, v in asked.headers if k.lower() == "authorization"), "")
        key = told.removeprefix("Bearer ")
        known = {
            self.keys.own: self.keys.own_credential,
            self.keys.wrong: self.keys.wrong_credential,
        }
        return known.get(key)

    def _url(self, target: str, query: str) -> str:
        more = urlencode(self.wire.query, quote_via=quote)
        joined = "&".join(each for each in (query, more) if each)
        return self._origin + target + (f"?{joined}" if joined else "")

    def _outward(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """*headers* without those of this hop, and without the key."""
        left_out = OF_ONE_HOP | {"authorization", "host"}
        return tuple((k, v) for k, v in headers if k.lower() not in left_out)

    def _inward(self, raw: Response) -> Response:
        """*raw* without the headers of its hop, leading the client back to us."""
        headers = []
        for name, value in raw.headers:
            if name.lower() in OF_ONE_HOP:
                continue
            ours = name.lower() == "location" and value.startswith(self._origin + "/")
            headers.append((name, self.root + value[len(self._origin) :] if ours else value))
        return replace(raw, headers=tuple(headers))


def _content(asked: Request) -> bytes | None:
    """What is sent on; a body of nothing only where the client told that it is one."""
    told = {name.lower() for name, _ in asked.headers} & {"content-length", "transfer-encoding"}
    return asked.content if told else None


def _refusal(status: int, why: str) -> Response:
    error = {"message": f"conformance recorder: {why}", "type": "conformance_recorder"}
    body = json.dumps({"error": {**error, "param": None, "code": None}}).encode()
    headers = (
        ("content-type", "application/json"),
        ("content-length", str(len(body))),
        ("x-should-retry", "false"),
    )
    return Response(status, headers, body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    recorder: Recorder

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: it is all on the tape."""

    def _answer(self) -> None:
        content = self._body()
        if content is None:
            self.close_connection = True
            return
        asked = Request(self.command, self.path, tuple(self.headers.items()), content)
        answer = self.server.recorder.pass_on(asked)
        with contextlib.suppress(OSError):
            self._say(answer)

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = _answer  # noqa: N815 - http.server names them

    def _body(self) -> bytes | None:
        """The request's body, however it is framed; None if it can't be read."""
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return self._chunks()
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LONGEST_REQUEST:
            return None
        content = self.rfile.read(int(length))
        return content if len(content) == int(length) else None

    def _chunks(self) -> bytes | None:
        content = bytearray()
        while True:
            line = self.rfile.readline(100).split(b";")[0].strip()
            try:
                size = int(line, 16)
            except ValueError:
                return None
            if len(content) + size > LONGEST_REQUEST:
                return None
            content += self.rfile.read(size)
            self.rfile.readline(3)
            if not size:
                return bytes(content)

    def _say(self, answer: Response) -> None:
        """Answer as the target did; where that broke off, break off too."""
        self.send_response_only(answer.status)
        chunked = False
        for name, value in answer.headers:
            chunked = chunked or name.lower() == "transfer-encoding"
            self.send_header(name, value)
        names = {name.lower() for name, _ in answer.headers}
        bodiless = answer.status in NO_BODY or self.command == "HEAD"
        if not (chunked or bodiless or "content-length" in names):
            self.send_header("connection", "close")
            self.close_connection = True
        self.end_headers()
        if chunked and answer.content:
            self.wfile.write(f"{len(answer.content):x}\r\n".encode() + answer.content + b"\r\n")
        elif not chunked and not bodiless:
            self.wfile.write(answer.content)
        if chunked and not answer.flaw:
            self.wfile.write(b"0\r\n\r\n")
        if answer.flaw:
            self.close_connection = True
