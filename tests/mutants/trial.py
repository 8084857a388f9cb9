"""One run of the suite against one wrapped reference, in a process of its own."""

from __future__ import annotations

import contextlib
import ctypes
import gc
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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conformance.reference.app import create_app
from conformance.verdicts.noting import BROKE_OFF
from tests.mutants.registry import Mutant, Variant

FELL = 70  # the exit status of a trial that broke off, or whose lie did
LIMIT_S = 300  # a lie that takes longer hangs, on a busy machine, too
LIMIT_OF_A_VARIANT_S = 600  # some are slow
_RED = ("failed", "flaky", "error", "unreachable")

#: Of malloc.h: M_TRIM_THRESHOLD and M_MMAP_THRESHOLD in bytes, M_ARENA_MAX.
_ALLOCATION = {-1: 2**31 - 1, -3: 2**30, -8: 1}

#: Of a report, what is read here.
_OF_A_ROW = ("id", "level", "operation", "outcome", "message")


@dataclass(frozen=True, slots=True)
class Trial:
    """A lie or a variant, with the options of its run and the cases to take, if not all.

    A case is named without its parameters.
    """

    subject: Mutant | Variant
    options: Mapping[str, Any]
    cases: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """What a run left behind: its exit status, what was red, and for how long it ran."""

    name: str
    status: int | None  # None: it had to be killed
    duration_s: float
    rows: tuple[Mapping[str, Any], ...] = ()
    run: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    output: str = ""
    cpu_s: float = 0.0

    @property
    def failed(self) -> list[Mapping[str, Any]]:
        """The requirements that the target was found to break."""
        return [row for row in self.rows if row["outcome"] in ("failed", "flaky")]

    @property
    def red(self) -> list[Mapping[str, Any]]:
        """Everything that was not as it should be."""
        return [row for row in self.rows if row["outcome"] in _RED]

    @property
    def stumbles(self) -> list[str]:
        """What is told of cases that broke off, whatever came of it."""
        return [note for note in self.notes if note.startswith(BROKE_OFF)]

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


def _run(trial: Trial, directory: Path) -> int:
    from conformance.plugin import asking, running  # noqa: PLC0415 - imported before the fork
    from conformance.targets import resolve  # noqa: PLC0415 - as above

    keys = [f"sk-mutant-{secrets.token_urlsafe(24)}" for _ in range(2)]
    environ = {
        **{name: value for name, value in os.environ.items() if "CONFORMANCE" not in name},
        "CONFORMANCE_API_KEY": keys[0],
        "CONFORMANCE_SECOND_API_KEY": keys[1],
    }
    subject = trial.subject
    falls = list[Exception]()
    with subject.serve(_watched(subject.wrap(create_app(keys=keys)), falls)) as base_url:
        given = _given(subject, base_url, trial.options) | {"report-dir": str(directory / "report")}
        settings = resolve(given, environ, directory, asking.known_names())
        status = running.run(settings)
    if falls:
        raise falls[0]
    return status


