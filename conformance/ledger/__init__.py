"""What was created and what was spent; shared by all workers; survives a kill."""

from conformance.ledger.book import Entry, Ledger
from conformance.ledger.limits import Limits
from conformance.ledger.shared import Shared

__all__ = ["Entry", "Ledger", "Limits", "Shared"]
