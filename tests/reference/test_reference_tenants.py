"""API keys: who may ask, and who sees what."""

import httpx
import pytest

from conformance.reference import create_app
from conformance.reference.server import running


@pytest.fixture(scope="module")
def keyed_url():
    """The base URL of a provider that knows two keys."""
    app = create_app(keys=["first", "second"])
    with running(app) as url:
        yield url
    app.state.store.close()


OPERATIONS = [
    ("GET", "/containers"),
    ("POST", "/containers"),
    ("GET", "/containers/c"),
    ("DELETE", "/containers/c"),
    ("GET", "/containers/c/files"),
    ("POST", "/containers/c/files"),
    ("GET", "/containers/c/files/f"),
    ("DELETE", "/containers/c/files/f"),
    ("GET", "/containers/c/files/f/content"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, None),
        ({"authorization": "Bearer"}, None),
        ({"authorization": "Basic Zmlyc3Q6"}, None),
        ({"authorization": "first"}, None),
        ({"authorization": "Bearer third"}, "invalid_api_key"),
        ({"api-key": "third"}, "invalid_api_key"),
    ],
)
def test_caller_without_a_known_key_is_refused(keyed_url, is_error, *, method, path, headers, code):
    """With 401 and the error object, on every operation."""
    refused = httpx.request(method, keyed_url + path, headers=headers)

    is_error(refused, 401)
    assert refused.json()["error"]["code"] == code


@pytest.mark.parametrize(
    "headers",
    [{"authorization": "Bearer first"}, {"authorization": "bearer first"}, {"api-key": "first"}],
)
def test_known_key_is_taken_in_either_header(keyed_url, headers):
    """As a bearer token, or as Azure's clients send it."""
    assert httpx.get(f"{keyed_url}/containers", headers=headers).status_code == 200


def test_tenants_do_not_see_each_other(api, stranger, is_error, container, upload):
    """Neither containers nor files nor cursors, nor is anything of another's changed."""
    path = f"/containers/{container}/files"
    file_id = api.post(path, files={"file": b"x"}).json()["id"]
    own = stranger.post("/containers", json={"name": "own"}).json()["id"]

    assert [each["id"] for each in stranger.get("/containers").json()["data"]] == [own]
    is_error(stranger.get(f"/containers?after={container}"), 404, param="after")
    is_error(stranger.get(f"/containers/{container}"), 404)
    is_error(stranger.delete(f"/containers/{container}"), 404)
    is_error(stranger.get(path), 404)
    is_error(stranger.post(path, files={"file": b"x"}), 404)
    is_error(stranger.get(f"{path}/{file_id}"), 404)
    is_error(stranger.get(f"{path}/{file_id}/content"), 404)
    is_error(stranger.delete(f"{path}/{file_id}"), 404)
    is_error(stranger.get(f"/files/{upload['id']}"), 404, param="id")
    is_error(stranger.delete(f"/files/{upload['id']}"), 404, param="id")
    copy = {"file_id": upload["id"]}
    is_error(stranger.post(f"/containers/{own}/files", json=copy), 404, param="file_id")
    asked = {"name": "a", "file_ids": [upload["id"]]}
    is_error(stranger.post("/containers", json=asked), 404, param="file_ids")
    assert api.get(f"{path}/{file_id}").status_code == 200
    assert [each["id"] for each in api.get(path).json()["data"]] == [file_id]


def test_other_tenants_use_prolongs_no_life(clocked, clock):
    """Asking for what one may not see is no activity."""
    container = clocked.post("/containers", json={"name": "a"}).json()["id"]
    clock.advance(600)
    clocked.get(f"/containers/{container}", headers={"authorization": "Bearer other"})
    clock.advance(600)

    assert clocked.get(f"/containers/{container}").json()["status"] == "expired"


def test_files_of_the_files_api_are_listed_to_their_owner(api, stranger, upload):
    """All on one page, the newest first."""
    sent = {"file": ("second.csv", b"3,4\n")}
    second = api.post("/files", files=sent, data={"purpose": "assistants"}).json()

    page = api.get("/files").json()
    assert page["data"] == [second, upload]
    assert (page["first_id"], page["last_id"]) == (second["id"], upload["id"])
    assert stranger.get("/files").json()["data"] == []
