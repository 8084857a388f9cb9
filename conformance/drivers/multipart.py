"""Multipart bodies, byte by byte as the real clients write them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part: *disposition* is the text behind ``form-data; `` in its header."""

    disposition: str
    content: bytes
    content_type: str | None = None

    @classmethod
    def file(
        cls, content: bytes, filename: str, content_type: str | None = "application/octet-stream"
    ) -> Part:
        """A part called ``file``, its name in raw UTF-8 and quotes as ``%22``."""
        name = filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        return cls(f'name="file"; filename="{name}"', content, content_type)

    @classmethod
    def text(cls, name: str, value: str, content_type: str | None = None) -> Part:
        """A part that is a plain form field; some clients say of what type it is."""
        return cls(f'name="{name}"', value.encode(), content_type)


def multipart(parts: list[Part], boundary: str = "0123456789abcdef0123456789abcdef") -> bytes:
    """The body of *parts*; without a part it is just the closing line, as openai-go sends it."""
    lines: list[bytes] = []
    for part in parts:
        lines.append(f"--{boundary}\r\n".encode())
        lines.append(f"Content-Disposition: form-data; {part.disposition}\r\n".encode())
        if part.content_type:
            lines.append(f"Content-Type: {part.content_type}\r\n".encode())
        lines += [b"\r\n", part.content, b"\r\n"]
    return b"".join([*lines, f"--{boundary}--\r\n".encode()])
