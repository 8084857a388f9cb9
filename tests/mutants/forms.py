"""Multipart forms, read and written again as little as a lie needs."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.mutants.altering import _UNREAD, Request

_BOUNDARY = "liar0123456789"


def boundary_of(request: Request) -> bytes | None:
    """The boundary of a multipart request; None where it is none."""
    type_ = request.headers.get("content-type", "")
    found = re.search(r'boundary="?([^";]+)"?', type_)
    return found[1].encode() if type_.startswith("multipart/") and found else None


def parts(request: Request) -> list[bytes]:
    """Each part of a form with its headers, as it stands between two boundaries."""
    boundary = boundary_of(request)
    if boundary is None:
        return []
    pieces = (b"\r\n" + request.body).split(b"\r\n--" + boundary)
    return [each.removeprefix(b"\r\n") for each in pieces[1:-1]]


def is_file(part: bytes) -> bool:
    """Whether a part is a file."""
    return b"filename" in part.partition(b"\r\n\r\n")[0]


def content_of(request: Request) -> bytes | None:
    """The bytes of the file in a form; None where there is none."""
    return next((each.partition(b"\r\n\r\n")[2] for each in parts(request) if is_file(each)), None)


def name_of(request: Request) -> str:
    """The raw name of the file in a form."""
    for each in parts(request):
        found = re.search(rb'filename="((?:\\.|[^"])*)"', each.partition(b"\r\n\r\n")[0])
        if found:
            return found[1].decode("utf-8", "replace")
    return ""


def rebuilt(request: Request, change: Callable[[bytes], bytes]) -> bytes:
    """The body of a form, each of its parts changed."""
    boundary = boundary_of(request)
    found = parts(request)
    if boundary is None or not found:
        return request.body
    middle = b"".join(b"--" + boundary + b"\r\n" + change(each) + b"\r\n" for each in found)
    return middle + b"--" + boundary + b"--\r\n"


def refilled(request: Request, change: Callable[[bytes], bytes]) -> bytes:
    """The body of a form, the content of its file changed."""

    def refill(part: bytes) -> bytes:
        if not is_file(part):
            return part
        head, blank, content = part.partition(b"\r\n\r\n")
        return head + blank + change(content)

    return rebuilt(request, refill)


def reheaded(request: Request, change: Callable[[bytes], bytes]) -> bytes:
    """The body of a form, the headers of its file changed."""

    def rehead(part: bytes) -> bytes:
        head, blank, content = part.partition(b"\r\n\r\n")
        return (change(head) if is_file(part) else head) + blank + content

    return rebuilt(request, rehead)


def form_to(request: Request, path: str, name: str, content: bytes) -> Request:
    """An upload by the same caller to *path*."""
    made = request.to("POST", path)
    made.headers["content-type"] = f"multipart/form-data; boundary={_BOUNDARY}"
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"'
    made.body = head.encode() + b"\r\n\r\n" + content + f"\r\n--{_BOUNDARY}--\r\n".encode()
    made._json = _UNREAD
    return made


def form(request: Request, name: str, content: bytes) -> Request:
    """An upload by the same caller to the same container."""
    return form_to(request, request.path.removeprefix("/v1"), name, content)
