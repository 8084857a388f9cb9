"""The tools that are compared: how each is called, and what it says."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Protocol

from tests.comparison.bench import Call, Said, read_json, run

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT / "spec" / "openapi.yaml"
JOURNEY = Path(__file__).with_name("journey.py")

START_S = 120  # for Prism to listen, on a busy machine, too

#: What differs from run to run in a line of a log: times, ports and made-up ids.
_VARYING = re.compile(r"\x1b\[[0-9;]*m|\[\d+:\d+:\d+ [AP]M\]|:\d{4,5}\b|\b\w*_?[0-9a-f]{16,}\b")


class Tool(Protocol):
    """Something that tests a provider."""

    name: str
    version: str

    def __call__(self, call: Call) -> Said:
        """Test the target of *call*."""


class Ours:
    """This suite, with the options that it has by itself."""

    name = "containers-conformance"
    version = metadata.version("containers-conformance")

    def __call__(self, call: Call) -> Said:
        """Run, and take the requirements that failed."""
        report = call.directory / "report"
        command = (sys.executable, "-m", "conformance", "run", "--base-url", call.base_url)
        options = ("--seed", "1", "--report-dir", report)
        environ = {"CONFORMANCE_API_KEY": call.key, "PYTHONPATH": str(ROOT)}
        status, _ = run((*command, *options), call.directory, environ)
        return Said(status, ours_of(read_json(report / "report.json")))


def ours_of(report: dict[str, object]) -> frozenset[str]:
    """The requirements that a report of ours finds broken."""
    rows = report.get("requirements") or []
    return frozenset(row["id"] for row in rows if row["outcome"] in ("failed", "flaky"))


class Schemathesis:
    """`schemathesis run` as it is, but for a seed, so that it can be repeated."""

    name = "schemathesis"
    version = metadata.version("schemathesis")

    def __call__(self, call: Call) -> Said:
        """Run, and take each kind of failure on each operation."""
        report = call.directory / "report.json"
        program = Path(sys.executable).with_name("schemathesis")
        command = (program if program.exists() else "schemathesis", "run", OPENAPI)
        target = ("--url", call.base_url, "--header", f"Authorization: Bearer {call.key}")
        options = ("--seed", "1", "--report", "json", "--report-json-path", report)
        status, _ = run((*command, *target, *options), call.directory)
        return Said(status, schemathesis_of(read_json(report)))


def schemathesis_of(report: dict[str, object]) -> frozenset[str]:
    """Each failure of a report, by code, title and operation."""
    return frozenset(
        f"{each['code']} {each['title']}: {operation}"
        for each in report.get("failures") or []
        for operation in each["operations"]
    )


class Prism:
    """Prism's validating proxy in front of the openai client's journey."""

    name = "Prism + openai"

    def __init__(self, room: Path, python: Path) -> None:
        """Run Prism from the Node *room*, and the journey by a *python* that has openai."""
        self._program = room / "node_modules" / ".bin" / "prism"
        self._python = python
        package = room / "node_modules" / "@stoplight" / "prism-cli" / "package.json"
        self.version = str(read_json(package).get("version"))

    def __call__(self, call: Call) -> Said:
        """Make the journey through the proxy, and take what either complains about."""
        log = call.directory / "prism.txt"
        with self._proxying(call, log) as proxy:
            status, output = run((self._python, JOURNEY, proxy, call.key), call.directory)
        return Said(status, complaints(log.read_text(errors="replace")) | last_line(output))

    @contextlib.contextmanager
    def _proxying(self, call: Call, log: Path) -> Iterator[str]:
        port = _free_port()
        where = ("--port", str(port), "--host", "127.0.0.1", "--multiprocess=false")
        command = (self._program, "proxy", OPENAPI, call.base_url, *where)
        with log.open("w") as output:
            process = subprocess.Popen(
                [str(each) for each in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                _wait_for(port, process)
                yield f"http://127.0.0.1:{port}"
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)  # its own group, started above
                process.wait()


def complaints(log: str) -> frozenset[str]:
    """The violations and errors in Prism's log, without what differs from run to run."""
    lines = (_VARYING.sub("*", line).strip() for line in log.splitlines())
    return frozenset(line for line in lines if "Violation" in line or " error " in line)


def last_line(output: str) -> frozenset[str]:
    """What a client's traceback ends with, if it broke off."""
    lines = output.strip().splitlines()
    return frozenset(_VARYING.sub("*", line) for line in lines[-1:])


class Portman:
    """Portman with the configuration that it has by itself, run by Newman."""

    name = "Portman + Newman"

    def __init__(self, room: Path) -> None:
        """Run Portman from the Node *room*."""
        self._program = room / "node_modules" / ".bin" / "portman"
        package = room / "node_modules" / "@apideck" / "portman" / "package.json"
        self.version = str(read_json(package).get("version"))

    def __call__(self, call: Call) -> Said:
        """Run, and take each assertion that failed."""
        environ = call.directory / "portman.env"
        environ.write_text(f"PORTMAN_BEARER_TOKEN={call.key}\n")
        command = (self._program, "-l", OPENAPI, "-b", call.base_url, "--runNewman")
        options = ("-o", call.directory / "collection.json", "--envFile", environ)
        status, output = run((*command, *options), call.directory)
        return Said(status, portman_of(output))


def portman_of(output: str) -> frozenset[str]:
    """The assertions that failed, as Newman lists them below their requests."""
    return frozenset(
        found[1] for found in re.finditer(r"^ *\d+\. +(\[[A-Z]+\]::.*?)\s*$", output, re.MULTILINE)
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"{process.args[0]} does not listen: see its log.")


def available(rooms: Mapping[str, str | None]) -> list[Tool]:
    """The tools for which there is a room: a directory of npm's, or a Python with openai."""
    found: list[Tool] = [Ours(), Schemathesis()]
    if rooms.get("prism") and rooms.get("openai"):
        found.append(Prism(Path(rooms["prism"]), Path(rooms["openai"])))
    if rooms.get("portman"):
        found.append(Portman(Path(rooms["portman"])))
    return found
