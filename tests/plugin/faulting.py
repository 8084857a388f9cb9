"""A plugin that breaks the suite where a run opens, with the key in its words."""

import os

from conformance.plugin import session


def _break(*_):
    raise RuntimeError(f"no ledger for {os.environ['CONFORMANCE_API_KEY']}")


session.Ledger = _break
