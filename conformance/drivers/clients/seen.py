"""What a client is asked to do, and what its user then sees."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The calls that every client is asked for, by the operation that each is about.
CALLS = {
    "createContainer": "create_container",
    "listContainers": "list_containers",
    "retrieveContainer": "retrieve_container",
    "deleteContainer": "delete_container",
    "createContainerFile": "create_file",
    "listContainerFiles": "list_files",
    "retrieveContainerFile": "retrieve_file",
    "deleteContainerFile": "delete_file",
    "retrieveContainerFileContent": "content",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What one call showed: a value, an error, that there is no such call, or that it was ended."""

    value: Any = None
    error: dict[str, Any] | None = None  # class, status, code, param, type, message
    cannot: str | None = None  # the client has nothing for this call
    stopped: str | None = None  # why it was ended before it came to an end itself
    broken: str | None = None  # the client's program itself failed

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Seen:
        """What a client's program has said on its line."""
        names = ("value", "error", "cannot", "stopped", "broken")
        return cls(**{name: data.get(name) for name in names})

    @property
    def status(self) -> int | None:
        """The HTTP status that the error told, if it told one."""
        status = (self.error or {}).get("status")
        return status if isinstance(status, int) else None

    def told(self) -> str:
        """What was seen, in a few words."""
        if self.broken:
            return f"its program broke: {shown(self.broken)}"
        if self.error:
            return f"raises {self.error.get('class')}: {shown(self.error.get('message') or '')}"
        if self.stopped:
            return f"was stopped after {self.stopped}"
        return self.cannot or shown(self.value)


@dataclass(frozen=True, slots=True)
class Facts:
    """Which client this is."""

    name: str  # as --client takes it
    version: str
    runtime: str = ""
    mode: str = ""  # sync or async, where both are driven

    @property
    def title(self) -> str:
        """What heads its row."""
        return " ".join(each for each in (self.name, self.version, self.mode) if each)


class Client(Protocol):
    """The one seam: a client of whatever kind."""

    facts: Facts

    def call(self, name: str, given: Mapping[str, Any]) -> Seen:
        """Make the call *name* as the client's user would, with what is *given*."""

    def close(self) -> None:
        """End it, and whatever was started for it."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where a client finds the API, and the keys it may use there; none is the target's own."""

    base_url: str
    key: str
    wrong_key: str
    seconds: float = 30.0  # that one call may take
    items: int = 60  # that one walk may give
    environment: dict[str, str] = field(default_factory=dict)
