"""One tool against one provider: a reference, honest or lying, that counts what it is asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from conformance.reference.app import create_app
from tests.mutants.altering import Request, asking
from tests.mutants.registry import Mutant, Variant

LIMIT_S = 900  # a tool that takes longer has hung, on a busy machine, too


@dataclass(frozen=True, slots=True)
class Call:
    """How a tool is called about one target."""

    base_url: str
    key: str
    directory: Path  # empty, the tool's own


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool said: its exit status, and each kind of fault that it reports."""

    status: int | None  # None: it had to be ended
    faults: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool said about a target, and what that took."""

    said: Said
    seconds: float
    requests: int
    left: int  # containers that live when the tool has ended

    def finds(self, baseline: Result) -> bool:
        """Whether the tool says anything that it does not say of the honest reference."""
        news = self.said.faults - baseline.said.faults
        return self.said.status != baseline.said.status or bool(news)


@dataclass(slots=True)
class Counting:
    """An application that counts the requests that reach it."""

    app: ASGIApp
    requests: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, and pass on."""
        self.requests += scope["type"] == "http"
        await self.app(scope, receive, send)


@dataclass(slots=True)
class Target:
    """A provider that is being asked."""

    base_url: str
    key: str
    counting: Counting
    _honest: ASGIApp = field(repr=False)

    def left(self) -> int:
        """How many containers live, as the honest reference below knows."""
        return asyncio.run(_living(self._honest, self.key))


async def _living(app: ASGIApp, key: str) -> int:
    ask, found, query = asking(app), 0, {"limit": "100"}
    while True:
        path = "/containers"
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        empty = Request({}, b"", method="GET", path=path, scope=scope)
        page = (await ask(empty.to("GET", path, **query).signed(f"Bearer {key}"))).json
        found += sum(each["status"] == "running" for each in page["data"])
        if not page["has_more"]:
            return found
        query["after"] = page["last_id"]


@contextlib.contextmanager
def target(subject: Mutant | Variant) -> Iterator[Target]:
    """The reference as *subject* wraps it, on loopback."""
    key = f"sk-compare-{secrets.token_hex(16)}"
    honest = create_app(keys=[key])
    counting = Counting(subject.wrap(honest))
    with subject.serve(counting) as base_url:
        yield Target(base_url, key, counting, honest)


def measure(tool: Callable[[Call], Said], subject: Mutant | Variant) -> Result:
    """What *tool* says about *subject*."""
    with tempfile.TemporaryDirectory() as directory, target(subject) as asked:
        began = time.monotonic()
        said = tool(Call(asked.base_url, asked.key, Path(directory)))
        seconds = time.monotonic() - began
        return Result(said, seconds, asked.counting.requests, asked.left())


def run(
    command: Sequence[str | Path], directory: Path, environ: Mapping[str, str] | None = None
) -> tuple[int | None, str]:
    """Run *command* to its end; its exit status and what it printed."""
    with (directory / "output.txt").open("w+") as output:
        process = subprocess.Popen(
            [str(each) for each in command],
            cwd=directory,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status: int | None = process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its own group, started above
            process.wait()
            status = None
    return status, (directory / "output.txt").read_text(errors="replace")


def read_json(path: Path) -> dict[str, object]:
    """A report, or nothing where the tool wrote none."""
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError):
        return {}
