"""Requests that are odd, wrong or malformed: always an answer, never a 5xx."""

import asyncio
import re
import socket
import threading

import httpx
import pytest

from conformance.reference import create_app
from conformance.reference.server import running

_JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"name"',
        b"null",
        b'{"name": NaN}',
        b'{"name": "a"} x',
        b'\xef\xbb\xbf{"name": "a"}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b'{"name": "a", "\\udfff": 1}',
        '{"name": "a"}'.encode("utf-16"),
        b'{"name": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"name": ' + b"9" * 5000 + b"}",
    ],
)
def test_body_that_is_no_json_object_is_refused(api, is_error, body):
    """However it is broken."""
    refused = api.post("/containers", content=body, headers=_JSON)

    is_error(refused, 400, param=refused.json()["error"]["param"])
    assert api.get("/containers").json()["data"] == []


def test_escaped_surrogate_pair_is_a_character(api):
    """Only lone halves are refused."""
    created = api.post("/containers", content=b'{"name": "\\ud83d\\ude00"}', headers=_JSON)

    assert created.json()["name"] == "\U0001f600"


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data", "application/xml", ""])
def test_wrong_media_type_is_refused(api, is_error, container, media_type):
    """With 415, and for a form without a boundary 400."""
    headers = {"content-type": media_type}
    is_error(api.post("/containers", content=b'{"name": "a"}', headers=headers), 415)
    refused = api.post(f"/containers/{container}/files", content=b"x", headers=headers)
    is_error(refused, 400 if media_type.startswith("multipart") else 415)


def test_media_type_may_have_parameters_and_capitals(api):
    """As RFC 9110 has it."""
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    answer = api.post("/containers", content=b'{"name": "a"}', headers=headers)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/containers", {"GET", "POST"}),
        ("/containers/c", {"GET", "DELETE"}),
        ("/containers/c/files", {"GET", "POST"}),
        ("/containers/c/files/f", {"GET", "DELETE"}),
        ("/containers/c/files/f/content", {"GET"}),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"])
def test_method_that_is_not_served_is_refused(api, is_error, path, allowed, method):
    """With 405, and the methods that are."""
    if method in allowed:
        return
    refused = api.request(method, path)

    is_error(refused, 405)
    assert set(refused.headers["allow"].split(", ")) == allowed


def test_head_is_refused_without_a_body(api):
    """Like any other method that is not served."""
    refused = api.head("/containers")

    assert refused.status_code == 405
    assert refused.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/containers/",
        "/containers//files",
        "/containers/c/",
        "/containers/c/files/",
        "/containers/c/files//content",
        "/nothing",
        "/v1/containers",
        "/containers/c/files/f/content/x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_unknown_address_is_not_found(base_url, is_error, path, method):
    """And never redirected, a trailing slash neither."""
    is_error(httpx.request(method, base_url + path, headers={"authorization": "Bearer k"}), 404)


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


def test_every_answer_has_its_headers(api, container):
    """An id of its own, the time spent, and no compression."""
    headers = {"accept-encoding": "gzip", "x-stainless-lang": "python", "openai-organization": "o"}
    seen = set()
    for path in ("/containers", f"/containers/{container}", "/containers/none", "/none"):
        answer = api.get(path, headers=headers)
        assert re.fullmatch("req_[0-9a-f]{32}", answer.headers["x-request-id"])
        assert answer.headers["openai-processing-ms"].isdigit()
        assert answer.headers["content-type"] == "application/json"
        assert "content-encoding" not in answer.headers
        seen.add(answer.headers["x-request-id"])

    assert len(seen) == 4


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


def test_fault_of_the_provider_is_a_server_error(base_url, caplog):
    """It is logged, and told to the caller without its text."""
    app = create_app()
    app.state.store.containers = None
    with running(app) as url:
        answer = httpx.get(f"{url}/containers", headers={"api-key": "k"})
    app.state.store.close()

    assert answer.status_code == 500
    assert answer.json()["error"]["type"] == "server_error"
    assert "NoneType" not in answer.text
    assert "AttributeError" in caplog.text


def test_application_takes_part_in_the_lifespan():
    """Servers that ask for it get their answers."""
    asked = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent = []

    async def receive():
        return next(asked)

    async def send(message):
        sent.append(message["type"])

    app = create_app()
    asyncio.run(app({"type": "lifespan"}, receive, send))
    app.state.store.close()

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_parallel_callers_do_not_disturb_each_other(api, container):
    """Uploads, lists and deletions at once; every byte and every item is accounted for."""
    path, kept, wrong = f"/containers/{container}/files", [], []

    def work(number):
        for turn in range(10):
            sent = bytes([number, turn]) * 5000
            file_id = api.post(path, files={"file": (f"{number}-{turn}", sent)}).json()["id"]
            if api.get(f"{path}/{file_id}/content").content != sent:
                wrong.append(file_id)
            if turn % 2:
                api.delete(f"{path}/{file_id}")
            else:
                kept.append(file_id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    listed = api.get(path, params={"limit": 100}).json()["data"]
    assert {each["id"] for each in listed} == set(kept)
    assert len(listed) == 40
