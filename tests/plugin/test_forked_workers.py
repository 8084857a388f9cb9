"""Workers are forked from one process that has loaded everything, and behave as any others."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from conformance.plugin.forking import envoy, parent, zygote
from conformance.plugin.forking.parent import Forking
from tests.plugin.conftest import LONGEST_S, begin, command, environment

pytestmark = pytest.mark.skipif(not parent.is_possible(), reason="there is nothing to fork with")


@pytest.fixture(scope="module")
def forking():
    """A zygote that has loaded what a run without generated cases needs."""
    started = Forking.start()
    spec = started.arguments(1)[-1]
    yield started, spec.partition("python=")[2].split()
    started.stop()
    assert started.process.returncode == 0


@contextlib.contextmanager
def employed(forking, source, **variables):
    """An envoy whose worker runs *source*."""
    with subprocess.Popen(
        [*forking[1], "-u", "-c", "execnet's own"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(**variables),
    ) as process:
        process.stdin.write(f"{source!r}\n")
        process.stdin.flush()
        yield process
        process.kill()


def answer(forking, source, **variables):
    """What *source* writes in a worker, and how the envoy ends."""
    with employed(forking, source, **variables) as process:
        return process.communicate(timeout=LONGEST_S)[0], process.returncode


def ended(pid):
    """Whether the process *pid* is gone soon."""
    give_up = time.monotonic() + LONGEST_S
    while zygote.parent_of(pid) is not None:
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True


def test_worker_speaks_through_the_streams_of_its_envoy(forking):
    """And the envoy ends as it does, by itself or by a signal."""
    last = "import atexit; atexit.register(print, 8); print(7)"
    assert answer(forking, last) == ("7\n8\n", 0)
    assert answer(forking, "import sys; print(7); sys.exit(3)") == ("7\n", 3)
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert answer(forking, killed) == ("", -signal.SIGKILL)


def test_worker_begins_as_a_process_of_its_own(forking):
    """With an empty main module, its envoy's environment, its own chance and open files."""
    source = (
        "import os, random, signal, sys, threading\n"
        "print(sorted(each for each in globals() if each[0] != '_'))\n"
        "print(os.environ['GIVEN'], sys.argv, len(threading.enumerate()))\n"
        "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)\n"
        "print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1])\n"
        "print(random.random())"
    )
    first, second = (answer(forking, source, GIVEN=each)[0].splitlines() for each in "ab")

    own = ["os", "random", "signal", "sys", "threading"]
    assert first[:4] == [str(own), "a ['-c'] 1", "True", "[0, 1, 2]"]
    assert second[1] == "b ['-c'] 1"
    assert first[4] != second[4]


def test_everything_is_loaded_before_the_fork(forking):
    """Nothing of ours, of pytest or httpx is read again in a worker that collects the cases."""
    source = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import pytest\n"
        "from conformance.plugin.running import arguments\n"
        "pytest.main([*arguments(0, None), '--collect-only'])\n"
        "print(len(before), set(sys.modules) - before)"
    )
    out, _ = answer(forking, source)
    assert out.splitlines()[-1].endswith(" set()"), out


def test_worker_dies_with_its_envoy(forking):
    """Whoever ends the process that it has started ends the worker."""
    source = "import os, time; print(os.getpid()); time.sleep(600)"
    with employed(forking, source) as process:
        pid = int(process.stdout.readline())
        process.kill()
        assert ended(pid)


def test_stranger_gets_no_worker(forking):
    """A process that the zygote's parent has not started is turned away, whoever it is."""
    name = forking[1][-2]
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.connect(f"\0{name}")
        line.settimeout(LONGEST_S)
        assert line.recv(1) == b""
    assert answer(forking, "print(1)") == ("1\n", 0)  # and the others are none the worse for it


def test_envoy_hands_nothing_to_a_stranger(tmp_path):
    """Where somebody else listens under the name, it ends, and has said nothing."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        name = f"conformance-test-{os.getpid()}"
        door.bind(f"\0{name}")
        door.listen()
        ran = subprocess.run(
            [sys.executable, "-I", "-S", envoy.__file__, name, "1"],
            cwd=tmp_path,
            check=False,
            timeout=LONGEST_S,
        )
        line, _ = door.accept()
        with line:
            assert line.recv(1) == b""
    assert ran.returncode == envoy.NOBODY


def test_envoy_without_a_zygote_ends():
    """As one that can't do what it was started for."""
    ran = subprocess.run(
        [sys.executable, "-I", "-S", envoy.__file__, "nobody-listens-here", "1"],
        check=False,
        timeout=LONGEST_S,
    )
    assert ran.returncode == envoy.NOBODY


def test_machine_that_can_not_fork_starts_workers_as_ever(monkeypatch):
    """Then pytest-xdist starts them."""
    monkeypatch.setattr(parent, "is_possible", lambda: False)
    assert Forking.start() is None


@pytest.mark.parametrize(
    ("lacking", "refusal"),
    [
        ("os.pidfd_open", "raise OSError"),
        ("socket.socket.bind", "raise OSError"),
        ("zygote.parent_of", "return None"),
    ],
)
def test_system_that_forbids_something_is_no_trouble(lacking, refusal):
    """Nothing is said then, so that pytest-xdist starts workers itself."""
    source = (
        "import os, socket\n"
        "from conformance.plugin.forking import zygote\n"
        f"def refuse(*_): {refusal}\n{lacking} = refuse\n"
        "zygote.main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", source],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_zygote_that_ended_is_not_waited_for():
    """Then, too, pytest-xdist starts workers itself."""
    started = Forking.start()
    started.process.kill()
    assert started.arguments(2) == []
    started.stop()


def _below(pid):
    """The processes that *pid* has started, and that those have."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = {pid}
    for _ in pairs:
        found |= {child for child, above in pairs if above in found}
    return found - {pid}


@pytest.mark.end_to_end
def test_no_process_outlives_a_killed_run(reference, tmp_path):
    """After kill -9 of the one process that conducts it, zygote, envoys and workers end."""
    reference.pause_s = 0.01
    options = ("--base-url", reference.url, "--fuzz", "off", "-n", "2")
    run = begin(command(*options), tmp_path, **reference.variables)
    try:
        give_up = time.monotonic() + LONGEST_S
        while len(reference.heard) < 60:
            assert time.monotonic() < give_up
            time.sleep(0.01)
        others = _below(run.pid)
        assert len(others) == 5, others  # two envoys, the zygote, its two workers
        run.kill()
        assert all(ended(pid) for pid in others)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
