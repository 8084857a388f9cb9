"""The side of the process that conducts a run: it has the zygote, and names it to pytest-xdist."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conformance.plugin.forking import envoy

#: Begins the zygote with our own path, so that it loads the same modules.
BEGIN = """\
import sys
sys.path[:] = sys.argv[2:]
from conformance.plugin.forking.zygote import main
main()
"""

#: How many workers may take a dead one's place, for each; what pytest-xdist has for ``-n``.
RESTARTS = 4

#: Seconds that the zygote gets to end once its workers have.
PATIENCE_S = 10


def is_possible() -> bool:
    """Whether this machine has what it takes: forks, and sockets that hand descriptors over."""
    has_all = hasattr(os, "fork") and hasattr(os, "pidfd_open") and hasattr(socket, "send_fds")
    return sys.platform == "linux" and has_all


@dataclass(slots=True)
class Forking:
    """The zygote of one run."""

    process: subprocess.Popen[str]
    is_used: bool = False

    @classmethod
    def start(cls, *, fuzzing: bool = False, encrypted: bool = False) -> Forking | None:
        """Start one, without waiting for it; None where there can't be one."""
        if not is_possible():
            return None
        asked = (("fuzzing", fuzzing), ("encrypted", encrypted))
        words = ",".join(word for word, is_asked in asked if is_asked)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until it ignores it
        try:
            process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-u", "-c", BEGIN, words, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return cls(process)

    def arguments(self, workers: int) -> list[str]:
        """What makes pytest-xdist take its *workers* from here; empty if the zygote is gone."""
        name = self.process.stdout.readline().strip() if self.process.stdout else ""
        if not name:
            return []
        self.is_used = True
        python, script = (str(Path(each)) for each in (sys.executable, envoy.__file__))  # no //
        command = [python, "-I", "-S", script, name, str(self.process.pid)]
        restarts = f"--max-worker-restart={RESTARTS * workers}"
        return ["-d", restarts, "--tx", f"{workers}*popen//python={shlex.join(command)}"]

    def stop(self) -> None:
        """Let the zygote go."""
        if not self.is_used:
            self.process.kill()
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
