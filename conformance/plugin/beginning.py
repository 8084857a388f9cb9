"""The beginning of a session: here a run is opened, which ``--help`` and the like never do."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.ledger import Ledger, Limits
from conformance.plugin import asking
from conformance.plugin.bench import make_bench
from conformance.plugin.cases import Cases
from conformance.plugin.controller import Controller
from conformance.plugin.state import STATE

if TYPE_CHECKING:
    from conformance.plugin.session import Run
    from conformance.targets import Settings

#: Where a target would be that nobody asks.
NOWHERE = "http://127.0.0.1:0"


class Beginning:
    """Waits for the session, and then has it conduct a run; it only collects, where that is all."""

    def __init__(self, config: pytest.Config, adopted: Run | None) -> None:
        """Conduct *adopted* in the session of *config*, or what its options ask for."""
        self._config = config
        self._adopted = adopted

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Open what was asked for, before any worker starts."""
        if self._adopted:
            self._conduct(self._adopted)
            return
        settings = asking.settings_of(self._config)
        if settings and self._config.option.collectonly:
            self._collect(settings)
        elif settings:
            self._conduct(asking.opened(settings))

    def _conduct(self, run: Run) -> None:
        config = self._config
        has_workers = config.getoption("dist", "no") != "no" and bool(config.getoption("tx", None))
        controller = Controller(config, run, is_ours=run is self._adopted, has_workers=has_workers)
        config.pluginmanager.register(controller, "conformance-controller")
        run.begin()
        if not has_workers:
            config.pluginmanager.register(Cases(config), "conformance-cases")

    def _collect(self, settings: Settings) -> None:
        """Let the cases be found that a run would have, with a ledger that nobody keeps."""
        kept = tempfile.TemporaryDirectory()
        self._config.add_cleanup(kept.cleanup)
        limits = Limits(containers=0, requests=0, duration_s=0)
        ledger = Ledger(Path(kept.name) / "ledger.sqlite", limits)
        self._config.add_cleanup(ledger.close)
        url = str(settings.base_url or NOWHERE)
        self._config.stash[STATE] = make_bench(settings, url, ledger, "main")
        self._config.pluginmanager.register(Cases(self._config), "conformance-cases")
