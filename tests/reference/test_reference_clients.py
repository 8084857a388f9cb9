"""The official openai clients, unchanged, through all nine operations."""

import json
import os
import re
import subprocess
from pathlib import Path

import clientrooms
import pytest

from conformance.reference import create_app
from conformance.reference.server import running

HERE = Path(__file__).parent
SIZE = 256 * 300


def _drive(command, **environment):
    """What a driver prints, having been refused nothing that it did not expect."""
    driven = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environment, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
    )
    assert driven.returncode == 0, driven.stderr
    return json.loads(driven.stdout)


@pytest.fixture(scope="module", params=["python-sync", "python-async", "node"])
def journey(request, tmp_path_factory):
    """What one client went through, against a provider of its own."""
    directory = str(tmp_path_factory.mktemp("files"))
    app = create_app(keys=["key"])
    with running(app) as url:
        if request.param == "node":
            room = clientrooms.openai_node()
            command = ["node", HERE / "drive_openai.mjs", url, "key", directory]
            result = _drive(command, CONFORMANCE_OPENAI_NODE=str(room))
        else:
            kind = request.param.removeprefix("python-")
            python = clientrooms.openai_python()
            result = _drive([python, HERE / "drive_openai.py", url, "key", kind, directory])
    app.state.store.close()
    return request.param, result


def _refused(error, name, status, code=None, param=None):
    assert re.fullmatch("req_[0-9a-f]{32}", error.pop("request_id"))
    assert error == {
        "class": name,
        "status": status,
        "code": code,
        "param": param,
        "type": "invalid_request_error",
    }


def test_container_comes_back_as_it_was_asked_for(journey):
    """Every field, from creation, retrieval and the list alike."""
    _, seen = journey
    created = seen["created"]

    assert re.fullmatch("cntr_[0-9a-f]{48}", created["id"])
    assert created == {
        "id": created["id"],
        "object": "container",
        "created_at": created["created_at"],
        "last_active_at": created["created_at"],
        "status": "running",
        **seen["asked"],
    }
    retrieved = seen["retrieved"]
    assert {**retrieved, "last_active_at": created["last_active_at"]} == created
    assert re.fullmatch("req_[0-9a-f]{32}", seen["request_id"])
    assert seen["named"] == [[retrieved]]


def test_client_walks_three_pages(journey):
    """Six containers by two, newest first, each once."""
    _, seen = journey
    pages = seen["pages"]

    assert [len(page) for page in pages] == [2, 2, 2]
    walked = [each for page in pages for each in page]
    made = [seen["created"]["id"], *(each["id"] for each in seen["others"])]
    assert [each["id"] for each in walked] == made[::-1]
    assert walked[:-1] == seen["others"][::-1]


def test_deleted_container_is_gone_for_the_client(journey):
    """Python's client hides the answer, Node's shows it; both raise afterwards."""
    client, seen = journey
    gone = seen["others"][0]["id"]
    answer = {"id": gone, "object": "container.deleted", "deleted": True}

    assert seen["deleted"] == (answer if client == "node" else None)
    _refused(seen["again"], "NotFoundError", 404)
    _refused(seen["gone"], "NotFoundError", 404)


def test_client_tells_errors_apart(journey):
    """By the status, with code and param of the error object."""
    client, seen = journey

    _refused(seen["bad"], "BadRequestError", 400, "empty_string", "name")
    _refused(seen["strange"], "NotFoundError", 404)
    _refused(seen["stranger"], "AuthenticationError", 401, "invalid_api_key")
    if client == "node":
        _refused(seen["empty"], "NotFoundError", 404, "unknown_url")


def test_every_kind_of_upload_arrives_whole(journey):
    """Bytes, paths, open files, tuples, streams; each under its name."""
    client, seen = journey
    names = {
        "node": {
            "toFile": 'a "b".txt',
            "file": "blob.bin",
            "stream": "é notes.csv",
            "empty": "empty.bin",
        }
    }.get(
        client,
        {
            "bytes": "upload",
            "path": "é notes.csv",
            "opened": "é notes.csv",
            "tuple": 'a "b".txt',
            "empty": "empty.bin",
        },
    )
    made = seen["files"]["made"]
    assert set(made) == set(names)
    for kind, each in made.items():
        assert re.fullmatch("cfile_[0-9a-f]{32}", each["id"])
        assert re.fullmatch(f"/mnt/data/[0-9a-f]{{32}}-{names[kind]}", each["path"])
        assert each == {
            "id": each["id"],
            "object": "container.file",
            "created_at": each["created_at"],
            "bytes": 0 if kind == "empty" else SIZE,
            "container_id": seen["created"]["id"],
            "path": each["path"],
            "source": "user",
        }
    assert seen["files"]["contents"] == {kind: kind != "empty" for kind in names}


def test_copied_file_is_named_after_its_original(journey):
    """By the encoding of file_id that the client chooses."""
    _, seen = journey
    files = seen["files"]

    assert files["copied"]["path"] == f"/mnt/data/{files['upload']['id']}-d.csv"
    assert files["copied"]["bytes"] == 4
    assert files["copied_content"] == "1,2\n"


def test_client_walks_retrieves_and_deletes_files(journey):
    """In the order of their creation, by two; the deleted one is gone and the others stay."""
    client, seen = journey
    files = seen["files"]
    made = [*files["made"].values(), files["copied"]]
    first = next(iter(made))

    assert [each for page in files["pages"] for each in page] == made
    assert len(files["pages"]) == 3
    assert files["retrieved"] == first
    answer = {"id": first["id"], "object": "container.file.deleted", "deleted": True}
    assert files["deleted"] == (answer if client == "node" else None)
    _refused(files["again"], "NotFoundError", 404)
    _refused(files["gone"], "NotFoundError", 404)
    assert files["left"] == [[each["id"] for each in made[1:]]]


def test_upload_of_nothing_is_refused(journey):
    """And so is a buffer that Node's client sends as JSON."""
    client, seen = journey
    files = seen["files"]

    _refused(files["nothing"], "BadRequestError", 400, "missing_required_parameter", "file_id")
    if client == "node":
        _refused(files["unwrapped"], "BadRequestError", 400, "invalid_value", "file")
