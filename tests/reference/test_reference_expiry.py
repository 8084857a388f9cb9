"""Expiry: counted from the last activity, by a clock that is passed in."""

import pytest

from conformance.reference import MovableClock, create_app
from conformance.reference.clock import SystemClock
from conformance.reference.records import Draft, Received


def _create(api, minutes=20):
    expires_after = {"anchor": "last_active_at", "minutes": minutes}
    asked = {"name": "a", "expires_after": expires_after}
    return api.post("/containers", json=asked).json()["id"]


def test_idle_container_expires_and_stays_visible(clocked, clock):
    """It can be retrieved and listed, as it was; another with more time is still running."""
    created = clocked.get(f"/containers/{_create(clocked, minutes=5)}").json()
    longer = _create(clocked, minutes=6)
    clock.advance(300)

    expired = clocked.get(f"/containers/{created['id']}")
    assert expired.status_code == 200
    assert expired.json() == {**created, "status": "expired"}
    listed = clocked.get("/containers?order=asc").json()["data"]
    assert [each["status"] for each in listed] == ["expired", "running"]
    assert [each["id"] for each in listed] == [created["id"], longer]


def test_container_lives_until_its_last_second(clocked, clock):
    """A minute has sixty seconds."""
    created = _create(clocked, minutes=1)
    clock.advance(58)

    assert clocked.get("/containers").json()["data"][0]["status"] == "running"
    clock.advance(2)
    assert clocked.get(f"/containers/{created}").json()["status"] == "expired"


def test_files_are_gone_with_expiry(clocked, clock, is_error):
    """Whatever is asked about them is refused, and nothing new is taken."""
    container = _create(clocked, minutes=1)
    path = f"/containers/{container}/files"
    file_id = clocked.post(path, files={"file": b"x"}).json()["id"]
    clock.advance(60)

    is_error(clocked.get(path), 400)
    is_error(clocked.get(f"{path}/{file_id}"), 400)
    is_error(clocked.get(f"{path}/{file_id}/content"), 400)
    is_error(clocked.delete(f"{path}/{file_id}"), 400)
    is_error(clocked.post(path, files={"file": b"x"}), 400)
    assert clocked.get(f"/containers/{container}").json()["status"] == "expired"


def test_expired_container_can_be_deleted(clocked, clock):
    """Then it is no longer listed."""
    container = _create(clocked, minutes=1)
    clock.advance(60)

    assert clocked.delete(f"/containers/{container}").status_code == 200
    assert clocked.get(f"/containers/{container}").status_code == 404
    assert clocked.get("/containers").json()["data"] == []


@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("GET", ""),
        ("GET", "/files"),
        ("POST", "/files"),
        ("GET", "/files/cfile_none"),
        ("DELETE", "/files/cfile_none"),
        ("GET", "/files/cfile_none/content"),
    ],
)
def test_every_use_prolongs_the_life(clocked, clock, method, below):
    """`last_active_at` is the time of the last operation, and expiry counts from there."""
    container = _create(clocked, minutes=1)
    path = f"/containers/{container}"
    before = clocked.get(path).json()["last_active_at"]
    clock.advance(40)
    clocked.request(method, path + below)
    clock.advance(40)

    listed = clocked.get("/containers").json()["data"][0]
    assert listed["status"] == "running"
    assert 40 <= listed["last_active_at"] - before < 45


def test_being_listed_prolongs_no_life(clocked, clock):
    """A list shows other people's containers too."""
    container = _create(clocked, minutes=1)
    clock.advance(40)
    clocked.get("/containers")
    clock.advance(20)

    assert clocked.get(f"/containers/{container}").json()["status"] == "expired"


def test_container_expires_while_nobody_asks(clocked, clock):
    """Expiry is settled late, and for good: no later use brings a container back."""
    container = _create(clocked, minutes=1)
    clock.advance(10_000)
    clocked.get(f"/containers/{container}")
    clock.advance(-10_000)

    assert clocked.get(f"/containers/{container}").json()["status"] == "expired"


def test_expired_files_leave_the_disk(tmp_path):
    """Bytes of an expired or deleted container are not kept."""
    clock = MovableClock()
    app = create_app(database=tmp_path / "db", clock=clock)
    store = app.state.store
    blob, sink = store.blobs.create()
    sink.close()

    container = store.create_container("t", Draft("a", minutes=1))
    store.files.add("t", container.id, Received("a", 0, blob))
    assert len(list((tmp_path / "db.blobs").iterdir())) == 1
    clock.advance(60)
    store.containers.get("t", container.id)

    assert list((tmp_path / "db.blobs").iterdir()) == []
    store.close()


def test_clocks_tell_unix_seconds():
    """A moved clock runs on like the one beneath it."""
    moved = MovableClock()
    moved.advance(100)

    assert 99 <= moved.now() - SystemClock().now() <= 101
