"""A pytest plugin that turns the order of the cases around."""

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items):
    """After everybody else."""
    yield
    items.reverse()
