"""What is being done now, on a terminal and nowhere else."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.plugin import terminals

if TYPE_CHECKING:
    from conformance.ledger import Ledger

#: Seconds between two looks at the ledger.
OFTEN_S = 0.2


@dataclass(slots=True)
class Progress:
    """One line that is written over again while the cases run."""

    ledger: Ledger
    price: float = 0.0  # US$ of the cheapest container
    is_shown: bool = field(default_factory=lambda: terminals.is_rewritten(sys.stderr))
    done: int = 0
    _case: str = ""
    _last: float = 0.0
    _began: float = field(default_factory=time.monotonic)

    def begin(self, case: str) -> None:
        """Show that *case* is what is being done now."""
        self._case = case.rpartition("::")[2].removeprefix("test_").replace("_", " ")
        self.show()

    def step(self) -> None:
        """Note that a case is done."""
        self.done += 1
        self.show()

    def show(self) -> None:
        """Show where the run is, unless that was done just now."""
        if not self.is_shown or time.monotonic() - self._last < OFTEN_S:
            return
        self._last = time.monotonic()
        total = int(self.ledger.noted("cases") or self.done)
        passed_s = time.monotonic() - self._began
        left = f"{passed_s / self.done * max(total - self.done, 0):.0f}" if self.done else "?"
        containers = self.ledger.count("containers")
        line = (
            f"{self.done}/{total} · {self.ledger.count('requests'):.0f} requests · "
            f"{containers:.0f} containers ≥ US$ {containers * self.price:.2f} · "
            f"{left} s left · {self._case}"
        )
        width = terminals.columns(sys.stderr) - 1
        sys.stderr.write(f"\r{line[:width]:<{width}}")
        sys.stderr.flush()

    def end(self) -> None:
        """Clear the line."""
        if self.is_shown and self._last:
            width = terminals.columns(sys.stderr) - 1
            sys.stderr.write("\r" + " " * width + "\r")
            sys.stderr.flush()
