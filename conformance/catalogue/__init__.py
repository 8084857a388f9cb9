"""Reads spec/ into frozen values; nothing else reads those files."""

from conformance.catalogue.loading import Catalogue, load
from conformance.catalogue.model import (
    OPERATIONS,
    Feature,
    Level,
    Operation,
    Profile,
    Requirement,
    Source,
    operation_of,
)

__all__ = [
    "OPERATIONS",
    "Catalogue",
    "Feature",
    "Level",
    "Operation",
    "Profile",
    "Requirement",
    "Source",
    "load",
    "operation_of",
]
