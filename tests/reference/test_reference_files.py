"""Files: every way into a container, and every byte out of it."""

import re

import pytest

BYTES = bytes(range(256))


def _form(parts, boundary="B"):
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
        for head, data in parts
    )
    return {
        "content": body + f"--{boundary}--\r\n".encode(),
        "headers": {"content-type": f"multipart/form-data; boundary={boundary}"},
    }


def test_uploaded_file_has_every_documented_field(api, container):
    """Creation, retrieval and list agree."""
    sent = {"file": ("all.bin", BYTES, "application/octet-stream")}
    created = api.post(f"/containers/{container}/files", files=sent)

    assert created.status_code == 200
    body = created.json()
    assert re.fullmatch("cfile_[0-9a-f]{32}", body["id"])
    assert re.fullmatch("/mnt/data/[0-9a-f]{32}-all.bin", body["path"])
    assert body == {
        "id": body["id"],
        "object": "container.file",
        "created_at": body["created_at"],
        "bytes": 256,
        "container_id": container,
        "path": body["path"],
        "source": "user",
    }
    assert api.get(f"/containers/{container}/files/{body['id']}").json() == body
    listed = api.get(f"/containers/{container}/files").json()
    assert listed == {
        "object": "list",
        "data": [body],
        "first_id": body["id"],
        "last_id": body["id"],
        "has_more": False,
    }


