"""From a generated case to our wire: method, path, query, headers and body as they would go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from conformance.drivers.api import BOUNDARY

if TYPE_CHECKING:
    from schemathesis import Case

    from conformance.drivers import Api
    from conformance.evidence import Exchange

#: What stands for the base URL while a case is written out; nothing is ever sent there.
NOWHERE = "http://nowhere.invalid"

#: What `requests` takes of what schemathesis gives it.
_TAKEN = frozenset({"method", "url", "headers", "params", "cookies", "json", "data", "files"})


@dataclass(frozen=True, slots=True)
class Written:
    """What a case comes to on the wire, but for its path."""

    params: list[tuple[str, str]]
    content: bytes | None
    content_type: str | None


def written(case: Case[Any]) -> Written | None:
    """*case* as `requests` would write it; None where it can't be written at all."""
    import requests  # noqa: PLC0415 - only what is generated needs it

    case.path_parameters = dict.fromkeys(case.path_parameters or {}, "x")
    case.headers.clear()  # what is sent beside the content type is ours
    case.cookies.clear()
    options: dict[str, Any] = case.as_transport_kwargs(base_url=NOWHERE)
    try:
        prepared = requests.Request(
            **{key: value for key, value in options.items() if key in _TAKEN}
        ).prepare()
    except (ValueError, TypeError, requests.RequestException):
        return None
    body: Any = prepared.body
    content: bytes | None = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    kind: Any = prepared.headers.get("Content-Type")
    if kind and content and "boundary=" in kind:
        # `requests` invents a boundary each time; the same seed shall send the same bytes.
        invented = kind.partition("boundary=")[2]
        content = content.replace(invented.encode(), BOUNDARY.encode())
        kind = kind.replace(invented, BOUNDARY)
    query = urlsplit(str(prepared.url)).query
    return Written(parse_qsl(query, keep_blank_values=True), content, kind)


def send(api: Api, method: str, path: str, what: Written) -> Exchange:
    """Send *what* to *path* behind the base URL, by our own wire."""
    headers = {"Content-Type": what.content_type} if what.content_type else {}
    return api.send(method, path, content=what.content, params=what.params or None, headers=headers)
