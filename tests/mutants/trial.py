"""One run of the suite against one wrapped reference, in a process of its own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.reference.app import create_app
from tests.mutants.registry import Mutant, Variant

LIMIT_S = 120  # a lie that takes longer hangs
LIMIT_OF_A_VARIANT_S = 400  # some are slow
_RED = ("failed", "flaky", "error", "unreachable")


@dataclass(frozen=True, slots=True)
class Ending:
    """What a run left behind: its exit status, what was red, and for how long it ran."""

    name: str
    status: int | None  # None: it had to be killed
    duration_s: float
    rows: tuple[Mapping[str, Any], ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)
    output: str = ""

    @property
    def failed(self) -> list[Mapping[str, Any]]:
        """The requirements that the target was found to break."""
        return [row for row in self.rows if row["outcome"] in ("failed", "flaky")]

    @property
    def red(self) -> list[Mapping[str, Any]]:
        """Everything that was not as it should be."""
        return [row for row in self.rows if row["outcome"] in _RED]

    @property
    def untestable(self) -> list[Mapping[str, Any]]:
        """The requirements that could not be shown."""
        return [row for row in self.rows if row["outcome"] == "untestable"]


def _given(subject: Mutant | Variant, base_url: str, options: Mapping[str, Any]) -> dict[str, Any]:
    own = dict(subject.options)
    pattern = own.pop("base_url", "{base_url}")
    root = base_url.removesuffix("/v1")
    given = {**options, **{name.replace("_", "-"): value for name, value in own.items()}}
    return {**given, "base-url": pattern.format(base_url=base_url, root=root)}


def _trial(subject: Mutant | Variant, options: Mapping[str, Any], directory: Path) -> int:
    from conformance.plugin import asking, running  # noqa: PLC0415 - imported before the fork
    from conformance.targets import resolve  # noqa: PLC0415

    keys = [f"sk-mutant-{secrets.token_urlsafe(24)}" for _ in range(2)]
    environ = {
        **{name: value for name, value in os.environ.items() if "CONFORMANCE" not in name},
        "CONFORMANCE_API_KEY": keys[0],
        "CONFORMANCE_SECOND_API_KEY": keys[1],
    }
    if options.get("fuzz") == "off":
        _report_only_json()
    app = create_app(keys=keys)
    with subject.serve(subject.wrap(app)) as base_url:
        given = _given(subject, base_url, options) | {"report-dir": str(directory / "report")}
        settings = resolve(given, environ, directory, asking.known_names())
        return running.run(settings)


def _report_only_json() -> None:
    """Only one of the reports is read here, and the others take a quarter of a short run."""
    from conformance import reporting  # noqa: PLC0415 - imported before the fork
    from conformance.reporting import as_json  # noqa: PLC0415

    def write(report: Any, evidence: Any, directory: Path) -> None:
        (directory / "report.json").write_text(as_json.render(report, evidence))

    reporting.write_all = write


def _child(subject: Mutant | Variant, options: Mapping[str, Any], directory: Path) -> None:
    """Run the trial and leave; what it says goes to a file."""
    log = os.open(directory / "output.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    status = 70
    try:
        status = _trial(subject, options, directory)
    except BaseException:  # noqa: BLE001 - whatever happened, it is told and the child ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _read(subject: Mutant | Variant, directory: Path, status: int | None, spent: float) -> Ending:
    output = (directory / "output.txt").read_text(errors="replace")[-6000:]
    try:
        report = json.loads((directory / "report" / "report.json").read_text())
    except (OSError, ValueError):
        return Ending(subject.name, status, spent, output=output)
    keep = ("id", "level", "operation", "outcome", "message")
    rows = tuple({key: row[key] for key in keep} for row in report["requirements"])
    return Ending(subject.name, status, spent, rows, report["run"], output)


@dataclass(slots=True)
class _Running:
    subject: Mutant | Variant
    directory: Path
    began: float


def trials(
    subjects: Sequence[Mutant | Variant],
    options: Mapping[str, Any],
    processes: int,
    keep: Path | None = None,
) -> Iterator[Ending]:
    """Run each subject in a forked child, some at a time; yields each ending as it comes."""
    waiting, running = list(subjects), dict[int, _Running]()
    while waiting or running:
        while waiting and len(running) < processes:
            subject = waiting.pop(0)
            directory = Path(tempfile.mkdtemp(prefix="mutant-"))
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                _child(subject, options, directory)
            running[pid] = _Running(subject, directory, time.monotonic())
        yield from _reap(running, keep)
        time.sleep(0.02)


def _reap(running: dict[int, _Running], keep: Path | None) -> Iterator[Ending]:
    for pid, one in list(running.items()):
        spent = time.monotonic() - one.began
        is_lie = isinstance(one.subject, Mutant)
        if spent > (LIMIT_S if is_lie else LIMIT_OF_A_VARIANT_S):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            status = None
        else:
            found, raw = os.waitpid(pid, os.WNOHANG)
            if not found:
                continue
            status = os.waitstatus_to_exitcode(raw)
        del running[pid]
        yield _read(one.subject, one.directory, status, spent)
        if keep:
            shutil.copytree(one.directory, keep / one.subject.name, dirs_exist_ok=True)
        shutil.rmtree(one.directory, ignore_errors=True)
