"""Run after run against one reference: ``python -m tests.soak.run --smoke 200 --default 20``."""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.plugin.conftest import environment
from tests.soak import kills
from tests.soak.faults import FAULTS, Fault
from tests.soak.memory import COUNTED, held_mib
from tests.soak.provider import Provider
from tests.soak.runner import open_files

#: What the runs of each kind are called with.
KINDS = {"smoke": ("--profile", "smoke"), "default": (), "first": ("-n", "0")}

#: What calls the command again and again in one process.
RUNNER = ("-m", "tests.soak.runner")

#: Where these tests are, of which the process is; conformance may be installed elsewhere.
HERE = Path(__file__).parents[2]

#: MiB by which a process may hold more in its last quarter of runs than in its second. That of the
#: suite is counted; the other's is what is resident, which goes up and down by some MiB.
FLAT_MIB = {"the suite": 1.0, "the reference": 4.0}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.run", description=__doc__)
    parser.add_argument("--smoke", type=int, default=200, metavar="N", help="Smoke runs. [200]")
    parser.add_argument("--default", type=int, default=20, metavar="N", help="Default runs. [20]")
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="Runs killed. [50]")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="Of all chance. [1]")
    return parser


@dataclass
class Soak:
    """What is gathered over all runs."""

    provider: Provider
    directory: Path
    choose: random.Random
    wrongs: list[str] = field(default_factory=list)

    def blame(self, place: str, wrongs: list[str]) -> None:
        """Keep what was wrong, and say it."""
        for each in wrongs:
            self.wrongs.append(f"{place}: {each}")
            say(f"WRONG {self.wrongs[-1]}")


def say(line: str) -> None:
    """One line on the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def runner(soak: Soak) -> Iterator[Callable[[list[str]], dict[str, Any]]]:
    """A process that calls the command as often as it is asked to."""
    own = {**soak.provider.watched.variables, "TMPDIR": str(soak.directory / "temporary")}
    own |= COUNTED | {"PYTHONPATH": str(HERE)}
    with subprocess.Popen(
        [sys.executable, *RUNNER],
        cwd=soak.directory,
        env=environment(**own),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout

        def call(arguments: list[str]) -> dict[str, Any]:
            process.stdin.write(json.dumps(arguments) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield call
        process.stdin.close()


def runs(soak: Soak, kind: str, number: int) -> None:
    """So many runs of one *kind* in one process, at changing seeds and faults.

    One that is not counted goes first, without workers: it loads all that any of them may load.
    """
    mib: list[float] = []
    files: list[int] = []
    ours: list[float] = []
    with runner(soak) as call:
        if number:
            _one(soak, "first", 0, FAULTS[0], call)
        for at in range(number):
            fault = FAULTS[at % len(FAULTS)]
            told = _one(soak, kind, at, fault, call)
            mib.append(told["mib"])
            files.append(told["files"])
            ours.append(held_mib())
    if number:
        tell(soak, kind, mib, files, ours)


def _one(
    soak: Soak, kind: str, at: int, fault: Fault, call: Callable[[list[str]], dict[str, Any]]
) -> dict[str, Any]:
    soak.provider.take(fault)
    seed = soak.choose.randrange(10**6)
    out = soak.directory / f"{kind}-{at}"
    given = ["--base-url", soak.provider.watched.url, "--report-dir", str(out)]
    began = time.monotonic()
    told = call(["run", *KINDS[kind], "--seed", str(seed), *given])
    place = f"{kind} {at} seed {seed} {fault.name}"
    say(
        f"{place}: exit {told['status']} in {time.monotonic() - began:.1f} s, "
        f"{told['mib']:.0f} MiB, {told['files']} files"
    )
    wrongs = soak.provider.wrongs()
    if told["status"] != fault.status:
        wrongs.append(f"exit {told['status']} in place of {fault.status}: {told['said'][-2000:]}")
    wrongs += _traces(soak, out, told["said"])
    soak.blame(place, wrongs)
    return told


def _traces(soak: Soak, out: Path, said: str) -> list[str]:
    """Keys in what was written or said, and temporary files that were forgotten."""
    written = {each.name: each.read_bytes() for each in out.rglob("*") if each.is_file()}
    written["terminal"] = said.encode()
    keys = (soak.provider.watched.key.encode(), soak.provider.watched.second.encode())
    found = [f"a key in {name}" for name, text in written.items() if any(k in text for k in keys)]
    found += [f"forgot {each}" for each in (soak.directory / "temporary").iterdir()]
    for each in out.rglob("*"):  # the disk is not what is tested
        each.unlink()
    return found


def _quarters(values: list[float]) -> tuple[float, float]:
    """The medians of the second and of the last quarter."""
    quarter = max(len(values) // 4, 1)
    return statistics.median(values[quarter : 2 * quarter] or values), statistics.median(
        values[-quarter:]
    )


def tell(soak: Soak, kind: str, mib: list[float], files: list[int], ours: list[float]) -> None:
    """Say how memory and open files have gone, and blame what has grown."""
    wrongs = []
    for who, values in (("the suite", mib), ("the reference", ours)):
        early, late = _quarters(values)
        say(f"{kind}: {who} {values[0]:.0f} MiB after the first run, {early:.1f} -> {late:.1f}")
        if late - early > FLAT_MIB[who]:
            wrongs.append(f"{who} has grown from {early:.1f} to {late:.1f} MiB")
    say(f"{kind}: {files[0]} open files after the first run, {files[-1]} after the last")
    if files[-1] > files[min(1, len(files) - 1)]:
        wrongs.append(f"open files have grown from {files[0]} to {files[-1]}")
    soak.blame(kind, wrongs)


def killed(soak: Soak, number: int) -> None:
    """So many runs that are killed at random moments and swept."""
    soak.provider.take(FAULTS[0])
    place = soak.directory / "killed"
    place.mkdir()
    most = {kind: kills.requests_of(kind, soak.provider, place) for kind in kills.KINDS if number}
    left = 0
    for at in range(number):
        kind = kills.KINDS[at % len(kills.KINDS)]
        one = kills.kill(kind, most[kind], soak.provider, place, soak.choose)
        left += one.left
        say(f"kill {at} {one.kind}: after {one.after} requests, {one.left} left to sweep")
        soak.blame(f"kill {at} {one.kind} after {one.after}", list(one.wrongs))
    say(f"{number} runs killed, {left} containers swept")


def main() -> int:
    """Soak; 1 where anything was wrong."""
    asked = _parser().parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        soak = Soak(Provider(), Path(name), random.Random(asked.seed))
        (soak.directory / "temporary").mkdir()
        with soak.provider.watched.serving():
            soak.provider.fill()
            files = open_files()
            runs(soak, "smoke", asked.smoke)
            runs(soak, "default", asked.default)
            killed(soak, asked.kills)
            say(f"the reference: {files} open files before, {open_files()} after")
    say(f"{len(soak.wrongs)} wrong after {(time.monotonic() - began) / 60:.1f} min")
    return 1 if soak.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
