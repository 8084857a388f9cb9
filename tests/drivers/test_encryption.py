"""TLS and proxies on the way to a target, each against a real server on this machine."""

import contextlib
import http.client
import socket
import ssl
import threading

import pytest
import trustme

from conformance.drivers import Connection
from conformance.drivers.connection import Reachability
from conformance.plugin.target import is_encrypted
from conformance.targets import resolve

KEY = "sk-of-nobody-else"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"
AUTHORIZATION = (("Authorization", f"Bearer {KEY}"),)


class Listener:
    """A server that takes one connection after the other, encrypted or not, and keeps what came."""

    def __init__(self, serve, context=None):
        """Serve with *serve*, encrypted where there is a *context*."""
        self.heard = []
        self.failed = []
        self._serve, self._context = serve, context
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer):
        peer.settimeout(10)
        try:
            with self._wrapped(peer) as stream:
                self._serve(self, stream)
        except OSError as error:
            self.failed.append(error)

    def _wrapped(self, peer):
        return self._context.wrap_socket(peer, server_side=True) if self._context else peer


def _head(stream):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        came = stream.recv(1)
        if not came:
            raise ConnectionError("hung up")
        head += came
    return head.decode("latin-1")


def _target(listener, stream):
    while True:
        head = _head(stream)
        certificate = stream.getpeercert() if isinstance(stream, ssl.SSLSocket) else None
        listener.heard.append((head, certificate))
        stream.sendall(ANSWER)


def _proxy(listener, stream):
    """Answers what is asked in the clear itself, and lets what is encrypted pass as it is."""
    head = _head(stream)
    listener.heard.append((head, None))
    if not head.startswith("CONNECT"):
        stream.sendall(ANSWER)
        return
    host, port = head.split()[1].split(":")
    with socket.create_connection((host, int(port))) as there:
        stream.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_pump, args=(there, stream), daemon=True)
        back.start()
        _pump(stream, there)


def _pump(source, sink):
    with contextlib.suppress(OSError):
        while came := source.recv(65536):
            sink.sendall(came)


@pytest.fixture(scope="module")
def authority():
    """A certificate authority that nobody trusts by itself."""
    return trustme.CA()


