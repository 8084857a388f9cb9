"""How long a target that does not answer is asked again: not for ever.

A request that gets no answer takes its whole time. Where each of hundreds of cases waited
for that, a run against a target that hangs would last for hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.errors import Unreachable

if TYPE_CHECKING:
    from conformance.ledger import Ledger

#: Requests in a row that one operation may leave without an answer, over all workers.
IN_A_ROW = 3

#: Requests that the target may leave without an answer, in a row over all operations, and in all.
OF_ANY, IN_ALL = 5, 12
OVERALL = ("silent in a row", "silent in all")

#: The share of its time from which on a request that failed has waited in vain.
NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Patience:
    """What is left of it, kept in the ledger for all workers."""

    ledger: Ledger
    timeout_s: float

    def ask(self, operation: str | None) -> None:
        """See whether *operation* may be asked once more.

        Raises:
            Unreachable: if it, or the target, was silent too often.
        """
        in_a_row, *overall = self.ledger.counts(f"silent {operation}", *OVERALL)
        if in_a_row >= IN_A_ROW:
            raise Unreachable(f"{in_a_row:.0f} requests got no answer: it is asked no more")
        for silent, most in zip(overall, (OF_ANY, IN_ALL), strict=True):
            if silent >= most:
                raise Unreachable(f"{silent:.0f} requests got no answer: nothing more is asked")

    def learn(self, operation: str | None, elapsed_ms: float, *, came_whole: bool) -> None:
        """Note whether *operation* answered within its time."""
        own = f"silent {operation}"
        if not came_whole and elapsed_ms >= self.timeout_s * 1000 * NEARLY_ALL:
            for name in (own, *OVERALL):
                self.ledger.add(name, 1)
        else:
            self._forget(own, "silent in a row")

    @staticmethod
    def renew(ledger: Ledger) -> None:
        """Be patient again with every operation, as the clean-up at the end of a run is."""
        ledger.forget("silent ")

    def _forget(self, *names: str) -> None:
        for name, counted in zip(names, self.ledger.counts(*names), strict=True):
            if counted:
                self.ledger.add(name, -counted)
