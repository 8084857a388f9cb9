"""Headers and bodies as plain data: cut, hashed, without secrets."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

#: Bytes of a body that are kept in evidence; the rest is told by size and hash.
KEPT_BYTES = 16_384

#: No spelling of a secret is longer.
LONGEST_SECRET = 4_096

#: Headers of one message that are kept in evidence, and characters of each of their values.
KEPT_HEADERS, KEPT_OF_A_HEADER = 200, 8_192

Headers = tuple[tuple[str, str], ...]


def header_in(headers: Iterable[Sequence[str]], name: str) -> str | None:
    """The first of *headers* called *name*, whatever its case; None if there is none."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def headers_to_json(headers: Headers, mask: Callable[[str], str]) -> list[list[str]]:
    """The first `KEPT_HEADERS` headers, masked before they are cut."""
    return [
        [mask(key)[:KEPT_OF_A_HEADER], mask(value)[:KEPT_OF_A_HEADER]]
        for key, value in headers[:KEPT_HEADERS]
    ]


def body_to_json(content: bytes, mask: Callable[[str], str]) -> dict[str, Any]:
    """A body as plain data: size and hash always, the first `KEPT_BYTES` as text or base64.

    Text that *mask* changes is hashed as masked, so that a hash can't betray a secret.
    """
    kept = content[:KEPT_BYTES]
    whole: dict[str, Any] = {"size": len(content), "truncated": len(content) > len(kept)}
    masked = _masked(content, mask)
    text = _text(kept, whole["truncated"]) if masked is None else masked
    if text is not None:
        whole["text"] = text
    else:
        whole["base64"] = base64.b64encode(kept).decode()
    hashed = content if masked is None else masked.encode("utf-8", "replace")
    whole["sha256"] = hashlib.sha256(hashed).hexdigest()
    return whole


def _text(kept: bytes, is_cut: bool) -> str | None:  # noqa: FBT001 - of the line above
    """*kept* as text, without a character that the cut has halved; None where it is no text."""
    try:
        return kept.decode("utf-8")
    except UnicodeDecodeError as error:
        halved = is_cut and error.end == len(kept) and error.reason == "unexpected end of data"
        return kept[: error.start].decode("utf-8") if halved else None


def _masked(content: bytes, mask: Callable[[str], str]) -> str | None:
    """The beginning of *content* as text without secrets; None where it has none.

    What stands behind the beginning is looked at too: no secret may be cut and pass in part.
    """
    window = content[: KEPT_BYTES + LONGEST_SECRET].decode("utf-8", "replace")
    masked = mask(window)
    if masked == window:
        return None
    if len(content) > KEPT_BYTES + LONGEST_SECRET:
        masked = masked[:-LONGEST_SECRET]
    return masked[:KEPT_BYTES]
