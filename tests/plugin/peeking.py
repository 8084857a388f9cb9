"""A plugin of somebody's that lets the key slip into whatever pytest shows of a case."""

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    """Print the key, and end each case with it in its words."""
    key = os.environ["CONFORMANCE_API_KEY"]
    print(f"peeked at {key}")  # noqa: T201 - pytest is to capture it
    if "retrieve" in item.name:
        pytest.skip(f"skipped for {key}")
    raise RuntimeError(f"broke on {key}")
