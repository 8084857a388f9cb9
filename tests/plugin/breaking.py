"""A plugin of somebody's that breaks in the middle of a run, with the key in its words."""

import os


def pytest_runtest_logreport(report):
    """Break where a report is taken."""
    raise RuntimeError(f"no use for {os.environ['CONFORMANCE_API_KEY']}")
