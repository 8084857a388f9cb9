"""The command that drives real clients: its refusals, its statuses, and what it leaves behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import jsonschema
import pytest

from conformance import cli
from conformance.drivers.clients import rooms, roster
from conformance.reference import create_app
from conformance.reference.server import running

ROOT = Path(__file__).parents[2]
KEY = "sk-of-a-tenant-0123456789abcdef"
SCHEMA = json.loads((ROOT / "spec/schemas/clients.json").read_text("utf-8"))


@pytest.fixture
def target():
    """The reference with one tenant: its base URL."""
    app = create_app(keys=[KEY])
    with running(app) as url:
        yield url
    app.state.store.close()


def containers(url):
    """The names of all containers there."""
    headers = {"Authorization": f"Bearer {KEY}"}
    listed = httpx.get(f"{url}/containers?limit=100", headers=headers)
    return [each["name"] for each in listed.json()["data"]]


def test_unknown_client_is_refused(capsys):
    """With the names that there are."""
    assert cli.main(["clients", "--client", "openai-pyton"]) == 2
    assert "did you mean openai-python" in capsys.readouterr().err


def test_base_url_without_a_scheme_is_refused(capsys):
    """As every command does."""
    assert cli.main(["clients", "--base-url", "example.org/v1"]) == 2
    assert "http" in capsys.readouterr().err


def test_target_that_is_not_there_is_unreachable(capsys, monkeypatch):
    """Nothing was created, and nothing is claimed."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)
    status = cli.main(["clients", "--base-url", "http://127.0.0.1:9/v1", "--client", "httpx"])
    assert status == 3
    assert "Nothing answers" in capsys.readouterr().err


def test_client_that_is_not_installed_is_named_with_its_command(capsys, monkeypatch, tmp_path):
    """Nothing ran, so nothing is shown: status 4."""
    monkeypatch.setenv("CONFORMANCE_CLIENTS_DIR", str(tmp_path / "nowhere"))

    status = cli.main(["clients", "--client", "litellm", "--report-dir", "out"])

    told = capsys.readouterr().out
    assert status == 4
    assert "litellm 1.106.2 sync  not installed" in told
    assert "pip install litellm==1.106.2" in told
    assert not (tmp_path / "nowhere").exists()


def test_report_is_written_in_three_forms_and_shown_in_80_columns(capsys, monkeypatch, target):
    """The matrix is the same in each, and the JSON is what its schema says."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)
    arguments = ["--base-url", target, "--client", "httpx", "--report-dir", "out"]

    status = cli.main(["clients", *arguments])

    told = capsys.readouterr().out
    report = json.loads(Path("out/clients.json").read_text("utf-8"))
    assert status == 0
    *shown, place = told.splitlines()
    assert max(map(len, shown)) <= 80
    assert place.endswith("clients.html")
    jsonschema.validate(report, SCHEMA)
    page = Path("out/clients.html").read_text("utf-8")
    for name in ("httpx", *(each["operation"] for each in report["clients"][0]["operations"])):
        assert name in page
        assert name in Path("out/clients.md").read_text("utf-8")
    assert KEY not in page + json.dumps(report) + told
    assert containers(target) == []


def test_target_that_breaks_a_client_is_status_1(monkeypatch, capsys):
    """Since a gate has to see it."""
    app = create_app(keys=[KEY])

    async def failing(scope, receive, send):
        if scope["path"].endswith("/content"):
            start = {"type": "http.response.start", "status": 500, "headers": []}
            await send(start)
            await send({"type": "http.response.body", "body": b"oops"})
            return
        await app(scope, receive, send)

    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)
    with running(failing) as url:
        arguments = ["--base-url", url, "--client", "httpx", "--report-dir", "out"]
        status = cli.main(["clients", *arguments])
    app.state.store.close()

    assert status == 1
    assert "The target breaks a client." in capsys.readouterr().out


@pytest.fixture
def run_before():
    """A directory that holds a run of the embedded reference."""
    directory = Path("out")
    directory.mkdir()
    for name in ("report.json", "evidence.jsonl", "report.html"):
        shutil.copy(ROOT / "reports/reference" / name, directory)
    return directory


def test_matrix_gets_into_the_page_of_a_run(run_before, capsys, monkeypatch):
    """Which stays as it was but for that, also where it is rendered again."""
    monkeypatch.delenv("CONFORMANCE_API_KEY", raising=False)
    report = (run_before / "report.json").read_text("utf-8")

    assert cli.main(["clients", "--client", "httpx", "--report-dir", str(run_before)]) == 0

    told = capsys.readouterr().out
    page = (run_before / "report.html").read_text("utf-8")
    assert told.splitlines()[-1] == f"also in {run_before.absolute() / 'report.html'}"
    assert '<h2 id="clients">Real clients</h2>' in page
    assert 'href="clients.html#client-1">httpx' in page
    assert 'id="container.create.name-is-required"' in page
    assert (run_before / "report.json").read_text("utf-8") == report
    again = ["report", str(run_before / "evidence.jsonl"), "--report-dir", str(run_before)]
    assert cli.main(again) == 0
    assert 'href="clients.html#client-1">httpx' in (run_before / "report.html").read_text("utf-8")


@pytest.mark.end_to_end
def test_run_beside_the_clients_shows_their_matrix(tmp_path):
    """In whatever order somebody asks."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CONF")}
    environ |= {"PYTHONPATH": str(ROOT), "CONFORMANCE_REPORT_DIR": str(tmp_path / "out")}
    part = ("--only", "container.create.name-is-required", "--fuzz", "off", "-n", "0")
    for arguments in (("clients", "--client", "httpx"), ("run", *part)):
        command = [sys.executable, "-m", "conformance", *arguments]
        subprocess.run(command, cwd=tmp_path, env=environ, timeout=100, check=True)

    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert 'href="clients.html#client-1">httpx' in page


