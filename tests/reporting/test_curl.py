"""The curl command: run by a real shell, it sends what was recorded."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from conftest import HOSTILE, body, exchange

from conformance.evidence.curl import command

KEYS = {"CONFORMANCE_API_KEY": "sk-own-$HOME", "CONFORMANCE_SECOND_API_KEY": "sk-second"}


class Listener(BaseHTTPRequestHandler):
    """Keeps what it was sent."""

    def do_POST(self):
        """Read the body by its length and answer 200."""
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.heard.append((self.command, self.path, self.headers, content))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_DELETE = do_PATCH = do_HEAD = do_POST  # noqa: N815 - http.server names them

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(name="heard", params=["sh", "bash"])
def _heard(request, tmp_path):
    """Runs the command for an exchange and gives what a server heard."""
    server = HTTPServer(("127.0.0.1", 0), Listener)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def run(path="/v1/containers", method="POST", headers=(), sent=None, credential="own"):
        told = exchange(1, credential=credential)
        told["request"] = {
            "method": method,
            "url": f"http://127.0.0.1:{server.server_port}{path}",
            "headers": [list(pair) for pair in headers],
            "body": sent or body(b""),
        }
        text = command(told)
        assert text.isprintable()
        done = subprocess.run(
            [
                request.param,
                "-c",
                text.replace("curl ", "curl -q -sS --noproxy '*' --max-time 10 "),
            ],
            env={**KEYS, "PATH": "/usr/bin:/bin"},
            cwd=tmp_path,
            capture_output=True,
            check=False,
            timeout=30,
        )
        assert done.returncode == 0, (text, done.stderr)
        return server.heard[-1]

    yield run
    server.shutdown()
    thread.join()
    server.server_close()


def test_key_is_read_from_the_environment():
    """The key's place is taken by its variable in double quotes."""
    told = command(exchange(1))

    assert '-H "Authorization: Bearer $CONFORMANCE_API_KEY"' in told
    assert told.startswith("curl -i -X POST http://127.0.0.1:8080/v1/containers ")
    assert "content-length" not in told.lower()


def test_key_is_read_from_the_variable_that_is_named():
    """Where the evidence tells which one held it."""
    told = command({**exchange(1), "key_variable": "THEIR_KEY"})

    assert '-H "Authorization: Bearer $THEIR_KEY"' in told
    assert "CONFORMANCE" not in told


def test_own_key_is_sent(heard):
    """The value of the variable arrives, whatever a shell could see in it."""
    _, _, headers, _ = heard(headers=[("authorization", "Bearer [masked]")])

    assert headers["authorization"] == "Bearer sk-own-$HOME"


def test_second_key_is_sent(heard):
    """The credential of another tenant has its own variable."""
    _, _, headers, _ = heard(headers=[("api-key", "[masked]")], credential="second")

    assert headers["api-key"] == "sk-second"
    assert headers["authorization"] is None


def test_no_key_is_sent(heard):
    """Where none was sent, none is."""
    _, _, headers, _ = heard(headers=[("authorization", "Bearer [masked]")], credential="none")

    assert headers["authorization"] is None


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("Bearer [masked]", "Bearer sk-wrong"),
        ("Bearer [masked]x", "Bearer sk-own-$HOMEx"),
        ("Basic $`\"'", "Basic $`\"'"),
    ],
)
def test_wrong_key_is_sent_wrong(heard, sent, arrives):
    """A wrong key is made up, a changed one changed, and what holds no secret is as it was."""
    _, _, headers, _ = heard(headers=[("authorization", sent)], credential="wrong")

    assert headers["authorization"] == arrives


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PATCH", "POST"])
def test_method_and_url_arrive(heard, method):
    """Brackets, dots, quotes and percent signs reach the server as they were."""
    path = "/v1/containers/../%2e%2e/it's?a[]=1&b={2}&c=$HOME&d=%00"

    told = heard(path, method)

    assert told[:2] == (method, path)


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"""{"name": "it's $HOME `id` \\\\ !x \\u0000"}""",
        b"@/etc/passwd",
        "日本語 \u202e \x1b[2J \\c \\n \\0101 %s\r\n\t\n".encode(),
        b"\x00\x01 text \x7f",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nab\r\n--b--\r\n',
        bytes(range(256)) * 16,
        b"-n",
        b"\x00\x01\x02" * 99,
        HOSTILE.encode("utf-8", "replace"),
    ],
)
@pytest.mark.parametrize("media", ["application/json", None])
def test_every_byte_of_a_body_arrives(heard, content, media):
    """Text, multipart and binary bodies of up to 4 KiB stand in the command itself."""
    headers = [("content-type", media)] if media else []

    _, _, got, arrived = heard(headers=headers, sent=body(content))

    assert arrived == content
    assert got["content-type"] == media


def test_get_with_a_body_stays_a_get(heard):
    """A body does not turn the method into POST."""
    assert heard(method="GET", sent=body(b"{}"))[0] == "GET"


def test_secret_in_a_body_is_read_from_the_environment(heard):
    """A masked part of a body or a URL is the variable's."""
    sent = body(b'{"k": "[masked]"}')

    _, path, _, arrived = heard("/v1?key=[masked]", sent=sent)

    assert arrived == b'{"k": "sk-own-$HOME"}'
    assert path == "/v1?key=sk-own-$HOME"


def test_secret_among_controls_is_read_from_the_environment(heard):
    """A variable can stand between parts that are spelled out."""
    assert heard(sent=body(b"\x01[masked]\r\n"))[3] == b"\x01sk-own-$HOME\r\n"


def test_long_body_is_read_from_a_file(heard, tmp_path):
    """A body that was not kept whole is named, with its size and hash."""
    content = b"x" * 5_000
    (tmp_path / "body.bin").write_bytes(content)

    assert heard(sent=body(content))[3] == content
    cut = exchange(1)
    cut["request"]["body"] = body(b"x", size=70_000)
    digest = hashlib.sha256(b"x").hexdigest()
    assert command(cut).endswith(
        f"--data-binary @body.bin  # body.bin: the 70000 bytes of the body, SHA-256 {digest}"
    )


@pytest.mark.parametrize("value", ["", "a;b", "semi: colon", "ü €", "\x01\x02 x", 'say "$HOME"'])
def test_other_headers_arrive(heard, value):
    """Any value of a header arrives, also an empty one."""
    got = heard(headers=[("x-any", value)])[2]["x-any"]

    assert got.encode("latin-1").decode() == value
