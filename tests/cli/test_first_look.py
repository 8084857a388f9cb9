"""The first look at a target, which run, clients and probe take alike."""

import contextlib
import socket
import threading
import time

import pytest

from conformance import cli

KEY = "sk-first-look-0123456789"

COMMANDS = {
    "run": ["run", "--report-dir", "out"],
    "clients": ["clients", "--client", "httpx", "--report-dir", "out"],
    "probe": ["probe"],
}


@pytest.fixture(params=COMMANDS.values(), ids=COMMANDS)
def look(request, monkeypatch, capsys):
    """``look(answer)`` calls each command at a target that gives *answer*: status, error."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)

    def call(answer):
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    peer, _ = listener.accept()
                    with peer, contextlib.suppress(OSError):
                        peer.recv(65_536)
                        peer.sendall(answer())

        threading.Thread(target=serve, daemon=True).start()
        with listener:
            monkeypatch.setenv("CONFORMANCE_BASE_URL", url)
            status = cli.main(request.param)
            listener.shutdown(socket.SHUT_RDWR)
        return status, capsys.readouterr().err

    return call


def test_key_that_a_refused_target_quotes_is_masked(look):
    """What is no HTTP is quoted in the sentence, but for our key."""
    status, err = look(f"HTTP/1.1 200 OK\r\nkey {KEY}\r\n\r\n".encode)

    assert status == 3
    assert "Nothing answers at" in err
    assert "[masked]" in err
    assert KEY not in err


def absent():
    """Says slowly that there is no such thing here."""
    time.sleep(1.1)
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def silent():
    """Says nothing until it is too late."""
    time.sleep(1.1)
    return b""


#: Whether the target was reached when the limit was, and what a limit then comes to.
REACHED = {
    "answered": (absent, 4, "--max-duration was reached before the first look at"),
    "silent": (silent, 3, "had not answered when --max-duration was reached"),
}


@pytest.mark.parametrize(("answer", "expected", "told"), REACHED.values(), ids=REACHED)
def test_limit_that_ends_the_first_look_is_inconclusive(look, monkeypatch, answer, expected, told):
    """But for a target that gave no answer at all, which was not reached."""
    monkeypatch.setenv("CONFORMANCE_MAX_DURATION", "1")

    status, err = look(answer)

    assert (status, told in err) == (expected, True), err
    assert err.count("\n") == 1