def test_matrix_stays_out_of_the_page_of_another_target(run_before, capsys, monkeypatch, target):
    """What one target does says nothing of another."""
    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)
    page = (run_before / "report.html").read_text("utf-8")

    arguments = ["--base-url", target, "--client", "httpx", "--report-dir", str(run_before)]
    assert cli.main(["clients", *arguments]) == 0

    assert capsys.readouterr().out.endswith("stays as it is: it is of another target\n")
    assert (run_before / "report.html").read_text("utf-8") == page


def test_run_that_cannot_be_read_is_refused_before_the_first_request(run_before, capsys):
    """Nobody drives eight clients to be told so at the end."""
    (run_before / "evidence.jsonl").write_text("no evidence")

    status = cli.main(["clients", "--client", "httpx", "--report-dir", str(run_before)])

    assert status == 2
    assert "evidence.jsonl" in capsys.readouterr().err
    assert not (run_before / "clients.json").exists()


@pytest.mark.end_to_end
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_deletes_what_it_made_and_reports(target, tmp_path, number):
    """Also half-way; what was not reached is said."""
    process = _started(target, tmp_path)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 4, err
    assert b"not reached" in out or b"inconclusive" in out
    assert (tmp_path / "out/clients.html").exists()
    assert containers(target) == []


@pytest.mark.end_to_end
def test_killed_run_is_swept(target, tmp_path, monkeypatch, capsys):
    """From its ledger, and only what it made."""
    headers = {"Authorization": f"Bearer {KEY}"}
    httpx.post(f"{target}/containers", headers=headers, json={"name": "somebody else's"})
    process = _started(target, tmp_path)
    process.kill()
    process.communicate(timeout=60)
    left = containers(target)

    monkeypatch.setenv("CONFORMANCE_API_KEY", KEY)
    assert cli.main(["sweep", "--report-dir", str(tmp_path / "out")]) == 0

    assert len(left) > 1
    assert containers(target) == ["somebody else's"]
    assert "deleted" in capsys.readouterr().out


def _started(target, tmp_path):
    """A run of the command that has made some of its containers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONF")}
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance", "clients", "--client", "httpx"],
        cwd=tmp_path,
        env={
            **kept,
            "PYTHONPATH": str(ROOT),
            "CONFORMANCE_API_KEY": KEY,
            "CONFORMANCE_BASE_URL": target,
            "CONFORMANCE_REPORT_DIR": str(tmp_path / "out"),
            "CONFORMANCE_RPS": "20",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and not any("-flock-3" in each for each in containers(target)):
        time.sleep(0.05)
    return process


@pytest.mark.parametrize("room", rooms.ROOMS, ids=lambda each: each.name)
def test_environment_is_found_where_its_command_installs_it(room, tmp_path):
    """A user who copies the command need not say more."""
    environ = {"CONFORMANCE_CLIENTS_DIR": str(tmp_path)}
    assert room.found(environ) is None
    command = room.install(environ)
    assert f"{tmp_path}/{room.name}" in command
    assert room.version in command

    place = {"python": "bin/python", "node": "node_modules/openai", "go": "openai"}[room.kind]
    (tmp_path / room.name / place).parent.mkdir(parents=True)
    (tmp_path / room.name / place).touch()
    assert room.found(environ) is not None


def test_every_name_has_a_column():
    """And every column a name that can be given."""
    assert [each.client for each in roster.COLUMNS if not each.mode] == [
        "httpx",
        "openai-python",
        "openai-node",
        "openai-cli",
    ]
    assert {each.client for each in roster.COLUMNS} == set(roster.NAMES)
