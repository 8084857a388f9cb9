"""A target that attacks: a raw server before the reference, which lets a vice write any bytes."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urlsplit

from conformance.reference.app import create_app
from conformance.reference.server import running

ROUTES = (
    ("GET", r"/containers", "listContainers"),
    ("POST", r"/containers", "createContainer"),
    ("GET", r"/containers/([^/]+)", "retrieveContainer"),
    ("DELETE", r"/containers/([^/]+)", "deleteContainer"),
    ("GET", r"/containers/([^/]+)/files", "listContainerFiles"),
    ("POST", r"/containers/([^/]+)/files", "createContainerFile"),
    ("GET", r"/containers/([^/]+)/files/([^/]+)", "retrieveContainerFile"),
    ("DELETE", r"/containers/([^/]+)/files/([^/]+)", "deleteContainerFile"),
    ("GET", r"/containers/([^/]+)/files/([^/]+)/content", "retrieveContainerFileContent"),
)

OBJECTS = ("createContainer", "retrieveContainer", "createContainerFile", "retrieveContainerFile")
LISTS = ("listContainers", "listContainerFiles")

JSON = "application/json"

#: Seconds that a vice may hold one connection, whatever happens.
LONGEST_S = 60


def written(
    body: bytes, status: object = 200, headers: tuple[str, ...] = (), media: str = JSON
) -> bytes:
    """An answer that is well framed; *headers* are whole lines."""
    lines = (
        f"HTTP/1.1 {status}" + ("" if " " in str(status) else " Whatever"),
        f"Content-Type: {media}",
        f"Content-Length: {len(body)}",
        "x-request-id: req_0123456789",
        *headers,
    )
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@dataclass(slots=True)
class Answer:
    """What the reference has answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def things(self) -> list[dict[str, Any]]:
        """The containers and files in the body."""
        body = self.json
        if self.status != 200 or not isinstance(body, dict):
            return []
        return body["data"] if body.get("object") == "list" else [body]

    def bytes(self, *more: str) -> bytes:
        """The answer as it goes over the wire, with *more* header lines."""
        kept = [f"{key}: {value}" for key, value in self.headers if key.lower() not in FRAMING]
        media = {key.lower(): value for key, value in self.headers}.get("content-type", JSON)
        return written(self.body, self.status, (*kept, *more), media)


FRAMING = ("content-length", "content-type", "transfer-encoding", "connection", "x-request-id")


