"""A client in a process of its own, told a call a line as JSON and answering likewise.

The process gets no variable of ours but what it needs to run, and no key but the recorder's.
One that does not answer in time is ended, and started anew for the next call.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import tempfile
import threading
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

from conformance.drivers.clients.seen import Facts, Seen
from conformance.errors import SuiteError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.drivers.clients.seen import Access

#: Variables of ours that a client's program gets.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT")

#: Seconds that a program may take to start, and to end.
START_S, END_S = 120.0, 5.0

#: Characters of a program's last words that are told.
LAST_WORDS = 600

#: No proxy stands between two processes of one machine.
DIRECT = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


class ClientBroken(SuiteError):
    """A client's environment is there, but the client in it can't be started."""


def environment(access: Access) -> dict[str, str]:
    """What a client's program finds around it."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, **DIRECT, **access.environment}


class Program:
    """One client behind the protocol, as a process."""

    def __init__(self, facts: Facts, command: Sequence[str], access: Access) -> None:
        """Start *command*, which tells its version first.

        Raises:
            ClientBroken: if it does not come up.
        """
        self._command, self._access = list(command), access
        self._process: subprocess.Popen[str] | None = None
        self._said: queue.Queue[str | None] = queue.Queue()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the client
        self.facts = facts
        told = self._start()
        self.facts = replace(facts, version=str(told["version"]), runtime=str(told["runtime"]))

    def call(self, name: str, given: Mapping[str, Any]) -> Seen:
        """Make the call *name*; the process is ended if it takes too long."""
        try:
            if self._process is None:
                self._start()
            answer = self._ask({"call": name, "given": given}, self._access.seconds)
        except ClientBroken as broken:
            self._end()
            return Seen(broken=str(broken))
        except TimeoutError:
            self._end()
            return Seen(stopped=f"{self._access.seconds:g} s")
        return Seen.from_json(answer)

    def close(self) -> None:
        """End the process."""
        self._end()
        self._errors.close()

    def _start(self) -> dict[str, Any]:
        self._errors.seek(0)
        self._errors.truncate()
        self._said = queue.Queue()
        self._process = subprocess.Popen(  # noqa: S603 - the command is of our own roster
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
            env=environment(self._access),
            start_new_session=True,  # Ctrl-C is ours: we end it when all is deleted
        )
        threading.Thread(target=_listen, args=(self._process, self._said), daemon=True).start()
        given = {
            "base_url": self._access.base_url,
            "key": self._access.key,
            "wrong_key": self._access.wrong_key,
            "items": self._access.items,
            "mode": self.facts.mode,
        }
        try:
            return self._ask(given, START_S)
        except TimeoutError:
            raise ClientBroken(f"{self.facts.title} did not start within {START_S:g} s.") from None

    def _ask(self, told: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        assert self._process is not None  # noqa: S101 - for the type checker
        assert self._process.stdin is not None  # noqa: S101 - as above
        try:
            self._process.stdin.write(json.dumps(told) + "\n")
            self._process.stdin.flush()
            line = self._said.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        except OSError:
            line = None
        if line is None:
            raise ClientBroken(f"{self.facts.title} ended: {self._last_words()}")
        try:
            answer = json.loads(line)
        except ValueError:
            raise ClientBroken(f"{self.facts.title} said what is no JSON: {line[:80]!r}") from None
        return dict(answer)

    def _last_words(self) -> str:
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - LAST_WORDS))
        return self._errors.read().decode("utf-8", "replace").strip() or "nothing was said"

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=END_S)
        if process.stdout:
            process.stdout.close()


def _listen(process: subprocess.Popen[str], said: queue.Queue[str | None]) -> None:
    """Put every line that *process* says into *said*, and None at its end."""
    with contextlib.suppress(OSError, ValueError):
        for line in process.stdout or ():
            said.put(line)
    said.put(None)
