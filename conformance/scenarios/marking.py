"""Marks the cases about proxies: nine of each, with the requirements of their operations."""

import pytest

from conformance.catalogue import OPERATIONS

PREFIX = {each.id: f"proxy.{each.prefix}" for each in OPERATIONS}


def each(claims_of):
    """All nine operations, each with the requirements that *claims_of* names for it."""
    return [
        pytest.param(
            one.id,
            id=one.id,
            marks=pytest.mark.requirement(
                *(f"{PREFIX[one.id]}.{claim}" for claim in claims_of(one.id))
            ),
        )
        for one in OPERATIONS
        if claims_of(one.id)
    ]
