"""What arrives is told once, to the request during which it arrived."""

import asyncio
import threading

import httpx

from conformance.evidence import Dictated
from conformance.proxying import recorder
from conformance.proxying.recorder import Recorder
from conformance.reference.app import create_app
from conformance.reference.server import running


def ask(url, path="/containers", method="GET", **options):
    """Ask the upstream something; the answer."""
    headers = {"authorization": "Bearer sk-any"}
    return httpx.request(method, url + path, headers=headers, trust_env=False, **options)


def test_arrival_has_the_request_and_the_answer():
    """Method, path as on the wire, query, body, status."""
    noted = Recorder(create_app())
    with running(noted) as url:
        answer = ask(url, "/containers?x=a%20b", "POST", json={"name": "a"})
        [arrival] = noted.take()

    assert (arrival.operation, arrival.path) == ("createContainer", "/containers")
    assert arrival.params == [("x", "a b")]
    assert arrival.request.content == b'{"name":"a"}'
    assert arrival.response.content == answer.content
    assert arrival.response.flaw is None


def test_what_was_taken_is_not_told_again():
    """Each arrival belongs to one request."""
    noted = Recorder(create_app())
    with running(noted) as url:
        ask(url)
        assert len(noted.take()) == 1
        assert noted.take() == ()


def test_dictated_answer_is_given_to_the_nine_operations_alone():
    """Whatever else a proxy asks its upstream is answered by the reference."""
    noted = Recorder(create_app())
    noted.dictated = Dictated(418, (("x-told", "yes"),), b"tea")
    with running(noted) as url:
        told, other = ask(url), ask(url, "/models")

    assert (told.status_code, told.headers["x-told"], told.content) == (418, "yes", b"tea")
    assert other.status_code == 404


def test_cut_answer_is_noted_as_broken():
    """The caller sees the connection end before the body does."""
    noted = Recorder(create_app())
    noted.dictated = Dictated(200, (), b"0123456789", cut=5)
    with running(noted) as url:
        try:
            ask(url)
        except httpx.HTTPError:
            broke = True
        [arrival] = noted.take()

    assert broke
    assert arrival.response.flaw


def test_what_is_answered_late_belongs_to_no_later_request(monkeypatch):
    """An arrival that was still under way when it was asked for is left out for good."""
    monkeypatch.setattr(recorder, "SETTLES_S", 0.01)
    there, go = threading.Event(), threading.Event()

    async def slow(scope, receive, send):
        there.set()
        await asyncio.to_thread(go.wait, 30)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    noted = Recorder(slow)
    with running(noted) as url:
        asking = threading.Thread(target=ask, args=(url,), kwargs={"timeout": 30})
        asking.start()
        assert there.wait(30)
        assert noted.take() == ()
        go.set()
        asking.join()
        assert noted.take() == ()
