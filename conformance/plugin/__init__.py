"""The only place that knows pytest's hooks.

Without any ``--conformance-…`` option, and outside ``containers-conformance run``, the
plugin declares its options and does nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare every option of a run as ``--conformance-<name>``."""
    from conformance.targets.declaring import add_to_pytest  # noqa: PLC0415 - as late as can be

    add_to_pytest(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Take part where this is a run, a worker of one, or plain pytest with our options."""
    config.addinivalue_line(
        "markers", "requirement(*ids): the requirements that a conformance case speaks for"
    )
    config.addinivalue_line(
        "markers", "cost(requests, containers, kib): what a case sends and makes at most"
    )
    from conformance.plugin import conductor  # noqa: PLC0415 - nothing is loaded without need

    conductor.configure(config)
