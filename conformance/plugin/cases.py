"""Where cases run: selects, deals, repeats and records them."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol

from conformance.errors import Failure, LimitReached, Signal, SuiteError, Unwritable
from conformance.plugin import (
    cleaning,
    dealing,
    lagging,
    planning,
    sharing,
    telling,
    wholeness,
)
from conformance.plugin.postponing import Postponed
from conformance.plugin.record import Record
from conformance.plugin.state import AGAIN, STATE, Bench

if TYPE_CHECKING:
    from collections.abc import Generator

#: How often a case that failed is tried: once more in fresh circumstances.
ATTEMPTS = 2


class Cases:
    """Where cases run: in the one process, or in each worker."""

    def __init__(self, config: pytest.Config) -> None:
        """Work with what *config* holds."""
        self._config = config
        self._collected: list[pytest.Item] = []
        self._postponed = Postponed(self.bench.ledger)

    @property
    def bench(self) -> Bench:
        """What this worker works with."""
        return self._config.stash[STATE]

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Remember every case that was found, whoever leaves it out later."""
        if planning.is_scenario(item):
            self._collected.append(item)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the cases that have something in scope to speak for, users of one thing together."""
        bench = self.bench
        ours = [item for item in items if planning.is_scenario(item)]
        others = [item for item in items if not planning.is_scenario(item)]
        if wholeness.is_whole(self._collected, ours, bench):
            bench.ledger.note("whole", "yes")
        selection = planning.select(ours, bench.scope, bench.catalogue, bench.settings)
        bench.unasked = selection.unasked
        if selection.left:
            config.hook.pytest_deselected(items=selection.left)
        chosen = selection.chosen
        if workers := getattr(config, "workerinput", {}).get("workercount"):
            chosen = dealing.dealt(chosen, workers)
        items[:] = [*chosen, *others]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Leave the plan where the controller finds it, and tell who uses what is shared."""
        try:
            self._tell_plan(session)
        except Unwritable as error:
            session.shouldstop = str(error)

    def _tell_plan(self, session: pytest.Session) -> None:
        bench = self.bench
        ours = [item for item in session.items if planning.is_scenario(item)]
        plan = planning.plan(ours, bench.scope.requirements, bench.unasked)
        bench.ledger.note("cases", str(len(ours)))
        bench.ledger.note("plan", json.dumps(plan))
        for name in planning.SHARED:
            users = sum(planning.uses(item, name) for item in ours)
            if users:
                bench.shared.expect(name, users)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Run a case, once more where it failed, and attach its records to the last report."""
        if not planning.is_scenario(item):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        with contextlib.suppress(Unwritable):  # which ends the run below
            self._postponed.begin()
        reports, texts = self._try(item, nextitem)
        if nextitem is None:
            texts += self._try_again()
        if self.bench.ledger.trouble:
            item.session.shouldstop = str(self.bench.ledger.trouble)
        reports[-1].conformance = json.dumps(texts)  # type: ignore[attr-defined]  # as xdist allows
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _try_again(self) -> list[dict[str, Any]]:
        """Run the cases that were put off, behind the last of the others; returns their records."""
        texts = []
        with contextlib.suppress(Unwritable):
            for item in self._postponed.in_turn():
                _fresh(item)
                texts += self._try(item, None)[1]
        return texts

    def _try(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> tuple[list[pytest.TestReport], list[dict[str, Any]]]:
        """Run a case, again where that may help; returns pytest's reports and our records."""
        records: list[Record] = []
        reports: list[pytest.TestReport] = []
        texts: list[dict[str, Any]] = []
        for attempt in range(1, ATTEMPTS + 1):
            record = self._begin(item, attempt)
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
            if lagging.may_excuse(record) and lagging.wait(self.bench, item):
                texts.append(self._without_claims(record))
                _fresh(item)
                record = self._begin(item, attempt)
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
            if self._postponed.takes(item, record):
                return reports, [*texts, self._without_claims(record)]
            if record.broken:
                self._excuse_losses(item, record)
            records.append(record)
            texts.append(record.to_json(self.bench.redactor))
            if attempt == ATTEMPTS or not self._is_worth_repeating(record):
                break
            _fresh(item)
        with contextlib.suppress(Unwritable):
            for id_ in set.intersection(*(each.broken for each in records)):
                self.bench.ledger.confirm(id_)
            texts += self._let_go(item)
        return reports, texts

    def _without_claims(self, record: Record) -> dict[str, Any]:
        """The record of an attempt that says nothing, but for what it has sent."""
        record.claims.clear()
        return record.to_json(self.bench.redactor)

    def _excuse_losses(self, item: pytest.Item, record: Record) -> None:
        """A case can't judge by shared things that another has destroyed: they are made anew."""
        bench = self.bench
        for name in planning.SHARED:
            shared = bench.shared.peek(name)
            if shared is None or not planning.uses(item, name):
                continue
            try:
                lost = sharing.lost(bench.api, shared)
            except (Failure, Signal, LimitReached, SuiteError):
                continue
            if lost:
                record.excuse(f"the {name} is gone: {lost}")
                bench.shared.forget(name, lost)

    def _begin(self, item: pytest.Item, attempt: int) -> Record:
        bench, wire = self.bench, self.bench.api.wire
        wire.exchanges.clear()
        wire.case = f"{planning.case_of(item)}#{attempt}"
        wire.again = AGAIN if attempt > 1 else ""
        bench.current = Record(
            case=planning.case_of(item),
            attempt=attempt,
            worker=bench.worker,
            declared=planning.declared(item),
            scope=bench.scope,
            wire=wire,
        )
        return bench.current

    def _is_worth_repeating(self, record: Record) -> bool:
        return not record.limit and bool(record.broken - self.bench.ledger.confirmed())

    def _let_go(self, item: pytest.Item) -> list[dict[str, Any]]:
        """Delete what is shared once its last user is done with it; returns what that took."""
        bench, wire = self.bench, self.bench.api.wire
        lines = []
        for name in planning.SHARED:
            if planning.uses(item, name) and bench.shared.done(name):
                wire.exchanges.clear()
                # What fails here is tried again, and told, at the end of the run.
                with contextlib.suppress(SuiteError):
                    cleaning.clean(bench.api, bench.ledger.owed(case=f"shared:{name}"))
                told = [each.to_json(bench.redactor.mask) for each in wire.exchanges]
                lines.append({"kind": "cleaning", "exchanges": told})
        return lines

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the record speak at the end of each phase, and the report say the same."""
        report = yield
        planning.mark_report(report, item)
        record = self.bench.current
        if record is not None and planning.is_of_scenario(report):
            self._report(report, record, call)
            telling.mask(report, self.bench.redactor)
        return report

    def _report(
        self, report: pytest.TestReport, record: Record, call: pytest.CallInfo[None]
    ) -> None:
        error = call.excinfo.value if call.excinfo else None
        if call.when == "setup" and error is None:
            return
        if call.when != "teardown" or error is not None:
            record.end(error, call.when)
        if call.when == "teardown":
            record.judge_exchanges()
        else:
            telling.tell(report, record, error)


def _fresh(item: pytest.Item) -> None:
    """Give *item* fresh fixtures, as pytest-rerunfailures does it."""
    item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way
