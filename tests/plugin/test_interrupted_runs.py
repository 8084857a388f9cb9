"""An interrupted run tells what it knows and leaves nothing behind."""

import signal

import pytest

from tests.plugin.conftest import WRITTEN

INTERRUPTIONS = {
    "Ctrl-C at the beginning": (["-n", "0"], 5, signal.SIGINT, True),
    "Ctrl-C in the middle": (["-n", "0"], 120, signal.SIGINT, True),
    "Ctrl-C over workers": (["-n", "2"], 120, signal.SIGINT, True),
    "SIGTERM in the middle": (["-n", "0"], 120, signal.SIGTERM, False),
    "SIGTERM over workers": (["-n", "2"], 120, signal.SIGTERM, False),
}


@pytest.mark.end_to_end
@pytest.mark.parametrize("how", INTERRUPTIONS.values(), ids=INTERRUPTIONS)
def test_interrupted_run_reports_and_cleans_up(interrupted_run, reference, how):
    """Every report is written, the verdict is inconclusive, and the target is as it was."""
    arguments, after, number, group = how
    reference.pause_s = 0.01

    ran = interrupted_run(
        reference, "--fuzz", "off", *arguments, after=after, number=number, group=group
    )

    assert ran.status == 4, ran.out
    assert ran.written == WRITTEN
    report = ran.report
    assert (report["verdict"], report["publishable"]) == ("inconclusive", False)
    assert report["run"]["interrupted"]
    assert report["run"]["containers_left"] == 0
    assert "The run was interrupted." in report["notes"]
    assert {each["outcome"] for each in report["requirements"]} >= {"unreached"}
    assert "Traceback" not in ran.out
    assert reference.containers() == []
    assert reference.containers(reference.second) == []
