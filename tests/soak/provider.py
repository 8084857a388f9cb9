"""The target of a soak: the reference for all its runs, with other people's containers in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.plugin.conftest import Watched
from tests.soak.faults import Fault

#: Containers of somebody else that are there before, and must be there afterwards.
FOREIGN = 7


@dataclass
class Provider:
    """The reference behind one fault after the other."""

    watched: Watched = field(default_factory=Watched)
    foreign: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep the reference as it is without any fault."""
        self._plain = self.watched.app

    def fill(self) -> None:
        """Let somebody else make containers in the same account, and another tenant one."""
        for number in range(FOREIGN):
            self.watched.ask("POST", "/containers", json={"name": f"theirs {number}"})
        second = self.watched.second
        self.hers = self.watched.ask("POST", "/containers", second, json={"name": "hers"})["id"]
        self.foreign = self.there()
        self.watched.heard.clear()

    def there(self) -> dict[str, Any]:
        """What is in the account, by id, as the list shows it: looking there changes nothing."""
        listed = self.watched.ask("GET", "/containers?limit=100")
        return {each["id"]: each for each in listed["data"]}

    def take(self, fault: Fault) -> None:
        """Behave like *fault* from now on, and forget what was heard."""
        self.watched.app = fault.wrap(self._plain)
        self.watched.heard.clear()

    def wrongs(self) -> list[str]:
        """What is not as it was before the run: left, touched, or named."""
        self.watched.app = self._plain
        named = {each for _, path, _ in self.watched.heard for each in path.split("/")}
        wrong = [f"named {each}" for each in {*self.foreign, self.hers} & named]
        there = self.there()
        wrong += [f"left {each}" for each in there.keys() - self.foreign.keys()]
        wrong += [f"deleted {each}" for each in self.foreign.keys() - there.keys()]
        # Whoever had even read one would have moved its last_active_at.
        wrong += [
            f"touched {id_}"
            for id_, before in self.foreign.items()
            if there.get(id_, before)["last_active_at"] != before["last_active_at"]
        ]
        if self.watched.containers(self.watched.second) != [self.hers]:
            wrong.append("the other tenant's containers are not as before")
        return wrong