@dataclass(slots=True)
class Call:
    """One request as it came, who sent it, and the honest provider behind."""

    target: Target
    peer: socket.socket
    stream: IO[bytes]
    number: int
    method: str
    path: str
    headers: dict[str, str]
    _body: bytes | None = None

    @property
    def body(self) -> bytes:
        """The request's body, read when it is first wanted."""
        if self._body is None:
            self._body = _body(self.stream, self.headers)
        return self._body

    @property
    def operation(self) -> str | None:
        """The operation that is asked for, if any."""
        path = urlsplit(self.path).path.removeprefix("/v1")
        for method, pattern, name in ROUTES:
            if method == self.method and re.fullmatch(pattern, path):
                return name
        return None

    def honest(self, path: str | None = None) -> Answer:
        """What the reference answers, asked for *path* or for what came."""
        return self.target.ask(self.method, path or self.path, self.headers, self.body)

    def write(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for each in pieces:
            self.peer.sendall(each)

    def say(self, body: bytes, status: object = 200, *headers: str, media: str = JSON) -> None:
        """Send a well framed answer, the request having been read."""
        _ = self.body
        self.write(written(body, status, headers, media))

    def say_json(self, value: object, status: object = 200, *headers: str) -> None:
        """Send a well framed answer of JSON."""
        self.say(json.dumps(value).encode(), status, *headers)

    def pass_on(self, *headers: str) -> None:
        """Answer honestly, with more *headers*."""
        self.write(self.honest().bytes(*headers))

    def altered(self, alter: Callable[[dict[str, Any]], object]) -> None:
        """Answer as the reference does, but for every container and file in it."""
        answer = self.honest()
        body = answer.json
        if answer.things:
            for each in body["data"] if body.get("object") == "list" else [body]:
                alter(each)
            answer.body = json.dumps(body).encode()
        self.write(answer.bytes())

    def hold(self) -> None:
        """Say nothing until the peer hangs up, or the test is over."""
        give_up = time.monotonic() + LONGEST_S
        while not self.target.over.is_set() and time.monotonic() < give_up:
            readable, _, _ = select.select([self.peer], [], [], 0.1)
            if readable and not self.peer.recv(65536):
                raise ConnectionError("the peer has hung up")

    def for_ever(self, piece: bytes, pause_s: float = 0.0) -> None:
        """Send *piece* again and again, until the peer hangs up or the test is over."""
        give_up = time.monotonic() + LONGEST_S
        while not self.target.over.is_set() and time.monotonic() < give_up:
            self.peer.sendall(piece)
            if pause_s:
                self.target.over.wait(pause_s)

    def hang_up(self) -> None:
        """Close the connection properly."""
        self.peer.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Break the connection off, so that the peer gets a reset."""
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionError("reset")


def _body(stream: IO[bytes], headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return stream.read(int(headers.get("content-length", 0)))
    whole = b""
    while size := int(stream.readline().split(b";")[0] or b"0", 16):
        whole += stream.read(size)
        stream.readline()
    stream.readline()
    return whole


@dataclass
class Target:
    """The raw server; *act* answers every call but the first *spared*, which are honest."""

    act: Callable[[Call], object]
    key: str
    second: str
    spared: int = 1
    over: threading.Event = field(default_factory=threading.Event)
    heard: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)  # what came in elsewhere
    memory: dict[str, Any] = field(default_factory=dict)  # of the vice's own
    foreign: dict[str, Any] = field(default_factory=dict)
    upstream: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Listen on a free port, and on another one where nobody may come."""
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.elsewhere_socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.open: list[socket.socket] = []

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/v1"

    @property
    def elsewhere(self) -> str:
        """The root of the listener where nobody may come."""
        return f"http://127.0.0.1:{self.elsewhere_socket.getsockname()[1]}"

    @contextlib.contextmanager
    def serving(self) -> Iterator[Target]:
        """Serve for a while, with a container of somebody else's there before."""
        with running(create_app(keys=[self.key, self.second])) as self.upstream:
            mine = {"authorization": f"Bearer {self.key}", "content-type": JSON}
            body = json.dumps({"name": "somebody else's", "memory_limit": "1g"}).encode()
            self.foreign = self.ask("POST", "/v1/containers", mine, body).json
            ears = ((self.socket, self._talk), (self.elsewhere_socket, self._stray))
            for listener, serve in ears:
                threading.Thread(target=self._accept, args=(listener, serve), daemon=True).start()
            try:
                yield self
            finally:
                self.over.set()
                self._close()

    def die(self) -> None:
        """Stop listening for good, as a server does that has crashed."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _close(self) -> None:
        for each in (self.socket, self.elsewhere_socket, *self.open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Ask the reference behind."""
        address = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
        dropped = ("host", "content-length", "transfer-encoding", "connection", "accept-encoding")
        kept = {key: value for key, value in headers.items() if key not in dropped}
        with contextlib.closing(connection):
            connection.request(method, path, body or None, kept)
            came = connection.getresponse()
            return Answer(came.status, came.getheaders(), came.read())

    def names(self) -> dict[str, str]:
        """The names of all containers that the reference holds, by id."""
        mine = {"authorization": f"Bearer {self.key}"}
        page = self.ask("GET", "/v1/containers?limit=100", mine).json
        return {each["id"]: each["name"] for each in page["data"]}

    def _accept(self, listener: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open.append(peer)
            threading.Thread(target=serve, args=(peer,), daemon=True).start()

    def _stray(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError), peer:
            self.strayed.append(peer.recv(65536).decode("latin-1"))

    def _talk(self, peer: socket.socket) -> None:
        broken = (OSError, ValueError, http.client.HTTPException)
        with contextlib.suppress(*broken), peer, peer.makefile("rb") as stream:
            while call := self._next(peer, stream):
                if call.number <= self.spared:
                    call.pass_on()
                else:
                    self.act(call)

    def _next(self, peer: socket.socket, stream: IO[bytes]) -> Call | None:
        line = stream.readline().decode("latin-1").split()
        if len(line) != 3:
            return None
        headers = {}
        while (each := stream.readline()) not in (b"\r\n", b""):
            key, _, value = each.decode("latin-1").partition(":")
            headers[key.lower()] = value.strip()
        with self.lock:
            self.heard.append((line[0], line[1], headers))
            number = len(self.heard)
        return Call(self, peer, stream, number, line[0], line[1], headers)
