"""A tiny server on loopback that says exactly what a test wants, and a wire to it."""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from conformance.drivers import Api, Connection, Credential, Wire, wire
from conformance.drivers.connection import Reachability
from conformance.ledger import Ledger, Limits

KEY = "sk-own-0123456789abcdef"


@dataclass
class Heard:
    """One request as it came over the wire."""

    head: bytes
    body: bytes
    connection: int

    @property
    def line(self):
        """The request line."""
        return self.head.split(b"\r\n")[0].decode()

    def header(self, name):
        """The first header called *name*, as it was written; None if there is none."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b": ")
            if key.lower() == name.lower().encode():
                return value.decode()
        return None


@dataclass
class Server:
    """Answers each request by the next of its answers, the last one for ever."""

    answers: list = field(default_factory=list)
    heard: list = field(default_factory=list)
    connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self):
        """Listen on a free port."""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/v1"
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.open.append(peer)
            self.connections += 1
            threading.Thread(target=self._talk, args=(peer, self.connections), daemon=True).start()

    def _talk(self, peer, number):
        with contextlib.suppress(OSError), peer, peer.makefile("rb") as stream:
            while head := _head(stream):
                request = Heard(head, b"", number)
                request.body = _body(stream, request)
                with self.lock:
                    self.heard.append(request)
                    answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if callable(answer):
                    answer = answer(peer)
                if answer is None:
                    return
                peer.sendall(answer)

    def close(self):
        """Let go of every socket."""
        self.socket.close()
        for each in self.open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _head(stream):
    lines = []
    while (line := stream.readline()) not in (b"\r\n", b""):
        lines.append(line)
    return b"".join(lines)


def _body(stream, request):
    if request.header("transfer-encoding") == "chunked":
        whole = b""
        while size := int(stream.readline(), 16):
            whole += b"%d:" % size + stream.read(size)
            stream.readline()
        stream.readline()
        return whole
    return stream.read(int(request.header("content-length") or 0))


def answer(body=b"{}", status="200 OK", headers=(), length=None):
    """The bytes of an answer; *length* where it is to lie about its own."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{key}: {value}" for key, value in (("Content-Type", "application/json"), *headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
def say():
    """Writes answers."""
    return answer


@pytest.fixture
def server():
    """A server that says nothing yet."""
    made = Server()
    yield made
    made.close()


@pytest.fixture
def make_api(server, tmp_path):
    """Makes an API of the server, under limits and with options of the wire."""
    opened = []

    def make(*, timeout_s=5.0, limits=None, **options):
        ledger = Ledger(
            tmp_path / "ledger.sqlite",
            Limits(**{"containers": 100, "requests": 1000, "duration_s": 900.0, **(limits or {})}),
        )
        ledger.note("run", "run1")
        connection = Connection(Reachability(timeout_s=timeout_s))
        opened.append((ledger, connection))
        sender = Wire(
            base_url=options.pop("base_url", server.url),
            connection=connection,
            ledger=ledger,
            **options,
        )
        own = Credential("own", (("Authorization", f"Bearer {KEY}"),))
        return Api(sender, own, {"own": own, "none": Credential("none", ())})

    yield make
    for ledger, connection in opened:
        connection.close()
        ledger.close()


@pytest.fixture
def api(make_api):
    """The API of the server, with a key."""
    return make_api()


@pytest.fixture
def naps(monkeypatch):
    """The seconds that the wire was to rest; nobody does."""
    asked = []
    monkeypatch.setattr(Ledger, "pause", lambda _, seconds: asked.append(seconds))
    monkeypatch.setattr(
        wire, "time", SimpleNamespace(sleep=asked.append, perf_counter=time.perf_counter)
    )
    return asked
