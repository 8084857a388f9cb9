"""The names that options may mention, as the catalogue has them."""

from __future__ import annotations

from conformance import catalogue
from conformance.targets import Known


def known_names() -> Known:
    """All profiles, features, requirements and operations."""
    everything = catalogue.load()
    return Known(
        profiles=tuple(everything.profiles),
        features=tuple(everything.features),
        requirements=tuple(everything.requirements),
        operations=tuple(each.id for each in everything.operations),
    )
