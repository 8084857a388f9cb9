"""The file in a recorded upload."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.evidence.bodies import header_in

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)
_NAME = re.compile(rb'name="file"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What was uploaded."""

    size: int
    sha256: str


def file_in(headers: Iterable[tuple[str, str]], content: bytes) -> Uploaded | None:
    """The part called ``file`` of a multipart body; None where it is not plain to see."""
    declared = header_in(headers, "content-type") or ""
    found = _BOUNDARY.search(declared)
    if not declared.lower().startswith("multipart/form-data") or not found:
        return None
    delimiter = b"\r\n--" + (found[1] or found[2]).encode("latin-1", "replace")
    pieces = (b"\r\n" + content).split(delimiter)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - one part at least
        return None
    files = [each for each in pieces[1:-1] if _NAME.search(each.partition(b"\r\n\r\n")[0])]
    if len(files) != 1:
        return None
    body = files[0].partition(b"\r\n\r\n")[2]
    return Uploaded(len(body), hashlib.sha256(body).hexdigest())