@pytest.fixture
def ca_file(authority, tmp_path):
    """Its certificate in a file."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def listen():
    """Starts listeners for a while: ``listen(serve, context=None)``."""
    started = []

    def start(serve, context=None):
        started.append(Listener(serve, context))
        return started[-1]

    yield start
    for each in started:
        each.socket.close()


@pytest.fixture
def secured(authority, listen):
    """Starts a target that speaks TLS as *name*, and may want a certificate of its callers."""

    def start(name="127.0.0.1", *, wants_certificate=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        if wants_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            authority.configure_trust(context)
        return listen(_target, context)

    return start


@pytest.fixture
def ask():
    """Sends one request with a key: ``ask(url, **how)``; what came, and what troubled it."""

    def send(url, **how):
        connection = Connection(Reachability(timeout_s=5.0, **how))
        try:
            _, response, trouble = connection.request("GET", url, AUTHORIZATION, None)
        finally:
            connection.close()
        return response, trouble

    return send


def test_certificate_of_a_known_authority_is_taken(secured, ask, ca_file):
    """``--ca-file`` says whom to trust; the key then goes over TLS."""
    server = secured()
    response, trouble = ask(f"https://127.0.0.1:{server.port}/v1/containers", ca_file=ca_file)

    assert (response.status, trouble) == (200, None)
    assert f"Bearer {KEY}" in server.heard[0][0]


def test_certificate_that_nobody_knows_is_refused(secured, ask):
    """Without ``--ca-file`` nothing is sent, least of all the key."""
    server = secured()
    response, trouble = ask(f"https://127.0.0.1:{server.port}/v1/containers")

    assert response is None
    assert "CERTIFICATE_VERIFY_FAILED" in trouble
    assert server.heard == []


def test_connection_that_expects_no_encryption_trusts_nobody(secured, ask, ca_file):
    """Were anything ever encrypted there, it would be refused."""
    server = secured()
    url = f"https://127.0.0.1:{server.port}/v1/containers"
    response, trouble = ask(url, ca_file=ca_file, encrypted=False)

    assert response is None
    assert "CERTIFICATE_VERIFY_FAILED" in trouble
    assert server.heard == []


@pytest.mark.parametrize(
    ("given", "encrypted"),
    [
        ({}, False),
        ({"base-url": "http://127.0.0.1:1/v1"}, False),
        ({"base-url": "https://127.0.0.1:1/v1"}, True),
        ({"base-url": "http://127.0.0.1:1/v1", "proxy": "https://127.0.0.1:2"}, True),
        ({"base-url": "http://example.org/v1", "allow-insecure": True}, True),
    ],
)
def test_certificates_are_read_where_they_may_be_needed(given, encrypted, tmp_path):
    """On the way to the target, or to a proxy that the environment may name."""
    settings = resolve(given, {"CONFORMANCE_API_KEY": KEY}, tmp_path)
    assert is_encrypted(settings) is encrypted


def test_certificate_of_another_host_is_refused(secured, ask, ca_file):
    """Whoever signed it."""
    server = secured("somebody.example")
    response, trouble = ask(f"https://127.0.0.1:{server.port}/v1/containers", ca_file=ca_file)

    assert response is None
    assert "CERTIFICATE_VERIFY_FAILED" in trouble
    assert server.heard == []


@pytest.fixture
def ours(authority, tmp_path):
    """A certificate of ours and its key, in two files."""
    issued = authority.issue_cert("suite@conformance.example")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    return str(certificate), str(key)


def test_client_certificate_is_shown(secured, ask, ca_file, ours):
    """``--client-cert`` with ``--client-key`` says who we are."""
    server = secured(wants_certificate=True)
    url = f"https://127.0.0.1:{server.port}/v1/containers"
    response, trouble = ask(url, ca_file=ca_file, client_cert=ours)

    assert (response.status, trouble) == (200, None)
    names = dict(server.heard[0][1]["subjectAltName"])
    assert names == {"email": "suite@conformance.example"}


def test_target_that_wants_a_certificate_gets_none_unasked(secured, ask, ca_file):
    """Without one the target refuses, and has seen no key."""
    server = secured(wants_certificate=True)
    url = f"https://127.0.0.1:{server.port}/v1/containers"
    response, trouble = ask(url, ca_file=ca_file)

    assert response is None
    assert trouble
    assert server.heard == []


def test_proxy_never_sees_the_key_of_an_encrypted_target(secured, listen, ask, ca_file):
    """It is asked to connect, and passes on what it can't read."""
    server, proxy = secured(), listen(_proxy)
    url = f"https://127.0.0.1:{server.port}/v1/containers"
    response, trouble = ask(url, ca_file=ca_file, proxy=f"http://127.0.0.1:{proxy.port}")

    assert (response.status, trouble) == (200, None)
    assert f"Bearer {KEY}" in server.heard[0][0]
    [(asked, _)] = proxy.heard
    assert asked.startswith(f"CONNECT 127.0.0.1:{server.port} ")
    assert KEY not in asked


def test_proxy_is_used_where_it_was_given(listen, ask):
    """Also for a target on this machine, which proxies of the environment never are."""
    proxy = listen(_proxy)
    address = f"http://me:hidden@127.0.0.1:{proxy.port}"
    response, _ = ask("http://127.0.0.1:1/v1/containers", proxy=address)

    assert response.status == 200
    [(asked, _)] = proxy.heard
    assert asked.startswith("GET http://127.0.0.1:1/v1/containers ")
    assert "proxy-authorization: basic " in asked.lower()


def test_proxy_of_the_environment_sees_nothing_of_this_machine(listen, ask, monkeypatch):
    """What two processes of one machine say to each other stays there."""
    proxy, target = listen(_proxy), listen(_target)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    response, _ = ask(f"http://127.0.0.1:{target.port}/v1/containers")

    assert response.status == 200
    assert proxy.heard == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_never_followed(listen, ask, status):
    """Neither to another origin nor to the same: the key goes where the caller sent it."""
    elsewhere = listen(_target)

    def redirect(listener, stream):
        listener.heard.append((_head(stream), None))
        where = f"http://127.0.0.1:{elsewhere.port}/v1/containers"
        stream.sendall(
            f"HTTP/1.1 {status} {http.client.responses[status]}\r\n"
            f"Location: {where}\r\nContent-Length: 0\r\n\r\n".encode()
        )

    target = listen(redirect)
    response, _ = ask(f"http://127.0.0.1:{target.port}/v1/containers")

    assert response.status == status
    assert (len(target.heard), elsewhere.heard) == (1, [])
