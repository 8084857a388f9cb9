"""The command probe: what a target has, at a bounded price, as a file that run takes."""

import contextlib
from pathlib import Path

import pytest

from conformance import cli
from conformance.catalogue import load
from conformance.reference.app import create_app
from conformance.reference.server import running
from tests.mutants.altering import Answer, Ask, Request, handling, refusal, requesting

KEY, SECOND = "sk-probe-0123456789", "sk-probe-second-0123456789"

#: What the reference has of what can be found out with one key.
ALL = {
    "name-filter": True,
    "file-copy": True,
    "memory-limit": True,
    "network-policy": True,
    "skills": True,
    "expiry": True,
    "before-cursor": True,
    "litellm-fields": False,
}


class Counted:
    """Counts the requests that reach an application, and the containers it makes."""

    def __init__(self, app):
        """Stand in front of *app*."""
        self.app, self.requests, self.made, self.deleted = app, 0, 0, 0

    async def __call__(self, scope, receive, send):
        """Count and pass on."""
        self.requests += 1
        where = (scope["method"], scope["path"])

        async def counting(message):
            if message["type"] == "http.response.start" and message["status"] == 200:
                self.made += where == ("POST", "/v1/containers")
                self.deleted += where[0] == "DELETE" and where[1].startswith("/v1/containers/")
            await send(message)

        await self.app(scope, receive, counting)


