"""Reads spec/ into frozen values; nothing else reads those files."""

from conformance.catalogue.loading import Catalogue, load
from conformance.catalogue.model import (
    ON_A_FILE,
    OPERATIONS,
    Document,
    Feature,
    Level,
    Operation,
    Profile,
    Requirement,
    Source,
    Untested,
    operation_of,
)

__all__ = [
    "ON_A_FILE",
    "OPERATIONS",
    "Catalogue",
    "Document",
    "Feature",
    "Level",
    "Operation",
    "Profile",
    "Requirement",
    "Source",
    "Untested",
    "load",
    "operation_of",
]
