"""Keeps secrets out of everything that is written or printed."""

from __future__ import annotations

import base64
import functools
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.secrecy import MASK, met

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A shorter secret is masked only as it stands: its encodings would hit innocent text.
SHORTEST_TO_ENCODE = 6

#: A shorter one is masked only where it stands by itself: it may be a part of any word.
SHORTEST_IN_WORDS = 8

#: What a pattern that ignores case takes for an ASCII letter, beside those: i, i, s and k.
LIKE_ASCII = "\u0130\u0131\u017f\u212a"


def _base64_forms(secret: bytes) -> set[str]:
    """The parts of a base64 text that are sure to show *secret*, at each of three offsets."""
    forms = set()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret).decode().rstrip("=")
        # A character that also holds a neighbour's bits can differ: only the middle is sure.
        start = (offset * 8 + 5) // 6
        whole = (offset + len(secret)) * 8 // 6
        core = encoded[start:whole]
        forms |= {core, core.replace("+", "-").replace("/", "_")}
    return forms


def _forms(secret: str) -> set[str]:
    """Every spelling of *secret* that is masked."""
    forms = {secret}
    if len(secret) < SHORTEST_TO_ENCODE:
        return forms
    raw = secret.encode()
    everything = "".join(f"%{byte:02X}" for byte in raw)
    forms |= {quote(secret, safe=""), quote(secret), everything, everything.lower()}
    in_json = json.dumps(secret)[1:-1]
    forms |= {in_json, in_json.replace("/", "\\/")}  # PHP escapes the slash as well
    forms |= {raw.hex(), raw.hex().upper(), secret[::-1]}
    return forms | _base64_forms(raw)


def _pattern(form: str) -> str:
    """What matches *form*: of a short one only whole words, as it is written."""
    escaped = re.escape(form)
    if len(form) < SHORTEST_IN_WORDS:
        return f"(?<![A-Za-z0-9_-]){escaped}(?![A-Za-z0-9_-])"
    return f"(?i:{escaped})"


@dataclass(frozen=True, slots=True)
class Redactor:
    """Masks a set of secrets, raw and as base64, percent or JSON encoded, in any text."""

    pattern: re.Pattern[str] | None = field(default=None)
    longest: int = 0  # characters of the longest spelling
    clues: tuple[str, ...] = ()  # every spelling in lower case, where all of them are ASCII

    @classmethod
    def of(cls, secrets: Iterable[str | None]) -> Redactor:
        """A redactor for *secrets*; those that are None or empty are left out."""
        forms = {form for secret in secrets if secret for form in _forms(secret) if form}
        if not forms:
            return cls()
        longest_first = sorted(forms, key=len, reverse=True)
        pattern = re.compile("|".join(map(_pattern, longest_first)))
        clues = {form.lower() for form in forms} if all(map(str.isascii, forms)) else set()
        return cls(pattern, len(longest_first[0]), tuple(sorted(clues, key=len)))

    def mask(self, text: str) -> str:
        """*text* with every secret masked."""
        return self.pattern.sub(MASK, text) if self.pattern and self._may_show(text) else text

    def _may_show(self, text: str) -> bool:
        """Whether *text* may hold a secret: a few plain searches, where the pattern is slow."""
        if not self.clues:
            return True
        if len(text) < len(self.clues[0]):
            return False
        lowered = text.lower()
        if any(clue in lowered for clue in self.clues):
            return True
        return not text.isascii() and any(each in text for each in LIKE_ASCII)

    def cut(self, text: str, at: int) -> str:
        """The first *at* characters of *text*, or fewer: none of a secret that goes on behind."""
        found = self.pattern.finditer(text[: at + self.longest]) if self.pattern else ()
        halved = (each.start() for each in found if each.start() < at < each.end())
        return text[: next(halved, at)]


@functools.lru_cache(maxsize=1)
def _redactor(secrets: frozenset[str]) -> Redactor:
    return Redactor.of(secrets)


def cut(text: str, at: int) -> str:
    """The first *at* characters of *text*, without a part of any secret that this process has met.

    Half of one would not be known for a secret by whoever masks the rest.
    """
    return _redactor(met()).cut(text, at)
