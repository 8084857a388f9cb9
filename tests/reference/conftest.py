"""A reference provider that all tests of this directory share, each as a tenant of its own."""

import secrets

import httpx
import pytest

from conformance.reference import MovableClock, create_app
from conformance.reference.server import running


def pytest_configure(config):
    """Declare the marker of what takes much room."""
    config.addinivalue_line("markers", "big: moves 512 MiB; only run with `-m big`")


def pytest_collection_modifyitems(config, items):
    """Leave out what is big, unless it is asked for."""
    if "big" in config.option.markexpr:
        return
    big = [item for item in items if item.get_closest_marker("big")]
    config.hook.pytest_deselected(items=big)
    items[:] = [item for item in items if item not in big]


@pytest.fixture(scope="session")
def base_url():
    """The base URL of a provider in memory, where any key is a tenant."""
    app = create_app()
    with running(app) as url:
        yield url
    app.state.store.close()


def _client(url, key):
    return httpx.Client(base_url=url, headers={"authorization": f"Bearer {key}"}, timeout=30)


@pytest.fixture
def api(base_url):
    """A client with a key that nobody else has."""
    with _client(base_url, secrets.token_hex(8)) as client:
        yield client


@pytest.fixture
def stranger(base_url):
    """Another tenant's client."""
    with _client(base_url, secrets.token_hex(8)) as client:
        yield client


@pytest.fixture
def clock():
    """A clock that the test can move."""
    return MovableClock()


@pytest.fixture
def clocked(clock):
    """A client of a provider that goes by `clock`."""
    app = create_app(clock=clock)
    with running(app) as url, _client(url, "key") as client:
        yield client
    app.state.store.close()


@pytest.fixture
def container(api):
    """The id of a new container."""
    return api.post("/containers", json={"name": "notes"}).json()["id"]


@pytest.fixture
def upload(api):
    """A file of the Files API."""
    sent = {"file": ("data.csv", b"1,2\n")}
    return api.post("/files", files=sent, data={"purpose": "assistants"}).json()


def _error(answer, status, *, param=None):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error"}
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert answer.headers["x-request-id"].startswith("req_")


@pytest.fixture
def is_error():
    """Asserts that an answer is the documented error object."""
    return _error
