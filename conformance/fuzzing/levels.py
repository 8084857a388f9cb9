"""How much is generated: for each level, each operation's share of the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.drivers import Api
    from conformance.ledger import Limits

#: What is left to the others of a run's hard limits.
SPARE_REQUESTS, SPARE_CONTAINERS = 25, 2

#: Requests that the cases which people wrote need of a run's limit.
FOR_SCENARIOS = 600

#: The part of ``--max-duration`` after which nothing more is generated.
SPARE_TIME = 0.8


@dataclass(frozen=True, slots=True)
class Share:
    """What one operation's case may spend, and how many examples it tries of each kind."""

    valid: int  # examples of requests that must be taken
    invalid: int  # examples of requests that must be refused
    requests: int
    creates: int = 0


_SHARES: dict[str, dict[str, Share]] = {
    "quick": {
        "listContainers": Share(8, 6, 16),
        "createContainer": Share(1, 10, 20, 3),
        "retrieveContainer": Share(1, 5, 8),
        "deleteContainer": Share(1, 4, 10, 1),
        "listContainerFiles": Share(12, 6, 20),
        "createContainerFile": Share(6, 8, 36, 1),
        "retrieveContainerFile": Share(1, 5, 8),
        "deleteContainerFile": Share(2, 4, 36, 1),
        "retrieveContainerFileContent": Share(1, 5, 8),
    },
    "standard": {
        "listContainers": Share(23, 14, 47),
        "createContainer": Share(4, 22, 64, 13),
        "retrieveContainer": Share(1, 14, 20),
        "deleteContainer": Share(3, 12, 25, 3),
        "listContainerFiles": Share(31, 12, 53),
        "createContainerFile": Share(20, 16, 104, 1),
        "retrieveContainerFile": Share(1, 14, 20),
        "deleteContainerFile": Share(5, 12, 74, 1),
        "retrieveContainerFileContent": Share(1, 14, 20),
    },
    "deep": {
        "listContainers": Share(120, 100, 250),
        "createContainer": Share(20, 150, 240, 27),
        "retrieveContainer": Share(1, 60, 80),
        "deleteContainer": Share(8, 40, 80, 9),
        "listContainerFiles": Share(250, 100, 390),
        "createContainerFile": Share(140, 120, 620, 1),
        "retrieveContainerFile": Share(1, 60, 80),
        "deleteContainerFile": Share(30, 60, 680, 1),
        "retrieveContainerFileContent": Share(1, 60, 80),
    },
}


def share(level: str, operation: str, limits: Limits) -> Share:
    """What the case of *operation* may spend at *level*; less of all where *limits* are low."""
    whole = _SHARES[level][operation]
    room = max(limits.requests - FOR_SCENARIOS, 0)
    part = min(1.0, room / requests(level))
    return Share(
        valid=max(1, int(whole.valid * part)),
        invalid=max(1, int(whole.invalid * part)),
        requests=int(whole.requests * part),
        creates=whole.creates,
    )


def requests(level: str) -> int:
    """How many requests all generated cases of *level* may spend together, at most."""
    return sum(each.requests for each in _SHARES.get(level, {}).values())


def creates(level: str) -> int:
    """How many containers all generated cases of *level* may create together, at most."""
    return sum(each.creates for each in _SHARES.get(level, {}).values())


@dataclass(slots=True)
class Budget:
    """What one case may still spend; used up, its generation ends without a word."""

    api: Api
    share: Share
    created: int = 0
    sent_before: int = 0

    def begin(self) -> None:
        """Count from now on: requests that made a shelf for all cases are not this one's."""
        self.sent_before = len(self.api.wire.exchanges)

    def allows(self, requests: int = 1, creates: int = 0) -> bool:
        """Whether so much more fits into the share, and leaves room under the hard limits."""
        book = self.api.wire.ledger
        limits = book.limits
        spent = len(self.api.wire.exchanges) - self.sent_before
        owed = len(book.entries("held"))
        return (
            spent + requests <= self.share.requests
            and self.created + creates <= self.share.creates
            and book.count("requests") + owed + requests + creates + SPARE_REQUESTS
            <= limits.requests
            and (
                not creates
                or book.count("containers") + creates + SPARE_CONTAINERS <= limits.containers
            )
            and book.elapsed_s < limits.duration_s * SPARE_TIME
        )
