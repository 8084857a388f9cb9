"""Whoever makes containers keeps their directory, and ends cleanly where a signal says so."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.plugin.conftest import LONGEST_S, begin, command, finish, sweep

COMMANDS = {
    "clients": ["clients", "--client", "httpx", "--report-dir", "reports/clients"],
    "probe": ["probe"],
}


@pytest.fixture
def begun(tmp_path, reference):
    """Starts a command at the reference, and waits until it has made a container there."""
    started = []

    def start(*arguments):
        given = [sys.executable, "-m", "conformance", *arguments]
        variables = {**reference.variables, "CONFORMANCE_BASE_URL": reference.url}
        process = begin(given, tmp_path, **variables)
        started.append(process)
        give_up = time.monotonic() + LONGEST_S
        while not reference.containers() and process.poll() is None:
            assert time.monotonic() < give_up
            time.sleep(0.02)
        return process

    yield start
    for each in started:
        if each.poll() is None:
            os.killpg(each.pid, signal.SIGKILL)
            each.communicate()


#: Seconds that the target takes for each answer: a probe asks little, and is to last.
PAUSES_S = {"clients": 0.05, "probe": 0.4}


@pytest.mark.end_to_end
@pytest.mark.parametrize("name", COMMANDS)
def test_sweep_leaves_alone_what_goes_on(begun, reference, tmp_path, name):
    """Nothing is deleted under its hands, and it ends as if nobody had swept."""
    reference.pause_s = PAUSES_S[name]
    process = begun(*COMMANDS[name])
    swept = sweep(tmp_path, reference)

    assert "goes on right now, left alone" in swept.stdout, swept.stderr
    ran = finish(process, tmp_path)
    assert ran.status == 0, ran.out
    assert reference.containers() == []


@pytest.mark.end_to_end
def test_clients_are_not_driven_into_the_directory_of_a_run(begun, reference, tmp_path):
    """The second is refused before its first request."""
    reference.pause_s = 0.05
    first = begun(*COMMANDS["clients"])
    second = finish(begun(*COMMANDS["clients"]), tmp_path)

    assert second.status == 2, second.out
    assert "Another run writes to" in second.out
    assert finish(first, tmp_path).status == 0


@pytest.mark.end_to_end
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_probe_deletes_what_it_made(begun, reference, tmp_path, number):
    """It says so, and leaves neither a draft nor a ledger."""
    reference.pause_s = PAUSES_S["probe"]
    process = begun("probe")
    process.send_signal(number)
    ran = finish(process, tmp_path)

    assert ran.status == 4, ran.out
    assert "none: the probe was interrupted" in ran.out
    assert reference.containers() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.end_to_end
def test_sigterm_ends_the_runs_of_all_targets(begun, reference, tmp_path):
    """Each cleans up and reports, and none goes on without its parent."""
    reference.pause_s = 0.01
    (tmp_path / "one.toml").write_text(f'name = "one"\nbase-url = "{reference.url}"\n')
    (tmp_path / "all.toml").write_text('targets = ["one.toml"]\n')
    arguments = ("--targets", "all.toml", "--report-dir", "out", "--fuzz", "off")
    process = begin(command(*arguments), tmp_path, **reference.variables)
    give_up = time.monotonic() + LONGEST_S
    while len(reference.heard) < 60 and process.poll() is None:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    ran = finish(process, tmp_path / "out" / "one")

    assert ran.status == 4, ran.out
    assert "one: exit status 4, " in ran.out
    assert Path(ran.directory / "report.json").exists()
    assert ran.report["run"]["interrupted"]
    assert reference.containers() == []
