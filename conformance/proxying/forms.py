"""Reads the parts of a multipart body as they stand on the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

#: A part's headers are read no further than this.
LONGEST_HEAD = 16_384


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part: the name of its field, that of its file, its media type, its bytes."""

    name: str
    filename: str | None
    content_type: str | None
    content: bytes


def parts_of(content: bytes, content_type: str | None) -> list[FormPart] | None:
    """The parts of *content*; None where that is no multipart form."""
    head = Message()
    head["Content-Type"] = content_type or ""
    boundary = head.get_param("boundary")
    if head.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        return None
    mark = b"--" + boundary.encode("latin-1", "replace")
    pieces = (b"\r\n" + content).split(b"\r\n" + mark)
    return [_part(piece.removeprefix(b"\r\n")) for piece in pieces[1:] if piece[:2] != b"--"]


def _part(piece: bytes) -> FormPart:
    head, _, content = piece.partition(b"\r\n\r\n")
    text = head[:LONGEST_HEAD].decode("utf-8", "replace")
    disposition = _header(text, "content-disposition") or ""
    return FormPart(
        name=_parameter(disposition, "name") or "",
        filename=_parameter(disposition, "filename"),
        content_type=_header(text, "content-type"),
        content=content,
    )


def _header(head: str, name: str) -> str | None:
    found = re.search(rf"(?im)^{name}:[ \t]*(.*?)[ \t]*\r?$", head)
    return found[1] if found else None


def _parameter(disposition: str, name: str) -> str | None:
    """A parameter as clients write it: in quotes, with %22 or a backslash for a quote inside."""
    found = re.search(rf'(?i);\s*{name}="((?:\\.|[^"\\])*)"', disposition)
    if found is None:
        plain = re.search(rf"(?i);\s*{name}=([^;\s\"]+)", disposition)
        return plain[1] if plain else None
    return re.sub(r"\\(.)", r"\1", found[1]).replace("%22", '"')
