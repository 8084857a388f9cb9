"""The command ``run``: one pytest session over the cases, told on the terminal."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import __version__
from conformance.errors import SuiteError
from conformance.plugin import adopting, interrupting, target, terminals
from conformance.plugin.forking.parent import Forking
from conformance.plugin.session import Run
from conformance.verdicts.outcome import EXIT_STATUS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.plugin.state import Upstream
    from conformance.targets import Settings

#: What pytest takes from the environment; a run knows all that it wants of it.
OF_PYTEST = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")

#: Plugins of pytest's own that a run does without, in every worker.
UNUSED = (
    "terminal",  # we talk to the terminal ourselves
    "cacheprovider",
    "faulthandler",
    "tmpdir",  # workers would leave a temporary directory behind
    "unraisableexception",  # collects garbage five times over, twice
    "threadexception",
    "doctest",
    "junitxml",
    "pastebin",
    "subtests",
)


def arguments(workers: int, zygote: Forking | None) -> list[str]:
    """What pytest is called with: so many *workers*, forked by *zygote* where there is one."""
    scenarios = Path(__file__).parents[1] / "scenarios"
    given = [
        str(scenarios),
        f"--rootdir={scenarios}",
        "-c",
        str(scenarios / "pytest.toml"),
        "--disable-plugin-autoload",
        "--assert=plain",  # cases raise a Failure; rewriting them takes time in every worker
        "-p",
        "conformance.plugin",
        *(word for name in UNUSED for word in ("-p", f"no:{name}")),
    ]
    if workers:
        given += ["-p", "xdist.plugin", "--maxschedchunk=1"]
        given += zygote.arguments(workers) if zygote else []
        if "--tx" not in given:
            given += ["-n", str(workers)]
    return given


def run(settings: Settings, upstream: Upstream | None = None) -> int:
    """Run the conformance tests as *settings* say; returns the exit status of the interface.

    Where the target is a proxy, *upstream* is what stands behind it.
    """
    import pytest  # noqa: PLC0415 - only a run needs it

    run_ = zygote = None
    try:
        with interrupting.by_sigterm():
            zygote = _start_early(settings)
            run_ = Run.open(settings)
            run_.upstream = upstream
            run_.prepare()
            print(_opening(run_), flush=True)  # noqa: T201 - the terminal is what a run talks to
            adopting.adopt(run_)
            with without(OF_PYTEST):
                workers = run_.workers()
                if workers and not zygote:
                    zygote = _start(settings)
                pytest.main(arguments(workers, zygote))
            return _ending(run_)
    except KeyboardInterrupt:
        return EXIT_STATUS[Verdict.INCONCLUSIVE]
    finally:
        adopting.adopt(None)
        if zygote:
            zygote.stop()
        if run_:
            run_.stop()


def _start_early(settings: Settings) -> Forking | None:
    """What forks workers, loading while the target is looked at; None where none may be wanted."""
    if settings.workers == "auto":
        wanted = not settings.is_loopback and settings.profile != "smoke"
    else:
        wanted = int(settings.workers) > 0
    return _start(settings) if wanted else None


def _start(settings: Settings) -> Forking | None:
    return Forking.start(fuzzing=settings.fuzz != "off", encrypted=target.is_encrypted(settings))


@contextmanager
def without(names: Iterable[str]) -> Iterator[None]:
    """The environment without the variables *names*, for a while, in our workers too."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def _opening(run_: Run) -> str:
    settings, green, limits = run_.settings, run_.plan.green, run_.ledger.limits
    return (
        f"containers-conformance {__version__} · {settings.name} at {run_.base_url}\n"
        f"profile {settings.profile} · fuzz {settings.fuzz} · seed {settings.seed}\n"
        f"at most {green.requests} requests, {green.containers} containers, "
        f"US$ {green.usd:.2f} where all is well;\n"
        f"never more than {limits.requests} requests and {limits.containers} containers"
    )


def _ending(run_: Run) -> int:
    if run_.trouble:
        raise run_.trouble
    if run_.report is None or run_.evidence is None:
        raise SuiteError("The run ended without a report.")
    from conformance.reporting import terminal  # noqa: PLC0415 - only a run's end needs it

    width, colour = terminals.width(sys.stdout), terminals.is_painted(sys.stdout)
    print(terminal.render(run_.report, run_.evidence, width=width, colour=colour))  # noqa: T201 - what a run prints
    print(f"report: {run_.directory / 'report.html'}")  # noqa: T201 - what a run prints
    if run_.aside:
        print(run_.aside)  # noqa: T201 - what a run prints
    return EXIT_STATUS[Verdict(run_.report.verdict)]
