"""Requests that are odd, wrong or malformed: always an answer, never a 5xx."""

import asyncio
import re
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
