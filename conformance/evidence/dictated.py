"""An answer that our upstream is told to give, whatever it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.evidence.bodies import Headers


@dataclass(frozen=True, slots=True)
class Dictated:
    """Status, headers and body as they go out; after *cut* bytes the upstream hangs up."""

    status: int
    headers: Headers = ()
    content: bytes = b""
    delay_s: float = 0.0
    cut: int | None = None
