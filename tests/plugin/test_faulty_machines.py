"""What goes wrong on our own machine is said in a sentence, and leaves nothing on the target."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests.plugin.conftest import LONGEST_S, WRITTEN, begin, command, environment, finish, sweep

UNJUDGED = {"unreached", "untestable"}
SHORT = ("--fuzz", "off", "--seed", "1", "--consistency", "1")


@pytest.fixture
def begun(tmp_path, reference):
    """Starts a run of the reference in a directory, by way of *before*, a command of its own."""
    started = []

    def start(*options, before=(), cwd=tmp_path, **variables):
        given = command("--base-url", reference.url, "--report-dir", "out", *SHORT, *options)
        given = {**reference.variables, **variables}, [*before, *given]
        started.append(begin(given[1], cwd, **given[0]))
        return started[-1]

    yield start
    for each in started:
        if each.poll() is None:
            os.killpg(each.pid, signal.SIGKILL)
            each.communicate()


def until(condition):
    """Wait for what comes soon."""
    give_up = time.monotonic() + LONGEST_S
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def _is_one_sentence(ran, *words):
    assert ran.status == 2, ran.out
    assert "Traceback" not in ran.out
    assert "INTERNALERROR" not in ran.out
    last = ran.out.strip().splitlines()[-1]
    assert all(each in last for each in words), ran.out


def narrow(kib):
    """A command behind which no file can grow beyond so many KiB, as on a full disk."""
    code = (
        "import os, resource, sys;"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kib * 1024},) * 2);"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return [sys.executable, "-c", code]


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("kib", "full"), [(30, "ledger"), (90, "ledger"), (200, ""), (400, "report can't be written")]
)
@pytest.mark.parametrize("workers", ["0", "2"])
def test_full_disk_leaves_nothing_on_the_target(begun, reference, tmp_path, *, workers, kib, full):
    """Whatever it is that finds no room first: exit 2, what was full, and a clean target."""
    ran = finish(begun("-n", workers, before=narrow(kib)), tmp_path / "out")

    _is_one_sentence(ran, full, "can't be written", "--report-dir")
    assert reference.containers() == []
    assert reference.key not in ran.out


@pytest.mark.end_to_end
@pytest.mark.parametrize("workers", ["0", "2"])
def test_removed_report_directory_leaves_nothing_on_the_target(begun, reference, tmp_path, workers):
    """What can't be written any more is said, once all that was made is deleted."""
    reference.pause_s = 0.005
    process = begun("-n", workers)
    until(lambda: len(reference.heard) > 60)
    shutil.rmtree(tmp_path / "out")

    ran = finish(process, tmp_path / "out")

    _is_one_sentence(ran, "can't be")
    assert reference.containers() == []


@pytest.mark.end_to_end
def test_output_that_nobody_can_take_is_said(reference, tmp_path):
    """Standard output on a full device: exit 2, and a clean target."""
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        ran = subprocess.run(
            command("--base-url", reference.url, "--profile", "smoke", "--report-dir", "out"),
            cwd=tmp_path,
            env=environment(**reference.variables),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )

    assert ran.returncode == 2, ran.stderr
    assert "standard output" in ran.stderr.lower()
    assert len(ran.stderr.strip().splitlines()) == 1
    assert reference.containers() == []