@pytest.mark.parametrize("size", [0, 1, 255, 65_535, 65_536, 1_000_003])
def test_content_is_what_was_sent(api, container, size):
    """No byte is lost or added, whatever the size."""
    sent = (BYTES * (size // 256 + 1))[:size]
    created = api.post(f"/containers/{container}/files", files={"file": ("a.txt", sent)}).json()
    content = api.get(f"/containers/{container}/files/{created['id']}/content")

    assert created["bytes"] == size
    assert content.status_code == 200
    assert content.content == sent
    assert content.headers["content-length"] == str(size)


@pytest.mark.parametrize(
    ("filename", "media_type"),
    [
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.csv", "text/csv"),
        ("a.png", "image/png"),
        ("a.tar.gz", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("accept", ["application/binary", "*/*", "image/webp"])
def test_content_type_goes_by_the_name_alone(api, container, filename, media_type, accept):
    """What the client would accept makes no difference."""
    sent = {"file": (filename, b"x")}
    file_id = api.post(f"/containers/{container}/files", files=sent).json()["id"]
    path = f"/containers/{container}/files/{file_id}/content"
    content = api.get(path, headers={"accept": accept})

    assert content.headers["content-type"] == media_type
    assert content.headers["content-disposition"] == (
        f"attachment; filename=\"{filename}\"; filename*=UTF-8''{filename}"
    )


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('name="file"; filename="a b.txt"', "a b.txt"),
        ('name="file"; filename="é 日本.txt"', "é 日本.txt"),
        ('name="file"; filename="a%22b.txt"', 'a"b.txt'),
        ('name="file"; filename="a\\"b.txt"', 'a"b.txt'),
        ('name="file"; filename="a\\\\b.txt"', "a\\b.txt"),
        ('name="file"; filename="50%25.txt"', "50%25.txt"),
        ('name="file"; filename="a;b.txt"', "a;b.txt"),
        ("name=file; filename=plain.txt", "plain.txt"),
        ('filename="x"; name="file"; filename*=UTF-8\'\'%C3%A9', "é"),
        ('name="file"; filename="../../etc/passwd"', "passwd"),
        ('name="file"; filename="/"', "upload"),
        ('name="file"; filename=".."', "upload"),
        ('name="file"; filename=""', "upload"),
        ('name="file"', "upload"),
    ],
)
def test_file_keeps_its_name_and_never_climbs(api, container, head, name):
    """Names come back as their senders meant them; of a path the last segment is left."""
    created = api.post(f"/containers/{container}/files", **_form([(head, BYTES)])).json()

    assert re.match("/mnt/data/[0-9a-f]{32}-", created["path"])
    assert created["path"][11 + 32 :] == name
    content = api.get(f"/containers/{container}/files/{created['id']}/content")
    assert content.content == BYTES


def test_upload_without_a_length_is_taken(api, container):
    """Node sends streams in chunks."""
    form = _form([('name="file"; filename="a"', BYTES)])
    pieces = (form["content"][at : at + 7] for at in range(0, len(form["content"]), 7))
    path = f"/containers/{container}/files"
    created = api.post(path, content=pieces, headers=form["headers"])

    assert created.json()["bytes"] == 256


def test_file_id_is_taken_in_both_encodings(api, container, upload):
    """As JSON and as the only part of a form."""
    path = f"/containers/{container}/files"
    as_json = api.post(path, json={"file_id": upload["id"]})
    as_form = api.post(path, **_form([('name="file_id"', upload["id"].encode())]))

    for created in (as_json, as_form):
        assert created.status_code == 200
        assert created.json()["path"] == f"/mnt/data/{upload['id']}-data.csv"
        assert created.json()["bytes"] == 4
        content = api.get(f"{path}/{created.json()['id']}/content")
        assert content.content == b"1,2\n"


def test_copy_outlives_its_original_and_the_original_its_copy(api, container, upload):
    """Neither deletion reaches the other file."""
    path = f"/containers/{container}/files"
    first = api.post(path, json={"file_id": upload["id"]}).json()["id"]
    second = api.post(path, json={"file_id": upload["id"]}).json()["id"]

    api.delete(f"{path}/{first}")
    assert api.get(f"/files/{upload['id']}/content").content == b"1,2\n"
    assert api.delete(f"/files/{upload['id']}").json() == {
        "id": upload["id"],
        "object": "file",
        "deleted": True,
    }
    assert api.get(f"/files/{upload['id']}").status_code == 404
    assert api.get(f"{path}/{second}/content").content == b"1,2\n"


def test_deleted_container_leaves_the_files_api_alone(api, container, upload):
    """Only the copy goes with the container."""
    api.post(f"/containers/{container}/files", json={"file_id": upload["id"]})
    api.delete(f"/containers/{container}")

    assert api.get(f"/files/{upload['id']}").json() == upload


_FILE = ('name="file"; filename="a"', b"x")
_FILE_ID = ('name="file_id"', b"file-1")


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"json": {}}, "file_id"),
        ({"json": {"file_id": 1}}, "file_id"),
        ({"json": {"file": "text"}}, "file"),
        ({"json": {"file": {"type": "Buffer", "data": [97]}}}, "file"),
        ({"json": {"file_id": "file-1", "path": "a"}}, "path"),
        ({"json": {"file_id": "f", "custom_llm_provider": 1}}, "custom_llm_provider"),
        (_form([]), None),
        (_form([_FILE, _FILE_ID]), "file_id"),
        (_form([_FILE_ID, _FILE]), "file_id"),
        (_form([_FILE, _FILE]), "file"),
        (_form([_FILE_ID, _FILE_ID]), "file_id"),
        (_form([('name="colour"', b"red")]), "colour"),
        (_form([('name="file_id"', b"\xff")]), "file_id"),
        (_form([('name="file_id"', b"x" * 70_000)]), "file_id"),
        (_form([(f'name="file"; filename="{"x" * 1025}"', b"x")]), "file"),
        (_form([("", b"x")]), ""),
    ],
)
def test_bad_upload_is_refused_and_nothing_is_stored(api, is_error, container, given, param):
    """Neither nothing, nor both, nor a file as JSON makes a file."""
    refused = api.post(f"/containers/{container}/files", **given)

    is_error(refused, 400, param=refused.json()["error"]["param"] if param is None else param)
    assert api.get(f"/containers/{container}/files").json()["data"] == []


