"""Gives each process of pytest its part: a worker's, the controller's, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.plugin import adopting
from conformance.plugin.beginning import Beginning
from conformance.plugin.bench import bench_of_worker
from conformance.plugin.cases import Cases
from conformance.plugin.state import STATE

if TYPE_CHECKING:
    import pytest


def configure(config: pytest.Config) -> None:
    """Register what this process needs."""
    given = getattr(config, "workerinput", {}).get("conformance")
    if given:
        config.stash[STATE] = bench_of_worker(given, config)
        config.pluginmanager.register(Cases(config), "conformance-cases")
        return
    config.pluginmanager.register(Beginning(config, adopting.adopted()), "conformance-beginning")
