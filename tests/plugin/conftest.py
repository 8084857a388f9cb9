"""What the tests of whole runs share: a reference that can be watched, and the command."""

import asyncio
import contextlib
import importlib.metadata
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

import conformance
from conformance.reference.app import create_app
from conformance.reference.server import running

ROOT = Path(conformance.__file__).parents[1]

#: Everything that a run writes; the ledger has the run's id in its name.
WRITTEN = {
    "evidence.jsonl",
    "report.json",
    "report.html",
    "report.md",
    "junit.xml",
    "badge.json",
    "ctrf.json",
    "traffic.har",
    "results.sarif",
}

#: Seconds that any one run may take.
LONGEST_S = 120


def environment(**variables):
    """This process's environment without anything that would speak to the suite."""
    own = ("CONFORMANCE_", "OPENAI_", "GITHUB_", "PYTEST_", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**kept, "PYTHONPATH": str(ROOT), **variables}


@dataclass
class Watched:
    """The reference in this process, with a known key; every request is written down."""

    key: str = field(default_factory=lambda: f"sk-test-{secrets.token_urlsafe(24)}")
    second: str = field(default_factory=lambda: f"sk-test-{secrets.token_urlsafe(24)}")
    heard: list = field(default_factory=list)  # method, path, whether it has the own key
    pause_s: float = 0.0
    only_below: str = ""
    elsewhere: bytes = b"<h1>Not Found</h1>"
    url: str = ""

    def __post_init__(self):
        """Make the provider; it is served by `serving`."""
        self.app = create_app(keys=[self.key, self.second])

    async def __call__(self, scope, receive, send):
        """Write down, rest, and pass on."""
        path = scope["path"]
        own = dict(scope["headers"]).get(b"authorization") == f"Bearer {self.key}".encode()
        self.heard.append((scope["method"], path, own))
        await asyncio.sleep(self.pause_s)
        if not path.startswith(self.only_below):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": self.elsewhere})
            return
        await self.app(scope, receive, self._echoing(scope, send))

    def _echoing(self, scope, send):
        """Sends what comes with the caller's own headers beside it, as careless targets do."""
        given = dict(scope["headers"]).get(b"authorization", b"")

        async def echo(message):
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"x-echo", given)]}
            await send(message)

        return echo

    @contextlib.contextmanager
    def serving(self):
        """Serve it for a while."""
        with running(self) as url:
            self.url = url
            yield self

    @property
    def variables(self):
        """The environment of somebody who tests it."""
        return {"CONFORMANCE_API_KEY": self.key, "CONFORMANCE_SECOND_API_KEY": self.second}

    def ask(self, method, path, key=None, **options):
        """Ask it something beside the run; its JSON."""
        headers = {"Authorization": f"Bearer {key or self.key}"}
        answer = httpx.request(
            method, f"{self.url}{path}", headers=headers, trust_env=False, **options
        )
        answer.raise_for_status()
        return answer.json()

    def containers(self, key=None):
        """The ids of all containers that are there."""
        found, cursor = [], ""
        while True:
            page = self.ask("GET", f"/containers?limit=100{cursor}", key)
            found += [each["id"] for each in page["data"]]
            if not page["has_more"]:
                return found
            cursor = f"&after={found[-1]}"


@pytest.fixture
def reference():
    """The reference, watched, with a new key."""
    with Watched().serving() as watched:
        yield watched


@dataclass
class Ran:
    """What a run has left behind."""

    status: int
    out: str
    directory: Path

    def __getitem__(self, name):
        """A JSON file of the report directory."""
        assert name in self.written, self.out
        return json.loads((self.directory / name).read_text("utf-8"))

    @property
    def report(self):
        """Its report.json."""
        return self["report.json"]

    @property
    def written(self):
        """The names of what was written, without the ledger."""
        if not self.directory.exists():
            return set()
        return {each.name for each in self.directory.iterdir() if "ledger" not in each.name}


def plain_pytest(*arguments):
    """The command of plain pytest over the scenarios."""
    names = [each.name for each in importlib.metadata.entry_points(group="pytest11")]
    plugin = [] if "containers_conformance" in names else ["-p", "conformance.plugin"]
    scenarios = ["--pyargs", "conformance.scenarios", "-p", "no:cacheprovider"]
    return [sys.executable, "-m", "pytest", *plugin, *scenarios, *arguments]


def command(*arguments):
    """The command ``run``."""
    return [sys.executable, "-m", "conformance", "run", *arguments]


def finish(process, directory):
    """Wait for the end of *process*."""
    try:
        out, _ = process.communicate(timeout=LONGEST_S)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return Ran(process.returncode, out, directory)


def sweep(cwd, reference, *arguments):
    """Call ``sweep`` in *cwd*, with the keys of *reference*."""
    return subprocess.run(
        [sys.executable, "-m", "conformance", "sweep", *arguments],
        cwd=cwd,
        env=environment(**reference.variables),
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


def begin(arguments, cwd, **variables):
    """Start a command in *cwd*, in a process group of its own."""
    return subprocess.Popen(
        arguments,
        cwd=cwd,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def run(tmp_path):
    """Calls ``run`` in an empty directory; reports go to ``out`` in it."""

    def call(*arguments, **variables):
        process = begin(command("--report-dir", "out", *arguments), tmp_path, **variables)
        return finish(process, tmp_path / "out")

    return call


@pytest.fixture
def interrupted_run(tmp_path):
    """Calls ``run``, and sends it a signal once *after* requests were heard."""

    def call(reference, *arguments, after, number, group):
        process = begin(
            command("--report-dir", "out", "--base-url", reference.url, *arguments),
            tmp_path,
            **reference.variables,
        )
        give_up = time.monotonic() + LONGEST_S
        while len(reference.heard) < after and process.poll() is None:
            assert time.monotonic() < give_up
            time.sleep(0.005)
        (os.killpg if group else os.kill)(process.pid, number)
        return finish(process, tmp_path / "out")

    return call
