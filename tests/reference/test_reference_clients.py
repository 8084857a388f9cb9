"""The official openai clients, unchanged, through all nine operations.

Each is driven by its program of the room drivers, without a recorder in between.
"""

import base64
import re
from urllib.parse import parse_qs

import clientrooms
import pytest

from conformance.drivers.clients import roster
from conformance.drivers.clients.seen import Access
from conformance.reference import create_app
from conformance.reference.server import running

BYTES = bytes(range(256)) * 300

ASKED = {
    "name": "a b é",
    "memory_limit": "4g",
    "expires_after": {"anchor": "last_active_at", "minutes": 9},
    "network_policy": {"type": "disabled"},
}

#: What each file is called, and its bytes.
FILES = {
    "é notes.csv": BYTES,
    'a "b".txt': BYTES,
    "upload": BYTES,
    "empty.bin": b"",
}


class Caller:
    """One client against a provider of its own, of which the pages that it asked for are kept."""

    def __init__(self, name, client, pages):
        """Speak through *client*."""
        self.name, self.pages, self._client = name, pages, client

    def call(self, call, /, **given):
        """What the client shows its user."""
        seen = self._client.call(call, given)
        assert seen.error is None, seen.told()
        assert not seen.broken, seen.told()
        return seen.value

    def error(self, call, /, **given):
        """What the client raises."""
        seen = self._client.call(call, given)
        assert seen.error is not None, seen.told()
        return {key: value for key, value in seen.error.items() if key != "message"}


def _paged(app, pages):
    """*app*, with the parameters of every list that is asked for put into *pages*."""

    async def noting(scope, receive, send):
        if scope["type"] == "http" and scope["method"] == "GET" and scope["query_string"]:
            pages.append(parse_qs(scope["query_string"].decode()))
        await app(scope, receive, send)

    return noting


def _started(name, url):
    client, _, mode = name.partition(" ")
    [column] = [
        each
        for each in roster.chosen([client])
        if each.mode == mode and not each.room.version.startswith("1.")
    ]
    room = clientrooms.openai_node() if client == "openai-node" else clientrooms.openai_python()
    return column.start(room, Access(url, "key", "unknown"))


@pytest.fixture(scope="module", params=["openai-python sync", "openai-python async", "openai-node"])
def caller(request):
    """One client, and a provider that it has for itself."""
    pages = []
    app = create_app(keys=["key"])
    with running(_paged(app, pages)) as url:
        client = _started(request.param, url)
        yield Caller(request.param, client, pages)
        client.close()
    app.state.store.close()


@pytest.fixture(scope="module")
def made(caller):
    """A container with every option, and five that were made after it."""
    created = caller.call("create_container", **ASKED)
    return [created, *(caller.call("create_container", name=f"other {at}") for at in range(5))]


@pytest.fixture(scope="module")
def uploaded(caller, made):
    """A file of every name, in the container that was made first."""
    return [
        caller.call(
            "create_file",
            container=made[0]["id"],
            content=base64.b64encode(content).decode(),
            filename=filename,
        )
        for filename, content in FILES.items()
    ]


def _assert_refused(error, name, status, code=None, param=None):
    assert error == {
        "class": name,
        "status": status,
        "code": code,
        "param": param,
        "type": "invalid_request_error",
    }


def _assert_deletes(caller, call, answer, **given):
    """Python's client hides the answer, Node's shows it; both raise afterwards."""
    shown = caller.call(f"delete_{call}", **given)
    assert shown == (answer if caller.name == "openai-node" else None)
    for again in (f"delete_{call}", f"retrieve_{call}"):
        _assert_refused(caller.error(again, **given), "NotFoundError", 404)


def test_container_comes_back_as_it_was_asked_for(caller, made):
    """Every field, from creation, retrieval and the list alike."""
    created = made[0]
    assert re.fullmatch("cntr_[0-9a-f]{48}", created["id"])
    assert created == {
        "id": created["id"],
        "object": "container",
        "created_at": created["created_at"],
        "last_active_at": created["created_at"],
        "status": "running",
        **ASKED,
    }
    retrieved = caller.call("retrieve_container", container=created["id"])
    assert {**retrieved, "last_active_at": created["last_active_at"]} == created
    assert caller.call("list_containers", name="a b", limit=2) == [retrieved]


