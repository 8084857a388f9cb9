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
    if _is_concerned(config):
        from conformance.plugin import conductor  # noqa: PLC0415 - nothing is loaded without need

        conductor.configure(config)


def _is_concerned(config: pytest.Config) -> bool:
    """Whether this is a worker, a run that a command began, or has an option or a case of ours."""
    from conformance.plugin import adopting  # noqa: PLC0415 - as late as can be

    if hasattr(config, "workerinput"):
        return "conformance" in config.workerinput
    return (
        adopting.adopted() is not None
        or any(
            name.startswith("conformance_") and value is not None
            for name, value in vars(config.option).items()
        )
        or any("conformance.scenarios" in each.replace("/", ".") for each in config.args)
    )