@pytest.fixture
def probe(monkeypatch, capsys):
    """``probe(wrap, …)`` probes the reference behind *wrap*: status, draft, print, counts."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)

    def ask(wrap=lambda app: app, *argv):
        counted = Counted(wrap(create_app(keys=[KEY, SECOND])))
        with running(counted) as base_url:
            status = cli.main(["probe", "--base-url", base_url, *argv])
        draft = Path("target.toml").read_text("utf-8")
        return status, claims(draft), capsys.readouterr().out, counted

    return ask


def claims(draft):
    """What a draft claims and disclaims, read as run reads it."""
    from conformance.targets import Settings, resolve  # noqa: PLC0415 - only here

    settings = resolve({"target": "target.toml"}, {"CONFORMANCE_API_KEY": KEY}, Path.cwd())
    assert isinstance(settings, Settings)
    assert KEY not in draft
    return settings.features


def refusing(*fields):
    """Wraps an application so that creations with one of *fields* are refused."""

    async def refuse(request: Request, ask: Ask) -> Answer:
        return refusal(400) if set(fields) & set(request.json) else await ask(request)

    return lambda app: handling(app, "createContainer", refuse)


def dropping(**changed):
    """Wraps an application so that creations lose or change some fields."""

    def change(request: Request) -> None:
        for field, value in changed.items():
            if request.json.pop(field, None) is not None and value is not None:
                request.json[field] = value

    return lambda app: requesting(app, "createContainer", change)


def test_reference_has_everything(probe):
    """Within the bounds, and nothing is left on the target or in the directory."""
    status, found, out, counted = probe()

    assert status == 0
    assert found == ALL
    assert counted.requests <= 30
    assert 1 <= counted.made <= 2
    assert counted.deleted == counted.made
    assert f"{counted.requests} requests, {counted.made} containers" in out
    assert not Path("reports").exists()


def test_every_feature_of_the_catalogue_is_told(probe):
    """What is not found out is said, with the reason."""
    _, found, out, _ = probe()

    text = Path("target.toml").read_text("utf-8")
    for name in load().features:
        assert name in found or f"# {name}: " in text
        assert f"\n{name} " in f"\n{out}"


@pytest.mark.parametrize(
    "fields",
    [
        ["memory_limit"],
        ["skills", "network_policy"],
        ["skills", "network_policy", "memory_limit"],
        ["skills", "network_policy", "memory_limit", "expires_after"],
    ],
    ids=len,
)
def test_what_is_refused_is_lacking_and_the_rest_is_still_found(probe, fields):
    """Whichever of the options they are; the bounds hold."""
    names = {
        "memory_limit": "memory-limit",
        "skills": "skills",
        "network_policy": "network-policy",
        "expires_after": "expiry",
    }
    status, found, _, counted = probe(refusing(*fields))

    assert status == 0
    assert {name for name, has in found.items() if not has} == {
        "litellm-fields",
        *(names[field] for field in fields),
    }
    assert (counted.made, counted.deleted) == (1, 1)
    assert counted.requests <= 30


def test_what_is_changed_is_neither_claimed_nor_disclaimed(probe):
    """A caller would believe that it was done."""
    _, found, out, _ = probe(dropping(memory_limit="1g"))

    assert "memory-limit" not in found
    assert "memory-limit        unclear   taken and changed: memory_limit is 1g" in out


def test_target_that_refuses_all_is_told(probe):
    """No container, no claims, and no more requests than allowed."""
    status, found, out, counted = probe(refusing("name"))

    assert status == 0
    assert found == {}
    assert "no container could be created" in out
    assert counted.made == 0
    assert counted.requests <= 30


def test_second_key_shows_isolation(probe, monkeypatch):
    """The container is asked for with it."""
    monkeypatch.setenv("CONFORMANCE_SECOND_API_KEY", SECOND)

    assert probe()[1]["tenant-isolation"] is True


def test_what_can_not_be_deleted_is_told_and_left_to_sweep(probe):
    """With the command that tries again."""

    def stubborn(app):
        async def refuse(request: Request, ask: Ask) -> Answer:
            return refusal(403)

        return handling(app, "deleteContainer", refuse)

    status, _, out, _ = probe(stubborn)

    assert status == 1
    assert "left: container cntr_" in out
    assert len([*Path("reports").glob("**/ledger-*.sqlite")]) == 1


def test_secrets_stay_out_of_the_draft(probe):
    """A header that tells of one is left to the command line; others are kept."""
    argv = ("--header", "X-Token: hidden-0123456789", "--header", "X-Region: eu")
    probe(lambda app: app, *argv)

    text = Path("target.toml").read_text("utf-8")
    assert "hidden" not in text
    assert '"X-Region: eu"' in text
    assert "# --header X-Token holds a secret" in text


def test_call_without_a_target_is_refused(capsys):
    """The embedded reference is known."""
    assert cli.main(["probe"]) == 2
    assert "probe needs a target" in capsys.readouterr().err


def test_file_that_is_there_is_kept(capsys, monkeypatch):
    """Nothing is sent."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)
    Path("target.toml").write_text("kept")

    assert cli.main(["probe", "--base-url", "http://127.0.0.1:9/v1"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert Path("target.toml").read_text() == "kept"


def test_target_that_is_not_there_is_told(capsys, monkeypatch):
    """As a run tells it; no draft, no ledger."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)

    assert cli.main(["probe", "--base-url", "http://127.0.0.1:9/v1"]) == 3
    with contextlib.suppress(FileNotFoundError):
        assert not Path("target.toml").read_text()
    assert not Path("reports").exists()


@pytest.mark.parametrize("name", ["x" * 300, "none/target.toml"])
def test_draft_that_can_not_be_written_is_refused_before_the_first_request(
    capsys, monkeypatch, name
):
    """Nobody's target is asked 30 times for nothing."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)

    assert cli.main(["probe", "--base-url", "http://127.0.0.1:9/v1", "--output", name]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "can't be written" in err
    assert "--output" in err


def creating(body):
    """Wraps an application so that a creation answers *body*, and nothing is made."""

    async def create(_request: Request, _ask: Ask) -> Answer:
        answer = refusal(400)
        answer.status, answer.json = 200, body
        return answer

    return lambda app: handling(app, "createContainer", create)


@pytest.mark.parametrize("id_", [1, None, "", ["cntr_1"]])
def test_id_that_is_no_text_is_told(probe, id_):
    """It can't be asked about, and that is no fault of ours."""
    status, found, out, counted = probe(creating({"id": id_, "object": "container"}))

    assert status == 0
    assert found == {}
    assert "wanted an id that is a text, got" in out
    assert counted.requests <= 30


@pytest.mark.parametrize("length", range(140, 180, 4))
def test_key_in_a_long_answer_is_masked_before_that_is_cut(probe, length):
    """Half of a key would not be known for one."""
    _, _, out, _ = probe(creating({"note": f"{'x' * length} {KEY}"}))

    assert "wanted a field 'id'" in out
    for text in (out, Path("target.toml").read_text("utf-8")):
        assert KEY[:9] not in text
