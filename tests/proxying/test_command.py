"""What can't be judged is refused before the first case, with what is wrong and how to mend it."""

import json
import socket
import time

import pytest

from conformance.cli import main
from conformance.reference.app import create_app
from conformance.reference.server import running
from tests.proxying.reverse import Message, Proxy
from tests.proxying.trial import CALLER, OWN, free_port, tried


def judged(capsys, monkeypatch, *options):
    """The exit status and what was said on standard error."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", CALLER)
    monkeypatch.delenv("CONFORMANCE_UPSTREAM_API_KEY", raising=False)
    began = time.monotonic()
    status = main(["proxy", *options])
    assert time.monotonic() - began < 60
    return status, capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--upstream-port", "8001"), "needs --base-url"),
        (("--base-url", "http://127.0.0.1:1/v1"), "needs --upstream-port"),
        (("--base-url", "http://127.0.0.1:1", "--upstream-port", "0"), "from 1 to 65535"),
        (("--base-url", "http://127.0.0.1:1", "--upstream-port", "70000"), "from 1 to 65535"),
        (("--base-url", "http://127.0.0.1:1", "--upstream-port", "http"), "from 1 to 65535"),
    ],
)
def test_call_without_meaning_is_refused(capsys, monkeypatch, options, told):
    """Exit status 2, and one sentence."""
    status, said = judged(capsys, monkeypatch, *options)
    assert status == 2
    assert told in said
    assert said.count("\n") == 1


def test_port_in_use_is_told(capsys, monkeypatch):
    """Exit status 2; the port is named."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        given = ("--base-url", "http://127.0.0.1:1/v1", "--upstream-port", port)
        status, said = judged(capsys, monkeypatch, *given)
    assert status == 2
    assert f"port {port}" in said
    assert "in use" in said


def without_an_upstream(answer):
    """A proxy that answers so by itself, whatever it is asked."""
    return Proxy("http://127.0.0.1:9/v1", local=lambda _: answer)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (200, "asks an upstream that is not ours"),
        (404, "Nothing that is asked of the proxy"),
        (502, "Nothing that is asked of the proxy"),
        (401, "refuses the key"),
    ],
)
def test_proxy_that_asks_another_is_told(capsys, monkeypatch, status, told):
    """Exit status 3, and what to configure."""
    answer = Message({"content-type": "application/json"}, b"{}", status=status)
    port = str(free_port())
    with running(without_an_upstream(answer)) as url:
        ended, said = judged(capsys, monkeypatch, "--base-url", url, "--upstream-port", port)
    assert ended == 3
    assert told in said
    assert status == 401 or f"configure http://127.0.0.1:{port}/v1" in said


def test_upstream_that_is_not_ours_is_told(capsys, monkeypatch):
    """Another provider behind the proxy is asked for nothing but two reads."""
    heard = []
    with running(create_app()) as theirs:
        proxy = Proxy(theirs, on_request=lambda request: heard.append(request.method))
        with running(proxy) as url:
            given = ("--base-url", url, "--upstream-port", str(free_port()))
            status, said = judged(capsys, monkeypatch, *given)
    assert status == 3
    assert "not ours" in said
    assert heard == ["GET", "GET"]


def test_proxy_that_is_not_there_is_told(capsys, monkeypatch):
    """Exit status 3."""
    given = ("--base-url", f"http://127.0.0.1:{free_port()}/v1", "--upstream-port")
    status, said = judged(capsys, monkeypatch, *given, str(free_port()))
    assert status == 3
    assert "Nothing answers" in said


