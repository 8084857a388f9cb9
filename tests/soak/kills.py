"""Runs that are killed at random moments, and swept."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.plugin.conftest import begin, command, sweep
from tests.soak.provider import Provider

#: What is killed: each kind of run takes its turn.
KINDS = (
    ("--profile", "smoke"),
    ("--fuzz", "off", "-n", "0"),
    ("--fuzz", "off", "-n", "2"),
    ("--fuzz", "quick", "-n", "2"),
)

#: Seconds that a run may take when nobody kills it.
LONGEST_S = 300


@dataclass(frozen=True, slots=True)
class Killed:
    """One run, and what was there after it and after its sweep."""

    kind: str
    after: int  # requests that were heard
    left: int  # containers between kill and sweep
    wrongs: tuple[str, ...]


def requests_of(kind: tuple[str, ...], provider: Provider, directory: Path) -> int:
    """The requests that a whole run of *kind* sends; it is waited for."""
    provider.watched.heard.clear()
    process = _begin(kind, provider, directory)
    process.communicate(timeout=LONGEST_S)
    return len(provider.watched.heard)


def kill(
    kind: tuple[str, ...], most: int, provider: Provider, directory: Path, choose: random.Random
) -> Killed:
    """Kill everything of a run of *kind* at a random moment, then sweep."""
    after = choose.randint(0, most - 1)
    provider.watched.heard.clear()
    process = _begin(kind, provider, directory)
    give_up = time.monotonic() + LONGEST_S
    while len(provider.watched.heard) < after and process.poll() is None:
        if time.monotonic() > give_up:
            break
        time.sleep(0.001)
    time.sleep(choose.random() * 0.03)  # somewhere within a request
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    time.sleep(0.3)  # what was under way arrives
    left = len(provider.there()) - len(provider.foreign)
    swept = sweep(directory, provider.watched, "--report-dir", "out")
    wrongs = provider.wrongs()
    if swept.returncode or provider.watched.key in swept.stdout + swept.stderr:
        wrongs.append(f"sweep: {swept.returncode} {swept.stdout} {swept.stderr}")
    return Killed(" ".join(kind), after, left, tuple(wrongs))


def _begin(kind: tuple[str, ...], provider: Provider, directory: Path) -> subprocess.Popen[str]:
    watched = provider.watched
    arguments = ("--report-dir", "out", "--base-url", watched.url, *kind)
    return begin(command(*arguments), directory, **watched.variables)
