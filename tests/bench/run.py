"""What a run costs, held against what its requests cost: ``python -m tests.bench.run``.

Every figure that is compared comes from the same session, the processes taking turns, since a
machine is never as fast tomorrow as it is today. Nothing is asserted.
"""

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from conformance import __version__
from tests.bench.chaining import longest
from tests.bench.growing import ROOT, grown
from tests.bench.measuring import measure
from tests.plugin.conftest import environment

KEY = "sk-bench-0123456789abcdef"
SECOND = "sk-bench-second-0123456789"

#: What is measured, and with which options.
KINDS = {
    "smoke": ("--profile", "smoke"),
    "off": ("--fuzz", "off"),
    "default": (),
}

LIMITS = ("--max-requests", "20000", "--max-containers", "2000", "--max-duration", "3600")

SCHEMATHESIS = "from schemathesis.cli import schemathesis; schemathesis()"

HEAD = """\
| run | latency | workers | scale | wall s | CPU s | MiB | requests | a second | replay wall s \
| ÷ replay wall | replay CPU s | ÷ replay CPU | chain | chain s | ÷ chain | status |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def parser():
    """The options of this session."""
    made = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    made.add_argument("--quick", action="store_true", help="smoke and --fuzz off, without delay")
    made.add_argument("--kinds", nargs="+", choices=KINDS, default=[*KINDS])
    made.add_argument("--latency", nargs="+", type=int, default=[0, 20, 100, 500], metavar="MS")
    made.add_argument("--workers", nargs="+", default=["auto", "0", "2", "4", "8", "16"])
    made.add_argument("--scale", nargs="+", type=int, default=[1], metavar="N")
    made.add_argument("--repeat", type=int, default=1, metavar="N", help="take the quickest of N")
    made.add_argument("--schemathesis", action="store_true", help="also `schemathesis run`")
    made.add_argument("--longest", type=int, default=600, metavar="S", help="for one process")
    return made


def say(text):
    """Tell it now."""
    sys.stdout.write(text)
    sys.stdout.flush()


@contextlib.contextmanager
def started(*command, **variables):
    """A process that tells something in its first line, and ends with the block."""
    with subprocess.Popen(
        [sys.executable, "-m", *map(str, command)],
        cwd=ROOT,
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@contextlib.contextmanager
def target(latency_ms):
    """The base URL of a new reference provider behind a way of *latency_ms*."""
    reference = ("conformance.reference", "--port", "0")
    with started(*reference, CONFORMANCE_SERVE_KEYS=f"{KEY},{SECOND}") as url:
        if not latency_ms:
            yield url
            return
        port = url.partition("//")[2].partition("/")[0].rpartition(":")[2]
        with started("tests.bench.delaying", port, latency_ms) as way:
            yield f"http://127.0.0.1:{way}/v1"


class Bench:
    """One session of measuring, with its scratch directory."""

    def __init__(self, directory, asked):
        """Work in *directory* as *asked*."""
        self.directory, self.asked = directory, asked
        self.numbers = iter(range(10**6))
        keys = {"CONFORMANCE_API_KEY": KEY, "CONFORMANCE_SECOND_API_KEY": SECOND}
        self.env = environment(**keys)

    def run(self, kind, latency_ms, workers, home):
        """One run of the command, from the suite at *home*; its cost and where it reported."""
        report = self.directory / f"run-{next(self.numbers)}"
        with target(latency_ms) as url:
            cost = measure(
                [
                    *(sys.executable, "-m", "conformance", "run", "--base-url", url),
                    *("--seed", "1", "-n", workers, "--report-dir", report),
                    *(*KINDS[kind], *LIMITS),
                ],
                env={**self.env, "PYTHONPATH": str(home)},
                cwd=home,
                longest_s=self.asked.longest,
            )
        return cost, report

    def replay(self, report, latency_ms):
        """The same requests by bare httpx, at a new target."""
        with target(latency_ms) as url:
            command = [sys.executable, "-m", "tests.bench.replaying", report / "traffic.har", url]
            return measure(command, env=self.env, cwd=ROOT, longest_s=self.asked.longest)

    def schemathesis(self, latency_ms):
        """`schemathesis run` as it comes."""
        with target(latency_ms) as url:
            command = [sys.executable, "-c", SCHEMATHESIS, "run", ROOT / "spec" / "openapi.yaml"]
            key = f"Authorization: Bearer {KEY}"
            return measure(
                [*command, "--url", url, "--header", key, "--seed", "1"],
                env=self.env,
                cwd=self.directory,
                longest_s=self.asked.longest,
            )

    def row(self, kind, latency_ms, workers, times, home):
        """One line of the table: run and replay in turns, of each the quickest."""
        runs, replays = [], []
        for _ in range(self.asked.repeat):
            runs.append(self.run(kind, latency_ms, workers, home))
            if not (runs[-1][1] / "traffic.har").exists():
                return f"| {kind} | {latency_ms} | {workers} | {times} | {runs[-1][0].out[-300:]!r}"
            replays.append(self.replay(runs[-1][1], latency_ms))
        cost, report = min(runs, key=lambda each: each[0].wall_s)
        bare = min(replays, key=lambda each: each.wall_s)
        lines = (report / "evidence.jsonl").read_text("utf-8").splitlines()
        chain = longest(map(json.loads, lines))
        chain_s = chain * latency_ms / 1000
        sent = json.loads((report / "report.json").read_text("utf-8"))["run"]["requests"]
        told = [kind, f"{latency_ms} ms", workers, times]
        told += [f"{cost.wall_s:.2f}", f"{cost.cpu_s:.2f}", f"{cost.peak_mib:.0f}", sent]
        told += [f"{sent / cost.wall_s:.0f}", f"{bare.wall_s:.2f}"]
        told += [f"{cost.wall_s / bare.wall_s:.2f}", f"{bare.cpu_s:.2f}"]
        told += [f"{cost.cpu_s / bare.cpu_s:.2f}", chain, f"{chain_s:.2f}"]
        told += [f"{cost.wall_s / chain_s:.2f}" if chain_s else "—", cost.status]
        return "| " + " | ".join(map(str, told)) + " |"

    def starts(self):
        """What only starts, and says something."""
        say("| command | wall s | CPU s | MiB |\n|---|--:|--:|--:|\n")
        explained = ("explain", "container.create.name-is-required")
        for words in (("--version",), ("--help",), explained, ("plan",)):
            costs = [
                measure(
                    [sys.executable, "-m", "conformance", *words],
                    env=self.env,
                    cwd=ROOT,
                    longest_s=self.asked.longest,
                )
                for _ in range(max(self.asked.repeat, 5))
            ]
            best = min(costs, key=lambda each: each.cpu_s)
            wall_s = min(each.wall_s for each in costs)
            told = f"{wall_s:.3f} | {best.cpu_s:.3f} | {best.peak_mib:.0f}"
            say(f"| `{words[0]}` | {told} |\n")
        say("\n")


def machine():
    """Date, versions and how busy the machine is."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    libraries = ", ".join(
        f"{each} {metadata.version(each)}" for each in ("httpx", "pytest", "schemathesis")
    )
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · containers-conformance {__version__} · Python "
        f"{platform.python_version()} · {libraries} · {os.cpu_count()} CPUs · load {load}\n\n"
    )


def main():
    """Measure what was asked for, and write the table to standard output as it grows."""
    asked = parser().parse_args()
    if asked.quick:
        asked.kinds, asked.latency, asked.workers = ["smoke", "off"], [0], ["0"]
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        bench = Bench(directory, asked)
        say(machine())
        bench.starts()
        homes = {n: ROOT if n == 1 else grown(directory / f"x{n}", n) for n in asked.scale}
        say(HEAD)
        for kind in asked.kinds:
            for latency_ms in asked.latency:
                for workers in asked.workers:
                    for times, home in homes.items():
                        say(bench.row(kind, latency_ms, workers, times, home) + "\n")
        if asked.schemathesis:
            for latency_ms in asked.latency:
                cost = bench.schemathesis(latency_ms)
                told = f"{cost.wall_s:.2f} s wall, {cost.cpu_s:.2f} s CPU, status {cost.status}"
                say(f"\n`schemathesis run` at {latency_ms} ms: {told}, {cost.peak_mib:.0f} MiB\n")
        say("\n" + machine())


if __name__ == "__main__":
    main()