@pytest.mark.parametrize("cut", [1, 5, 9, 40, 80, 120])
def test_form_that_ends_early_is_refused(api, is_error, container, cut):
    """Half a file is no file."""
    form = _form([('name="file"; filename="a"', b"x" * 60)])
    form["content"] = form["content"][:-cut] if cut > 2 else form["content"][: -cut - 2]

    is_error(api.post(f"/containers/{container}/files", **form), 400)
    assert api.get(f"/containers/{container}/files").json()["data"] == []


@pytest.mark.parametrize("body", [b"x", b"--B\r\nBad Header: x\r\n\r\n"])
def test_malformed_form_is_refused(api, is_error, container, body):
    """Whatever is wrong with it."""
    headers = {"content-type": "multipart/form-data; boundary=B"}
    is_error(api.post(f"/containers/{container}/files", content=body, headers=headers), 400)


def test_file_name_in_another_encoding_is_read_as_latin_1(api, container):
    """Every sequence of bytes is a name."""
    form = _form([('name="file"; filename="?.txt"', b"x")])
    form["content"] = form["content"].replace(b"?", b"\xe9")
    created = api.post(f"/containers/{container}/files", **form).json()

    assert created["path"].endswith("-é.txt")


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_form_without_a_boundary_is_refused(api, is_error, container, content_type):
    """It can't be read."""
    headers = {"content-type": content_type}
    is_error(api.post(f"/containers/{container}/files", content=b"x", headers=headers), 400)


def test_unknown_file_id_is_not_found(api, is_error, container):
    """The error names the parameter."""
    path = f"/containers/{container}/files"

    is_error(api.post(path, json={"file_id": "file-none"}), 404, param="file_id")


def test_file_as_text_inside_json_is_refused(api, is_error, container):
    """Whoever sends one, as the official command does, is told which parameter is wrong."""
    sent = {"file": "text"}
    is_error(api.post(f"/containers/{container}/files", json=sent), 400, param="file")


def test_deleted_file_is_gone(api, is_error, container):
    """Every operation on it answers 404, also a second deletion; the container stays."""
    path = f"/containers/{container}/files"
    file_id = api.post(path, files={"file": ("a", b"x")}).json()["id"]
    deleted = api.delete(f"{path}/{file_id}")

    assert deleted.status_code == 200
    assert deleted.json() == {"id": file_id, "object": "container.file.deleted", "deleted": True}
    is_error(api.delete(f"{path}/{file_id}"), 404)
    is_error(api.get(f"{path}/{file_id}"), 404)
    is_error(api.get(f"{path}/{file_id}/content"), 404)
    assert api.get(path).json()["data"] == []
    assert api.get(f"/containers/{container}").status_code == 200


def test_file_is_found_only_in_its_own_container(api, is_error, container):
    """Another container of the same tenant does not have it."""
    file_id = api.post(f"/containers/{container}/files", files={"file": b"x"}).json()["id"]
    other = api.post("/containers", json={"name": "other"}).json()["id"]

    is_error(api.get(f"/containers/{other}/files/{file_id}"), 404)
    is_error(api.get(f"/containers/{other}/files/{file_id}/content"), 404)
    is_error(api.delete(f"/containers/{other}/files/{file_id}"), 404)
    assert api.get(f"/containers/{container}/files/{file_id}").status_code == 200


def test_files_api_keeps_what_it_is_given(api, is_error, upload):
    """It answers the file object, and the bytes."""
    assert re.fullmatch("file-[0-9a-z]{24}", upload["id"])
    assert upload == {
        "id": upload["id"],
        "object": "file",
        "bytes": 4,
        "created_at": upload["created_at"],
        "filename": "data.csv",
        "purpose": "assistants",
        "status": "processed",
    }
    assert api.get(f"/files/{upload['id']}").json() == upload
    assert api.get(f"/files/{upload['id']}/content").content == b"1,2\n"
    is_error(api.post("/files", files={"file": b"x"}), 400, param="purpose")
    is_error(api.post("/files", **_form([('name="purpose"', b"x")])), 400, param="file")
    is_error(api.post("/files", json={}), 415)
    is_error(api.get("/files/file-none"), 404, param="id")
