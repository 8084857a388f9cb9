"""What a killed run has left behind is swept, exactly, and nothing foreign is."""

import signal

import pytest

from conformance.errors import UsageError
from conformance.plugin import reaching
from conformance.targets import resolve
from tests.plugin.conftest import sweep

URL = "http://example.org/v1"
KEY = {"THEIR_KEY": "sk-number-1"}


@pytest.mark.end_to_end
@pytest.mark.parametrize(("after", "workers"), [(8, "0"), (60, "0"), (150, "0"), (120, "2")])
def test_sweep_deletes_what_a_killed_run_left(interrupted_run, reference, tmp_path, after, workers):
    """After kill -9 of everything ``sweep`` leaves the account as it was before the run."""
    reference.pause_s = 0.01
    foreign = [reference.ask("POST", "/containers", json={"name": "mine"})["id"] for _ in range(3)]
    reference.heard.clear()
    interrupted_run(
        reference,
        *("--fuzz", "off", "-n", workers),
        after=after,
        number=signal.SIGKILL,
        group=True,
    )

    swept = sweep(tmp_path, reference, "--report-dir", "out")

    assert swept.returncode == 0, swept.stderr
    assert sorted(reference.containers()) == sorted(foreign)
    assert reference.key not in swept.stdout


@pytest.mark.end_to_end
def test_nothing_to_sweep_is_said(run, reference, tmp_path):
    """A run that ended by itself has left nothing, and no request is sent for it."""
    run("--profile", "smoke", "--base-url", reference.url, **reference.variables)
    before = len(reference.heard)

    swept = sweep(tmp_path, reference, "--report-dir", "out")

    assert swept.stdout.startswith("Nothing is left behind")
    assert (swept.returncode, len(reference.heard)) == (0, before)


def test_sweep_of_an_unknown_run_is_refused(reference, tmp_path):
    """A run that has no ledger here is one sentence and exit status 2."""
    swept = sweep(tmp_path, reference, "--report-dir", "out", "--run", "261122000000-abcdef")
    assert swept.returncode == 2
    assert "no ledger of a run" in swept.stderr


def _noted(tmp_path, environ=KEY, **given):
    """What a run with these options leaves in its ledger."""
    options = {
        "base-url": URL,
        "api-key-env": "THEIR_KEY",
        "auth": "header:api-key",
        "allow-insecure": True,
        "query": ["api-version=1"],
        "header": ["X-Tenant: ours"],
        **given,
    }
    return reaching.noted(resolve(options, environ, tmp_path))


def test_sweep_reaches_the_target_as_the_run_did(tmp_path, monkeypatch):
    """Headers, parameters, the key's variable and how it is sent come out of the ledger."""
    monkeypatch.chdir(tmp_path)
    note = _noted(tmp_path, proxy="http://127.0.0.1:3128")

    settings = reaching.settings_for(URL, note, KEY)

    assert settings.headers == (("X-Tenant", "ours"),)
    assert settings.query == (("api-version", "1"),)
    assert (settings.auth, settings.api_key.reveal()) == ("header:api-key", KEY["THEIR_KEY"])
    assert settings.proxy == "http://127.0.0.1:3128"


def test_environment_wins_over_the_ledger(tmp_path, monkeypatch):
    """What has changed since the run can be said."""
    monkeypatch.chdir(tmp_path)
    environ = {"CONFORMANCE_AUTH": "bearer", "CONFORMANCE_HEADER": "X-Tenant: theirs", **KEY}

    settings = reaching.settings_for(URL, _noted(tmp_path), environ)

    assert (settings.auth, settings.headers) == ("bearer", (("X-Tenant", "theirs"),))


@pytest.mark.parametrize(
    ("given", "variable", "value"),
    [
        ({"header": ["X-Token: hidden-1"]}, "CONFORMANCE_HEADER", "X-Token: hidden-1"),
        ({"query": ["sig=hidden-1"]}, "CONFORMANCE_QUERY", "sig=hidden-1"),
        (
            {"proxy": "http://me:hidden-1@127.0.0.1:1"},
            "CONFORMANCE_PROXY",
            "http://me:hidden-1@127.0.0.1:1",
        ),
    ],
)
def test_secret_is_asked_for_once_more(tmp_path, monkeypatch, given, variable, value):
    """No secret is in the ledger, so that a sweep without it says which one is missing."""
    monkeypatch.chdir(tmp_path)
    note = _noted(tmp_path, **given)

    assert "hidden" not in note
    with pytest.raises(UsageError, match=f"may be secret .* in {variable}"):
        reaching.settings_for(URL, note, KEY)
    assert "hidden-1" in reaching.settings_for(URL, note, {variable: value, **KEY}).secrets


BOTH = {**KEY, "OTHER_KEY": "sk-number-2"}


def test_sweep_has_the_key_of_the_second_tenant(tmp_path, monkeypatch):
    """From the variable that the run took it from, whatever the usual one holds."""
    monkeypatch.chdir(tmp_path)
    note = _noted(tmp_path, BOTH, **{"second-api-key-env": "OTHER_KEY"})

    assert "sk-number" not in note
    usual = {"CONFORMANCE_SECOND_API_KEY": "sk-number-3"}
    settings = reaching.settings_for(URL, note, {**BOTH, **usual})
    assert settings.second_api_key.reveal() == "sk-number-2"


@pytest.mark.parametrize("environ", [KEY, {**KEY, "OTHER_KEY": " "}])
def test_sweep_without_the_key_of_the_second_tenant_knows_its_variable(
    tmp_path, monkeypatch, environ
):
    """It deletes what it can: another key than that of the run would show nothing."""
    monkeypatch.chdir(tmp_path)
    write = tmp_path / "its.toml"
    write.write_text('second-api-key-env = "OTHER_KEY"\n', "utf-8")
    note = _noted(tmp_path, BOTH, target=str(write))

    settings = reaching.settings_for(URL, note, {**environ, "CONFORMANCE_SECOND_API_KEY": "sk-3"})

    assert settings.second_api_key is None
    assert settings.second_api_key_env == "OTHER_KEY"
    assert settings.api_key.reveal() == KEY["THEIR_KEY"]


def test_sweep_takes_no_other_key_of_openai_than_the_run(tmp_path, monkeypatch):
    """Though a new run would choose the usual variable once that is set."""
    monkeypatch.chdir(tmp_path)
    base_url, ours = "https://api.openai.com/v1", {"OPENAI_API_KEY": "sk-number-1"}
    note = reaching.noted(resolve({"base-url": base_url}, ours, tmp_path))

    settings = reaching.settings_for(base_url, note, {**ours, "CONFORMANCE_API_KEY": "sk-2"})

    assert settings.api_key.reveal() == "sk-number-1"


def test_missing_key_of_a_sweep_is_named(tmp_path, monkeypatch):
    """By the variable that the run took it from."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="THEIR_KEY is not set"):
        reaching.settings_for(URL, _noted(tmp_path), {})
