"""Whom we ask: base URL, credentials, features, limits; where each option came from."""

from conformance.targets.declaring import (
    PYTEST_PREFIX,
    add_to_argparse,
    add_to_pytest,
    given_by,
)
from conformance.targets.inspection import Known
from conformance.targets.options import OPTIONS, Option
from conformance.targets.secret import Secret
from conformance.targets.settings import Settings, resolve
from conformance.targets.showing import shown_config

__all__ = [
    "OPTIONS",
    "PYTEST_PREFIX",
    "Known",
    "Option",
    "Secret",
    "Settings",
    "add_to_argparse",
    "add_to_pytest",
    "given_by",
    "resolve",
    "shown_config",
]
