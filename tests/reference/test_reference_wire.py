"""What goes over the wire: strange addresses, malformed HTTP, large bodies, lost connections."""

import re
import socket

import httpx
import pytest

from conformance.reference import create_app
from conformance.reference.server import running


@pytest.mark.parametrize(
    "segment",
    [
        "a%2Fb",
        "%2E%2E",
        "..",
        ".",
        "%2e%2e%2fcontainers",
        "%00",
        "%FF",
        "a;b",
        "%20",
        "%",
        "x" * 5000,
    ],
)
def test_strange_id_is_one_segment_and_not_found(base_url, segment):
    """It is decoded once, and does not climb."""
    host, port = re.search(r"//(.*):(\d+)/", base_url).groups()
    for path in (f"/v1/containers/{segment}", f"/v1/containers/{segment}/files/{segment}"):
        answer = _raw(host, int(port), f"GET {path} HTTP/1.1\r\nHost: x\r\napi-key: k\r\n")
        assert answer.startswith(b"HTTP/1.1 404 ")
        assert b'"error"' in answer


def _raw(host, port, head):
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(head.encode("latin-1") + b"Connection: close\r\n\r\n")
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


@pytest.mark.parametrize(
    "head",
    [
        "nonsense\r\n",
        "GET /v1/containers HTTP/1.1\r\n",
        "GET /v1/containers HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n",
        "GET /v1/\xff HTTP/1.1\r\nHost: x\r\n",
        "POST /v1/containers HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
        "POST /v1/containers HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    ],
)
def test_malformed_http_is_answered_with_the_error_object(base_url, head):
    """The connection is closed afterwards."""
    host, port = re.search(r"//(.*):(\d+)/", base_url).groups()
    answer = _raw(host, int(port), head)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/json" in answer
    assert b"x-request-id: req_" in answer
    assert b'"type": "invalid_request_error"' in answer


@pytest.mark.parametrize(("key", "status"), [("k", b"400"), ("", b"401")])
def test_malformed_chunk_gets_one_answer(base_url, key, status):
    """The error object, unless the request has been answered already; then the line is cut."""
    host, port = re.search(r"//(.*):(\d+)/", base_url).groups()
    head = (
        f"POST /v1/containers HTTP/1.1\r\nHost: x\r\napi-key: {key}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode())
        answer = b"" if key else connection.recv(65536)
        connection.sendall(b"no length\r\n")
        while piece := connection.recv(65536):
            answer += piece

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.count(b'"error"') == 1


@pytest.fixture
def small():
    """A client of a provider that takes bodies of 10,000 bytes at most."""
    app = create_app(max_body=10_000, base_path="/deep/path")
    headers = {"authorization": "Bearer k"}
    with running(app) as url, httpx.Client(headers=headers) as client:
        client.base_url = url.removesuffix("/v1") + "/deep/path"
        yield client
    app.state.store.close()


@pytest.mark.parametrize("length", [20_000_000, 0])
def test_caller_that_wants_to_close_gets_its_answer(small, length):
    """No reset takes it away, however much is still on its way."""
    port = small.base_url.port
    head = (
        "POST /containers HTTP/1.1\r\nHost: x\r\napi-key: k\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: 20000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + b"x" * length)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"error"' in answer


@pytest.mark.parametrize("announced", [True, False])
def test_body_that_is_too_large_is_refused(small, is_error, announced):
    """With 413 as JSON and no reset, on a connection that stays usable; nothing is stored."""
    path = f"/containers/{small.post('/containers', json={'name': 'a'}).json()['id']}/files"
    form = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = form + b"x" * 20_000_000 + b"\r\n--B--\r\n"
    sent = body if announced else (body[at : at + 65536] for at in range(0, len(body), 65536))
    headers = {"content-type": "multipart/form-data; boundary=B"}

    is_error(small.post(path, content=sent, headers=headers), 413)
    is_error(small.post("/containers", json={"name": "x" * 10_000}), 413)
    assert small.get(path).json()["data"] == []


def test_base_path_is_configurable_and_the_root_is_served_too(small):
    """What comes before /containers makes no difference."""
    root = str(small.base_url).removesuffix("/deep/path/")

    assert small.get("/containers").status_code == 200
    assert small.get(f"{root}/containers").status_code == 200
    assert small.get(f"{root}/v1/containers").status_code == 404


def test_caller_that_hangs_up_leaves_nothing_behind(base_url, api, container):
    """Half an upload is forgotten."""
    host, port = re.search(r"//(.*):(\d+)/", base_url).groups()
    head = (
        f"POST /v1/containers/{container}/files HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {api.headers['authorization']}\r\nContent-Length: 1000000\r\n"
        "Content-Type: multipart/form-data; boundary=B\r\n\r\n"
        '--B\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nxxxx'
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode())

    assert api.get(f"/containers/{container}/files").json()["data"] == []