def test_client_walks_three_pages(caller, made):
    """Six containers by two, newest first, each once."""
    caller.pages.clear()
    walked = caller.call("list_containers", limit=2)

    assert [each["id"] for each in walked] == [each["id"] for each in made[::-1]]
    assert walked[:-1] == made[:0:-1]
    assert [page.get("after") for page in caller.pages[:3]] == [
        None,
        [walked[1]["id"]],
        [walked[3]["id"]],
    ]


def test_deleted_container_is_gone_for_the_client(caller):
    """It is told so, and told apart from one that is there."""
    gone = caller.call("create_container", name="short-lived")["id"]
    answer = {"id": gone, "object": "container.deleted", "deleted": True}
    _assert_deletes(caller, "container", answer, container=gone)


def test_client_tells_errors_apart(caller, made):
    """By the status, with code and param of the error object."""
    bad = caller.error("create_container", name="")
    _assert_refused(bad, "BadRequestError", 400, "empty_string", "name")
    strange = caller.error("retrieve_container", container="a/b")
    _assert_refused(strange, "NotFoundError", 404)
    stranger = caller.error("retrieve_container", container=made[0]["id"], key="wrong")
    _assert_refused(stranger, "AuthenticationError", 401, "invalid_api_key")
    if caller.name == "openai-node":  # Python's client refuses it by itself
        empty = caller.error("retrieve_container", container="")
        _assert_refused(empty, "NotFoundError", 404, "unknown_url")


def test_every_upload_arrives_whole(caller, made, uploaded):
    """Each byte, under the file's name."""
    for (filename, content), each in zip(FILES.items(), uploaded, strict=True):
        assert re.fullmatch("cfile_[0-9a-f]{32}", each["id"])
        assert re.fullmatch(f"/mnt/data/[0-9a-f]{{32}}-{filename}", each["path"])
        assert each == {
            "id": each["id"],
            "object": "container.file",
            "created_at": each["created_at"],
            "bytes": len(content),
            "container_id": made[0]["id"],
            "path": each["path"],
            "source": "user",
        }
        came = caller.call("content", container=made[0]["id"], file=each["id"])
        assert base64.b64decode(came) == content


def test_copied_file_is_named_after_its_original(caller, made, tmp_path):
    """By the encoding of file_id that the client chooses."""
    path = tmp_path / "d.csv"
    path.write_bytes(b"1,2\n")
    original = caller.call("upload_original", path=str(path))
    where = {"container": made[1]["id"]}
    copied = caller.call("create_file", **where, file_id=original["id"])
    content = caller.call("content", **where, file=copied["id"])

    assert copied["path"] == f"/mnt/data/{original['id']}-d.csv"
    assert copied["bytes"] == 4
    assert base64.b64decode(content) == b"1,2\n"


def test_client_walks_retrieves_and_deletes_files(caller, made, uploaded):
    """In the order of their creation, by two; the deleted one is gone and the others stay."""
    where = {"container": made[0]["id"]}
    caller.pages.clear()
    assert caller.call("list_files", **where, limit=2, order="asc") == uploaded
    assert len(caller.pages) >= 2

    first = uploaded[0]
    assert caller.call("retrieve_file", **where, file=first["id"]) == first
    answer = {"id": first["id"], "object": "container.file.deleted", "deleted": True}
    _assert_deletes(caller, "file", answer, **where, file=first["id"])
    assert caller.call("list_files", **where, order="asc") == uploaded[1:]


def test_upload_of_nothing_is_refused(caller, made):
    """It says what is missing."""
    nothing = caller.error("create_file", container=made[0]["id"])
    _assert_refused(nothing, "BadRequestError", 400, "missing_required_parameter", "file_id")