def test_proxy_that_says_nothing_is_told(capsys, monkeypatch):
    """It is there: to start it would not help."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        given = ("--base-url", url, "--upstream-port", str(free_port()))
        status, said = judged(capsys, monkeypatch, *given)
    assert status == 3
    assert "takes connections, but does not answer" in said
    assert "as the base URL of its upstream" in said
    assert "start the proxy" not in said


def test_upstream_itself_is_no_proxy(capsys, monkeypatch):
    """A slip of the pen would find everything transparent."""
    port = str(free_port())
    given = ("--base-url", f"http://localhost:{port}/v1", "--upstream-port", port)
    status, said = judged(capsys, monkeypatch, *given)
    assert status == 2
    assert "our own upstream" in said
    assert said.count("\n") == 1


def test_key_that_nobody_told_us_is_told(capsys, monkeypatch):
    """A proxy with a key of its own, which the environment does not have."""
    port = free_port()
    with running(Proxy(f"http://127.0.0.1:{port}/v1", OWN, CALLER)) as url:
        given = ("--base-url", url, "--upstream-port", str(port))
        status, said = judged(capsys, monkeypatch, *given)
    assert status == 3
    assert "CONFORMANCE_UPSTREAM_API_KEY" in said
    assert OWN not in said


@pytest.mark.end_to_end
def test_proxy_without_a_key_of_its_own_may_pass_its_callers_on():
    """Nothing is red; that the key stays is not applicable."""
    ending = tried(Proxy, "--only", "proxy.container.create.*", key=None)

    outcomes = {row["id"]: row["outcome"] for row in ending.report["requirements"]}
    assert ending.red() == {}
    assert outcomes["proxy.container.create.callers-key-stays"] == "not-applicable"


@pytest.mark.end_to_end
def test_evidence_has_both_sides_and_no_key():
    """Every exchange tells what arrived; no key is written anywhere."""
    ending = tried(lambda url: Proxy(url, OWN, CALLER), "--only", "proxy.container.list.*")

    cases = [line for line in ending.evidence if line["kind"] == "case"]
    exchanges = [each for case in cases for each in case["exchanges"]]
    assert all(len(each["upstream"]) == 1 for each in exchanges)
    assert any(each["provoked"] for each in exchanges)
    assert not {CALLER, OWN} & set(json.dumps([ending.evidence, ending.report]).split('"'))
    assert CALLER not in json.dumps(ending.evidence)
    assert OWN not in json.dumps(ending.evidence)


@pytest.mark.end_to_end
def test_table_tells_what_is_lost():
    """A dropped field makes an operation one that transforms, and is named."""
    ending = tried(
        lambda url: Proxy(url, OWN, CALLER, on_answer=_without_memory_limit),
        "--only",
        "proxy.container.retrieve.*",
    )

    [row] = ending.report["proxy"]
    assert (row["operation"], row["class"]) == ("retrieveContainer", "transforms")
    assert row["dropped"] == ["answer: field memory_limit"]
    assert row["loses"] == "back, dropped: field memory_limit"


def _without_retry_after(answer, _):
    answer.headers.pop("retry-after", None)


def _hides_the_unknown(answer, _):
    if answer.status == 404:
        answer.status = 500


def _fails_at_empty_answers(answer, _):
    if answer.status == 200 and not answer.body:
        answer.status = 500


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("how", "loses", "added"),
    [
        ({"on_answer": _without_retry_after}, "refusals, dropped: header retry-after", []),
        ({"on_answer": _hides_the_unknown}, "refusals, changed: status 404 to 500", []),
        ({"on_answer": _fails_at_empty_answers}, "back, changed: status 200 to 500", []),
        ({"times": lambda _: 2}, "nothing", ["request: the same once more"]),
    ],
)
def test_proxy_is_transparent_only_if_all_goes_through(how, loses, added):
    """Refusals and odd answers included, and once."""
    ending = tried(lambda url: Proxy(url, OWN, CALLER, **how), "--only", "proxy.container.delete.*")

    [row] = ending.report["proxy"]
    assert (row["class"], row["loses"], row["added"]) == ("transforms", loses, added)


def _without_memory_limit(answer, _):
    body = answer.json
    if isinstance(body, dict):
        body.pop("memory_limit", None)
        answer.json = body