def _children(pid, words):
    """The processes that *pid* has started, and whose command line has these *words*."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    lines = [line.split(maxsplit=1) for line in listed.splitlines()]
    return [int(pid) for pid, arguments in lines if words in arguments]


def _started_by_xdist(process):
    """What stands for the workers in the process that conducts a run."""
    return _children(process.pid, "stdin.readline")  # execnet's


def _forked(process):
    """The workers themselves, where they are forked."""
    (zygote,) = _children(process.pid, "forking.zygote")
    return _children(zygote, "forking.zygote")


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("after", "workers"), [(10, _started_by_xdist), (60, _forked), (150, _started_by_xdist)]
)
def test_killed_worker_makes_a_run_inconclusive_at_most(begun, reference, tmp_path, after, workers):
    """The others go on; what it had in hand is named as unreached, and what it made is deleted."""
    reference.pause_s = 0.005
    process = begun("-n", "2")
    until(lambda: len(reference.heard) > after)
    os.kill(workers(process)[0], signal.SIGKILL)

    ran = finish(process, tmp_path / "out")

    assert ran.written == WRITTEN
    outcomes = {each["outcome"] for each in ran.report["requirements"]}
    assert outcomes <= {"passed", "not-applicable", *UNJUDGED}
    assert "unreached" in outcomes
    levels = {each["level"] for each in ran.report["requirements"] if each["outcome"] in UNJUDGED}
    assert ran.status == (4 if "MUST" in levels else 0), ran.out  # as what it had in hand goes
    assert "Traceback" not in ran.out
    assert reference.containers() == []


@pytest.mark.end_to_end
@pytest.mark.parametrize("hours", [-30, 30])
def test_clock_that_is_set_changes_nothing(begun, tmp_path, reference, hours):
    """Neither limits nor rests go by a clock that somebody sets, back or forward."""
    setting = [sys.executable, str(Path(__file__).with_name("clocked.py")), str(hours)]

    ran = finish(begun("-n", "0", "--rps", "200", before=setting), tmp_path / "out")

    assert ran.status == 0, ran.out
    assert 0 < ran.report["run"]["duration_s"] < LONGEST_S
    assert reference.containers() == []


@pytest.mark.end_to_end
@pytest.mark.parametrize("place", ["none/summary.md", "x" * 300])
def test_summary_that_can_not_be_written_changes_no_verdict(run, reference, tmp_path, place):
    """The summary of a job is told of as an aside; the run has its report and its status."""
    quick = ("--base-url", reference.url, "--profile", "smoke", "-n", "0")
    ran = run(*quick, GITHUB_STEP_SUMMARY=str(tmp_path / place), **reference.variables)

    assert ran.status == 0, ran.out
    assert ran.written == WRITTEN
    *_, place_of_report, aside = ran.out.strip().splitlines()
    assert place_of_report.startswith("report: ")
    assert aside.startswith("GITHUB_STEP_SUMMARY: ")
    assert "can't be written" in aside


#: What runs a command as somebody whom permissions bind, where we are not that ourselves.
NOBODY = [] if os.getuid() else ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@pytest.fixture
def room():
    """A directory that everybody may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)


@pytest.mark.end_to_end
def test_directory_without_permission_is_refused(begun, reference, room):
    """Before anything is sent."""
    (room / "out").mkdir()
    (room / "out").chmod(0o555)

    ran = finish(begun(before=NOBODY, cwd=room), room / "out")

    _is_one_sentence(ran, "--report-dir", "not writable")
    assert reference.heard == []


@pytest.mark.end_to_end
def test_home_and_directory_may_be_read_only(begun, room):
    """Nothing is written but to the report directory."""
    for name, mode in (("out", 0o777), ("home", 0o555)):
        (room / name).mkdir()
        (room / name).chmod(mode)
    room.chmod(0o555)

    options = ("-n", "0", "--fuzz", "quick", "--only", "container.create.*")
    ran = finish(begun(*options, before=NOBODY, cwd=room, HOME=str(room / "home")), room / "out")

    assert ran.status == 0, ran.out
    assert ran.written == WRITTEN
    assert list((room / "home").iterdir()) == []
    assert {each.name for each in room.iterdir()} == {"home", "out"}


@pytest.mark.end_to_end
def test_two_runs_never_share_a_directory(begun, reference, run, tmp_path):
    """The second is refused before its first request; the first is none the worse for it."""
    reference.pause_s = 0.005
    first = begun("-n", "0")
    until(lambda: len(reference.heard) > 20)
    second = run("--base-url", reference.url, *SHORT, **reference.variables)

    _is_one_sentence(second, "Another run writes to", "--report-dir")
    assert finish(first, tmp_path / "out").status == 0
    third = run("--base-url", reference.url, "--profile", "smoke", **reference.variables)
    assert third.status == 0, third.out


@pytest.mark.end_to_end
def test_sweep_leaves_a_run_alone_that_goes_on(begun, reference, tmp_path):
    """And says so; nothing of it is deleted under its hands."""
    reference.pause_s = 0.005
    process = begun("-n", "0")
    until(lambda: len(reference.heard) > 60)
    swept = sweep(tmp_path, reference, "--report-dir", "out")

    assert "goes on right now, left alone" in swept.stdout
    assert finish(process, tmp_path / "out").status == 0
