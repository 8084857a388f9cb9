"""What a killed run has left behind is swept, exactly, and nothing foreign is."""

import signal
import subprocess
import sys

import pytest

from tests.plugin.conftest import environment


def sweep(cwd, reference, *arguments):
    """Calls ``sweep`` in *cwd*."""
    return subprocess.run(
        [sys.executable, "-m", "conformance", "sweep", "--report-dir", "out", *arguments],
        cwd=cwd,
        env=environment(**reference.variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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

    swept = sweep(tmp_path, reference)

    assert swept.returncode == 0, swept.stderr
    assert sorted(reference.containers()) == sorted(foreign)
    assert reference.key not in swept.stdout


@pytest.mark.end_to_end
def test_nothing_to_sweep_is_said(run, reference, tmp_path):
    """A run that ended by itself has left nothing, and no request is sent for it."""
    run("--profile", "smoke", "--base-url", reference.url, **reference.variables)
    before = len(reference.heard)

    swept = sweep(tmp_path, reference)

    assert swept.stdout.startswith("Nothing is left behind")
    assert (swept.returncode, len(reference.heard)) == (0, before)


def test_sweep_of_an_unknown_run_is_refused(reference, tmp_path):
    """A run that has no ledger here is one sentence and exit status 2."""
    swept = sweep(tmp_path, reference, "--run", "261122000000-abcdef")
    assert swept.returncode == 2
    assert "no ledger of a run" in swept.stderr
