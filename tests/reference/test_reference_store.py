"""What the provider keeps, seen from inside: all or nothing, and nothing left over."""

import os

import pytest

from conformance.reference import create_app
from conformance.reference.records import Draft, Received


@pytest.fixture
def store(tmp_path):
    """A store in a file."""
    app = create_app(database=tmp_path / "db")
    yield app.state.store
    app.state.store.close()


def _received(store, content=b"abc"):
    blob, sink = store.blobs.create()
    with sink:
        sink.write(content)
    return Received("a.txt", len(content), blob)


def _blobs(tmp_path):
    return {path.read_bytes() for path in (tmp_path / "db.blobs").iterdir()}


def _delete_and_stumble(store, upload):
    with store._storage.transaction():
        store.uploads.delete("t", upload.id)
        raise ZeroDivisionError


def test_accident_undoes_the_whole_step(store, tmp_path, monkeypatch):
    """Neither the container nor the deletion holds when a later part of the step fails."""
    upload = store.uploads.add("t", _received(store), "p")

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(store.blobs, "copy", fail)
    with pytest.raises(OSError, match="no space left"):
        store.create_container("t", Draft("a", file_ids=(upload.id,)))
    with pytest.raises(ZeroDivisionError):
        _delete_and_stumble(store, upload)

    assert store._storage.connection.execute("SELECT * FROM containers").fetchall() == []
    assert store.uploads.get("t", upload.id) == upload
    assert _blobs(tmp_path) == {b"abc"}


def test_copy_needs_no_hard_links(store, tmp_path, monkeypatch):
    """Where the disk has none, the bytes are copied."""

    def fail(*_):
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", fail)
    upload = store.uploads.add("t", _received(store), "p")
    container = store.create_container("t", Draft("a", file_ids=(upload.id,)))
    store.uploads.delete("t", upload.id)

    assert _blobs(tmp_path) == {b"abc"}
    store.containers.delete("t", container.id)
    assert _blobs(tmp_path) == set()


def test_unfinished_uploads_are_removed_at_the_next_start(store, tmp_path):
    """What belongs to nothing is not kept; what belongs to something is."""
    container = store.create_container("t", Draft("a"))
    store.files.add("t", container.id, _received(store, b"kept"))
    _received(store, b"left over")
    store.close()
    again = create_app(database=tmp_path / "db").state.store

    assert _blobs(tmp_path) == {b"kept"}
    again.close()


def test_data_in_memory_leave_no_files():
    """The directory of the blobs goes with the store."""
    store = create_app().state.store
    _received(store)
    directory = store.blobs._directory
    assert len(list(directory.iterdir())) == 1
    store.close()

    assert not directory.exists()
