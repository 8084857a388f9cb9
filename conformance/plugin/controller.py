"""Where a run is kept: the evidence is gathered from the cases, and judged at the end."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from conformance.errors import SuiteError
from conformance.plugin import closing, planning
from conformance.plugin.progress import Progress
from conformance.plugin.state import STATE

if TYPE_CHECKING:
    from conformance.plugin.session import Run


class Controller:
    """Where the run is kept: hands out work, gathers records, judges at the end."""

    def __init__(
        self, config: pytest.Config, run: Run, *, is_ours: bool, has_workers: bool
    ) -> None:
        """Conduct *run* in the pytest session of *config*; *is_ours* if a command began it."""
        self._config = config
        self._run = run
        self._is_ours = is_ours
        self._has_time = has_workers
        self._progress = Progress(run.ledger, run.plan.prices.per_session["1g"])
        self._seen: set[str] = set()  # cases that have run
        self._others_failed = False
        if run.bench:
            config.stash[STATE] = run.bench

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist's
        """Give a worker what it needs."""
        node.workerinput["conformance"] = self._run.for_worker()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Show what is being done now, here or in a worker."""
        self._progress.begin(nodeid)
        if self._has_time:  # while workers wait for the target, what the end needs is loaded
            self._has_time = False
            threading.Thread(target=_look_ahead, daemon=True).start()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the records that came with a report."""
        text = getattr(report, "conformance", None)
        for record in json.loads(text) if text else ():
            self._run.receive(record)
            if record["kind"] == "case":
                self._seen.add(record["case"])
                self._progress.step()
        self._others_failed |= report.failed and not planning.is_of_scenario(report)

    def pytest_keyboard_interrupt(self) -> None:
        """Remember that the run was interrupted."""
        self._run.interrupted = True

    def pytest_internalerror(
        self, excrepr: object, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> bool:
        """Remember a fault of the suite itself; what has a sentence of its own needs no trace."""
        is_told = isinstance(excinfo.value, SuiteError)
        if not is_told:
            self._run.fault = str(excrepr)
        return is_told

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Delete what is left, judge, write the reports, and set the exit status."""
        from conformance.verdicts.outcome import EXIT_STATUS, Verdict  # noqa: PLC0415 - only a run's end needs it

        run = self._run
        self._progress.end()
        report = closing.close(run, filtered=bool(run.settings.only) or self._is_part())
        if run.trouble:
            session.exitstatus = run.trouble.exit_status
        elif report and not self._others_failed:
            session.exitstatus = EXIT_STATUS[Verdict(report.verdict)]

    def _is_part(self) -> bool:
        """Whether somebody picked cases, or had pytest stop before the last."""
        run = self._run
        if run.interrupted or run.fault:  # told by themselves
            return False
        chosen = int(run.ledger.noted("cases") or 0)
        return run.ledger.noted("whole") != "yes" or len(self._seen) < chosen

    @pytest.hookimpl(optionalhook=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:  # noqa: ANN401 - pytest's
        """Say in plain pytest, too, what the run has shown."""
        from conformance.reporting import terminal  # noqa: PLC0415 - only a run's end needs it

        run = self._run
        if run.report and run.evidence:
            terminalreporter.write_line(terminal.render(run.report, run.evidence))
            terminalreporter.write_line(f"report: {run.directory / 'report.html'}")
            if run.aside:
                terminalreporter.write_line(run.aside)
        if run.trouble:
            terminalreporter.write_line(str(run.trouble))

    def pytest_unconfigure(self) -> None:
        """Let go of the target, unless the command that began the run does it."""
        if not self._is_ours:
            self._run.stop()


def _look_ahead() -> None:
    """Load what makes the reports, and compile the page."""
    from conformance.reporting import as_html  # noqa: PLC0415 - not before there is time for it

    as_html.prepare()