def _watched(app: ASGIApp, falls: list[Exception]) -> ASGIApp:
    """*app*, whose errors are kept: a lie that falls tells nothing of what it is about.

    What is told in a way that the server does not send is the lie itself.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        unsent = list[Exception]()

        async def told(message: Message) -> None:
            try:
                await send(message)
            except Exception as error:
                unsent.append(error)
                raise

        try:
            await app(scope, receive, told)
        except Exception as error:
            if error not in unsent:
                falls.append(error)
            raise

    return wrapped


def _take_only(cases: frozenset[str]) -> None:
    """Leave the cases that have nothing to do with the lie."""
    from conformance.plugin import planning  # noqa: PLC0415 - imported before the fork

    asked = planning.is_asked
    planning.is_asked = lambda case, *rest: case.partition("[")[0] in cases and asked(case, *rest)


def _report_only_what_is_read() -> None:
    """Reports and tracebacks that nobody reads take a third of a short run."""
    import _pytest.nodes  # noqa: PLC0415 - imported before the fork

    from conformance import reporting  # noqa: PLC0415 - as above

    def write(report: Any, evidence: Any, directory: Path, clients: Any = None) -> None:
        rows = [{key: getattr(row, key) for key in _OF_A_ROW} for row in report.requirements]
        short = {"requirements": rows, "run": dict(report.run), "notes": report.notes}
        (directory / "report.json").write_text(json.dumps(short))

    reporting.write_all = write
    _pytest.nodes.Node._repr_failure_py = lambda _, info, style=None: repr(info.value)


def _keep_memory() -> None:
    """Have glibc give nothing back to the system: taking it again, page by page, costs more.

    Files of many MiB pass through a run, copied a few times each.
    """
    with contextlib.suppress(AttributeError, OSError):  # where there is another C library
        tune = ctypes.CDLL(None).mallopt
        for option, value in _ALLOCATION.items():
            tune(option, value)


def _child(trial: Trial, directory: Path, *, briefly: bool) -> None:
    """Run the trial and leave; what it says goes to a file."""
    log = os.open(directory / "output.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    tempfile.tempdir = str(directory)  # what the reference keeps there goes with it
    status = FELL
    try:
        gc.disable()  # it lives for seconds
        _keep_memory()
        if briefly:
            _report_only_what_is_read()
        if trial.cases is not None:
            _take_only(trial.cases)
        status = _run(trial, directory)
    except BaseException:  # noqa: BLE001 - whatever happened, it is told and the child ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _read(directory: Path, ending: Ending) -> Ending:
    """The *ending* with what is found in *directory*."""
    output = (directory / "output.txt").read_text(errors="replace")[-6000:]
    try:
        report = json.loads((directory / "report" / "report.json").read_text())
    except (OSError, ValueError):
        return replace(ending, output=output)
    rows = tuple({key: row[key] for key in _OF_A_ROW} for row in report["requirements"])
    notes = tuple(report["notes"])
    return replace(ending, rows=rows, run=report["run"], notes=notes, output=output)


@dataclass(slots=True)
class _Running:
    trial: Trial
    directory: Path
    began: float


def run_all(trials: Sequence[Trial], processes: int, keep: Path | None = None) -> Iterator[Ending]:
    """Run each trial in a forked child, some at a time; yields each ending as it comes.

    With *keep* the reports are whole, and are kept there; so they are where cases are generated.
    """
    waiting, running = list(reversed(trials)), dict[int, _Running]()
    gc.collect()
    gc.freeze()  # so that children share what is loaded
    while waiting or running:
        while waiting and len(running) < processes:
            trial = waiting.pop()
            directory = Path(tempfile.mkdtemp(prefix="mutant-"))
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                in_short = keep is None and trial.options.get("fuzz") == "off"
                _child(trial, directory, briefly=in_short)
            running[pid] = _Running(trial, directory, time.monotonic())
        yield from _reap(running, keep)
        time.sleep(0.02)


def _reap(running: dict[int, _Running], keep: Path | None) -> Iterator[Ending]:
    for pid, one in list(running.items()):
        spent = time.monotonic() - one.began
        subject = one.trial.subject
        is_late = spent > (LIMIT_S if isinstance(subject, Mutant) else LIMIT_OF_A_VARIANT_S)
        if is_late:
            os.kill(pid, signal.SIGKILL)
        found, raw, used = os.wait4(pid, 0 if is_late else os.WNOHANG)
        if not found:
            continue
        status = None if is_late else os.waitstatus_to_exitcode(raw)
        del running[pid]
        cpu = used.ru_utime + used.ru_stime
        ending = _read(one.directory, Ending(subject.name, status, spent, cpu_s=cpu))
        if keep:
            shutil.copytree(one.directory, keep / subject.name, dirs_exist_ok=True)
        shutil.rmtree(one.directory, ignore_errors=True)
        yield ending
