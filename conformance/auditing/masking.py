"""Keeps the secrets of a recording out of what is written about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from conformance.secrecy import MASK
from conformance.targets.inspection import is_telltale

if TYPE_CHECKING:
    from conformance.evidence import Exchange

Pairs = tuple[tuple[str, str], ...]


def masked(exchange: Exchange) -> Exchange:
    """*exchange* without what stands where secrets stand, whatever it looks like."""
    request = replace(
        exchange.request,
        url=_url(exchange.request.url),
        headers=_headers(exchange.request.headers),
    )
    answer = exchange.response
    if answer is not None:
        answer = replace(answer, headers=_headers(answer.headers))
    params = tuple((key, MASK if is_telltale(key) else value) for key, value in exchange.params)
    return replace(exchange, request=request, response=answer, params=params)


def _headers(pairs: Pairs) -> Pairs:
    return tuple((name, _value(name, value)) for name, value in pairs)


def _value(name: str, value: str) -> str:
    """The value of a header; of a secret one the scheme before it at the most."""
    if name.lower() in ("cookie", "set-cookie"):
        return MASK
    if not is_telltale(name):
        return value
    scheme, space, _ = value.rpartition(" ")
    return f"{scheme} {MASK}" if space and scheme.isalpha() else MASK


def _url(url: str) -> str:
    """*url* without a password, and without the values of parameters that tell of a secret."""
    scheme, joint, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if "@" in host:
        host = f"{MASK}@{host.rpartition('@')[2]}"
    bare, question, query = (slash + path).partition("?")
    pieces = [
        f"{piece.partition('=')[0]}={MASK}"
        if "=" in piece and is_telltale(unquote_plus(piece.partition("=")[0]))
        else piece
        for piece in query.split("&")
    ]
    return f"{scheme}{joint}{host}{bare}{question}{'&'.join(pieces)}"
