"""A secret that can be carried about without being shown."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.secrecy import MASK, remember

#: Characters that a secret has at least: a shorter one could not be masked without harm.
SHORTEST = 8


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A credential whose text comes out of `reveal` only."""

    _text: str

    def __post_init__(self) -> None:
        """Keep it in mind."""
        remember([self._text])

    def reveal(self) -> str:
        """The credential itself, for the wire and for the redactor."""
        return self._text

    def __repr__(self) -> str:
        """Shows that there is a secret, never which."""
        return f"Secret({MASK})"

    def __str__(self) -> str:
        """Shows the mask."""
        return MASK
