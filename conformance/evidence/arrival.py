"""One request as it arrived upstream of a proxy, and what was answered there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.evidence.exchange import Request, Response


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that a proxy has sent to our upstream; its URL begins behind the host."""

    operation: str | None  # which of the nine it asked for
    request: Request
    response: Response

    @property
    def path(self) -> str:
        """The path as it was on the wire, behind the base path of the upstream."""
        return self.request.url.partition("?")[0].removeprefix("/v1")

    @property
    def params(self) -> list[tuple[str, str]]:
        """The query."""
        return parse_qsl(self.request.url.partition("?")[2], keep_blank_values=True)

    def to_json(self, mask: Callable[[str], str]) -> dict[str, Any]:
        """The arrival as plain data with secrets masked by *mask*."""
        return {
            "operation": self.operation,
            "request": self.request.to_json(mask),
            "response": self.response.to_json(mask),
        }
