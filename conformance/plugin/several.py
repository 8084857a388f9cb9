"""Several targets in one go: a run of each in a process of its own, then a matrix of them all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.evidence import moments
from conformance.plugin import interrupting
from conformance.targets.files import read_options
from conformance.targets.options import OPTIONS
from conformance.verdicts.outcome import EXIT_STATUS, PRECEDENCE, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.targets import Settings

#: The one key of a file of targets.
KEY = "targets"

#: Options that are each run's own, or can't be shared.
OWN = frozenset({"targets", "target", "base-url", "api-key-fd", "report-dir", "write-waivers"})

#: Seconds between two looks at the runs.
LOOK_S = 0.1

#: The exit status of a run that was interrupted.
INCONCLUSIVE = EXIT_STATUS[Verdict.INCONCLUSIVE]


@dataclass(slots=True)
class Turn:
    """One target, and its run."""

    file: Path
    name: str
    directory: Path
    process: subprocess.Popen[bytes] | None = None
    status: int | None = None

    def prepare(self) -> None:
        """Make the directory of its run, and the file for what that prints.

        Raises:
            UsageError: if they can't be made.
        """
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.output.touch()
        except OSError as error:
            raise UsageError(
                f"{self.directory} can't be written ({error.strerror}): "
                "name a directory of yours with --report-dir."
            ) from error

    @property
    def output(self) -> Path:
        """Where what its run prints goes."""
        return self.directory / "output.txt"

    def begin(self, arguments: list[str]) -> None:
        """Start its run."""
        own = ["--target", str(self.file), "--report-dir", str(self.directory)]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 - ourselves, with our own options
                [sys.executable, "-m", "conformance", "run", *own, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def is_over(self) -> bool:
        """Whether its run has ended."""
        return self.process is not None and self.process.poll() is not None

    def interrupt(self) -> None:
        """Have its run clean up and end, where it goes on."""
        if self.process and not self.is_over:
            self.process.terminate()


def files_in(path: Path) -> tuple[Path, ...]:
    """The target files that *path* names, relative to itself.

    Raises:
        UsageError: if it can't be read, or names none.
    """
    table = read_options(path, str(path), "--targets").table
    strange = sorted(key for key in table if key != KEY)
    if strange:
        raise UsageError(f"{path}: {strange[0]!r} is no key of a file of targets: {KEY} is.")
    names = table.get(KEY)
    if not isinstance(names, list) or not names or not all(map(_is_name, names)):
        raise UsageError(
            f'{path}: write the target files into it: {KEY} = ["one.toml", "two.toml"].'
        )
    return tuple(path.parent / name for name in names)


def _is_name(value: object) -> bool:
    """Whether *value* may name a file."""
    return isinstance(value, str) and value.isprintable()


def run(
    settings: Settings, given: Mapping[str, object], resolved: Callable[[Path], Settings]
) -> int:
    """Run all targets of *settings*, with the other options that were *given*; the exit status.

    Every target is *resolved* before the first run begins.

    Raises:
        UsageError: if one of them can't be, or an option belongs to a single run.
    """
    alone = sorted(OWN.intersection(given) - {"targets", "report-dir"})
    if alone:
        raise UsageError(f"--{alone[0]} is of a single run: leave it out beside --targets.")
    if settings.origins.get("base-url", "").startswith("environment"):
        raise UsageError("CONFORMANCE_BASE_URL would win over every target: unset it.")
    files = files_in(Path(str(settings.targets)))
    names = [resolved(file).name for file in files]
    base = settings.report_dir or Path("reports") / "targets" / moments.new_id()
    turns = [
        Turn(file, name, base / folder)
        for file, name, folder in zip(files, names, _folders(names), strict=True)
    ]
    for turn in turns:
        turn.prepare()
    with interrupting.by_sigterm():
        _take_turns(turns, _arguments(settings, given, len(turns)))
    _write_matrix(turns, base)
    return next(each for each in PRECEDENCE if each in {turn.status for turn in turns})


def _folders(names: list[str]) -> Iterator[str]:
    """A directory a target, named after it."""
    seen: set[str] = set()
    for name in names:
        plain = "".join(each if each.isascii() and each.isalnum() else "-" for each in name)
        folder = start = plain.strip("-")[:60] or "target"
        while folder in seen:
            folder = f"{start}-{len(seen) + 1}"
        seen.add(folder)
        yield folder


def _arguments(settings: Settings, given: Mapping[str, object], count: int) -> list[str]:
    """What each run is called with: the same options, the same seed, the same share of cores."""
    arguments: list[str] = []
    for option in OPTIONS:
        value = given.get(option.name)
        if value is None or option.name in OWN | {"seed", "n"}:
            continue
        if option.metavar is None:
            arguments.append(option.spelled if value else f"--no-{option.name}")
            continue
        values = value if isinstance(value, list) else [value]
        for each in values:
            arguments += [option.spelled, str(each)]
    workers = (os.cpu_count() or 1) // count if settings.workers == "auto" else settings.workers
    share = "0" if workers in (0, 1) else str(workers)
    return [*arguments, "--seed", str(settings.seed), "-n", share]


def _take_turns(turns: list[Turn], arguments: list[str]) -> None:
    """Run as many at a time as there are cores, and tell each that ends; none outlives this."""
    waiting, running = deque(turns), list[Turn]()
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                turn = waiting.popleft()
                turn.begin(arguments)
                running.append(turn)
            time.sleep(LOOK_S)
            for turn in [each for each in running if each.is_over]:
                running.remove(turn)
                _end(turn)
    except KeyboardInterrupt:
        pass  # those that go on are interrupted, too
    finally:
        with interrupting.undisturbed():
            _end_all(turns)


def _end_all(turns: list[Turn]) -> None:
    """Interrupt every run that goes on, and wait for its end; what never began shows nothing."""
    for turn in turns:
        turn.interrupt()
    for turn in turns:
        if turn.status is None:
            _end(turn)


def _end(turn: Turn) -> None:
    """Note how its run has ended, and tell it."""
    if turn.process is None:
        turn.status = INCONCLUSIVE
        return
    status = turn.process.wait()
    turn.status = status if status in PRECEDENCE else INCONCLUSIVE if status < 0 else 5
    report = turn.directory / "report.md"
    told = report if report.exists() else turn.output
    sys.stdout.write(f"{turn.name}: exit status {turn.status}, {told}\n")
    sys.stdout.flush()


def _write_matrix(turns: list[Turn], base: Path) -> None:
    """Put the reports that there are side by side."""
    from conformance.reporting.side_by_side import write  # noqa: PLC0415 - only at the end
    from conformance.verdicts.filed import read_report  # noqa: PLC0415 - as above
    from conformance.verdicts.matrix import Matrix  # noqa: PLC0415 - as above

    paths = [turn.directory / "report.json" for turn in turns]
    reports = [read_report(path) for path in paths if path.exists()]
    if reports:
        write(Matrix.of(reports), base)
        sys.stdout.write(f"matrix: {base / 'matrix.html'}\n")
