"""Real proxies, started on loopback and judged: ``python -m tests.proxying.real``.

Each stands in an environment of its own, which its option names; a proxy without one is left
out and told. What does not hold of each is kept below reports/proxies/.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.proxying.trial import free_port

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = Path(__file__).with_name("loopback.cjs")
KEPT = ROOT / "reports" / "proxies"

#: Seconds until a proxy has to answer anything at all, and that a run may take.
READY_S, RUN_S = 420, 3600

CALLER, OWN = (f"sk-{who}-{secrets.token_urlsafe(18)}" for who in ("caller", "upstream"))

#: Stands for the exit status of a run that never began.
NOT_STARTED = 3

#: The exit statuses of runs whose report is kept in place of the one before.
CONCLUSIVE = (0, 1)

#: Outcomes that are not kept.
FINE = ("passed", "unsupported", "not-applicable")

CONFIG = "general_settings:\n  master_key: os.environ/LITELLM_MASTER_KEY\n"


@dataclass(frozen=True)
class Started:
    """How a proxy is started and asked; *{port}* and *{upstream}* are filled in."""

    name: str
    room: str  # the option that names its environment
    command: tuple[str, ...]
    path: str  # of its base URL
    options: tuple[str, ...] = ()  # of the run
    environment: tuple[tuple[str, str], ...] = ()
    has_own_key: bool = False


LITELLM = {
    "room": "litellm",
    "command": (
        "{room}",
        "-m",
        "litellm.proxy.proxy_cli",
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
        "--config",
        "litellm.yaml",
        "--telemetry",
        "False",
    ),
    "environment": (
        ("OPENAI_API_KEY", OWN),
        ("OPENAI_BASE_URL", "http://127.0.0.1:{upstream}/v1"),
        ("OPENAI_API_BASE", "http://127.0.0.1:{upstream}"),
        ("LITELLM_MASTER_KEY", CALLER),
        ("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
        ("NO_PROXY", "127.0.0.1,localhost"),
    ),
    "has_own_key": True,
}

PROXIES = (
    Started("litellm-1.106.2", path="/v1", options=("--profile", "litellm-proxy"), **LITELLM),
    Started("litellm-1.106.2-passthrough", path="/openai/v1", **LITELLM),
    Started(
        "portkey-1.9.8",
        "portkey",
        (
            "node", "-r", str(LOOPBACK),
            "{room}/node_modules/@portkey-ai/gateway/build/start-server.js",
            "--port={port}", "--headless",
        ),
        "/v1",
        (
            "--header", "x-portkey-provider: openai",
            "--header", "x-portkey-custom-host: http://127.0.0.1:{upstream}/v1",
        ),
    ),
    Started(
        "prism-5.14.2",
        "prism",
        (
            "node", "{room}/node_modules/.bin/prism", "proxy", str(ROOT / "spec/openapi.yaml"),
            "http://127.0.0.1:{upstream}/v1", "-h", "127.0.0.1", "-p", "{port}",
        ),
        "",
        ("--only", "proxy.*"),  # an upload of 8 MiB keeps it from answering anybody for minutes
    ),
)  # fmt: skip


class NotStarted(Exception):
    """A proxy could not be started."""


@contextlib.contextmanager
def running(proxy: Started, room: str, directory: Path) -> Iterator[tuple[int, int]]:
    """The proxy for a while; yields its port and that of its upstream."""
    port, upstream = free_port(), free_port()
    filled = {"port": port, "upstream": upstream, "room": room}
    (directory / "litellm.yaml").write_text(CONFIG)
    environment = {name: value.format(**filled) for name, value in proxy.environment}
    with (directory / "proxy.log").open("w") as log:
        process = subprocess.Popen(
            [word.format(**filled) for word in proxy.command],
            cwd=directory,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, port)
            yield port, upstream
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + READY_S
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < give_up and process.poll() is None:
        try:
            opener.open(f"http://127.0.0.1:{port}/", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise NotStarted(f"it did not start within {READY_S} s; see proxy.log")


def judge(proxy: Started, room: str, directory: Path, more: list[str]) -> int:
    """Judge *proxy*, keep what does not hold, and return the exit status of the run."""
    with running(proxy, room, directory) as (port, upstream):
        url = f"http://127.0.0.1:{port}{proxy.path}"
        options = [word.format(upstream=upstream) for word in proxy.options]
        command = [sys.executable, "-m", "conformance", "proxy", "--base-url", url]
        command += ["--upstream-port", str(upstream), "--report-dir", str(directory / "report")]
        environment = {**os.environ, "CONFORMANCE_API_KEY": CALLER}
        environment.pop("CONFORMANCE_UPSTREAM_API_KEY", None)
        if proxy.has_own_key:
            environment["CONFORMANCE_UPSTREAM_API_KEY"] = OWN
        status = subprocess.run(
            [*command, *options, *more], env=environment, timeout=RUN_S, check=False
        ).returncode
    if status in CONCLUSIVE:
        keep(directory / "report", proxy.name)
    return status


def keep(report: Path, name: str) -> None:
    """What does not hold, as JSON, and the report for people."""
    KEPT.mkdir(parents=True, exist_ok=True)
    whole = json.loads((report / "report.json").read_text("utf-8"))
    red = [row for row in whole["requirements"] if row["outcome"] not in FINE]
    told = json.dumps({**whole, "requirements": red}, indent=1) + "\n"
    (KEPT / f"{name}.json").write_text(told, "utf-8")
    shutil.copy(report / "report.md", KEPT / f"{name}.md")


def main() -> int:
    """Judge each proxy whose environment is named; 1 if one could not be judged."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in dict.fromkeys(each.room for each in PROXIES):
        parser.add_argument(f"--{name}", metavar="ROOM")
    parser.add_argument("--directory", type=Path, default=Path("reports/real-proxies"))
    parser.add_argument("more", nargs="*", metavar="RUN-OPTIONS")
    given = parser.parse_args()
    statuses = []
    for proxy in PROXIES:
        room = getattr(given, proxy.room)
        if room is None:
            sys.stdout.write(f"{proxy.name}: left out, --{proxy.room} names no environment\n")
            continue
        directory = (given.directory / proxy.name).absolute()
        directory.mkdir(parents=True, exist_ok=True)
        try:
            statuses.append(judge(proxy, room, directory, given.more))
        except NotStarted as error:
            statuses.append(NOT_STARTED)
            sys.stdout.write(f"{proxy.name}: {error}\n")
        else:
            sys.stdout.write(f"{proxy.name}: exit status {statuses[-1]}\n")
    return int(any(status not in (0, 1, 4) for status in statuses))


if __name__ == "__main__":
    raise SystemExit(main())
