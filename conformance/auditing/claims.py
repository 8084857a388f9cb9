"""What a recording says of requirements: of all that shows one, a failure speaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Claims:
    """For each requirement that the recording shows, how it stands."""

    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    _failures: int = 0

    @property
    def failures(self) -> int:
        """How many requirements have failed so far."""
        return self._failures

    def holds(self, requirement: str, exchange: str) -> None:
        """Note that *exchange* shows *requirement*."""
        self.found.setdefault(requirement, _claim(requirement, "passed", exchange))

    def fails(self, requirement: str, wanted: str, got: str, exchange: str) -> None:
        """Note that *exchange* breaks *requirement*; the first such one speaks."""
        before = self.found.get(requirement)
        if before is None or before["outcome"] == "passed":
            self._failures += 1
            told = {"message": f"wanted {wanted}, got {got}", "wanted": wanted, "got": got}
            self.found[requirement] = {**_claim(requirement, "failed", exchange), **told}

    def say(self, requirement: str, wanted: str, got: str, exchange: str, *, broken: bool) -> None:
        """Note that it fails where it is *broken*, and else that it holds."""
        if broken:
            self.fails(requirement, wanted, got, exchange)
        else:
            self.holds(requirement, exchange)


def _claim(requirement: str, outcome: str, exchange: str) -> dict[str, Any]:
    return {
        "requirement": requirement,
        "outcome": outcome,
        "message": "",
        "wanted": None,
        "got": None,
        "exchange": exchange,
        "blame": None,
    }
