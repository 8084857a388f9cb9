"""A first look at a recording: which target it is of, whose key is its own, what is secret."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from conformance.auditing.recorded import headers, query_of, table, text
from conformance.catalogue import operation_of
from conformance.secrecy import MASK
from conformance.targets.inspection import is_telltale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.auditing.har import Recording

#: A path of the API behind any prefix: what stands before ``containers``, and the rest.
PATH = re.compile(
    r"(?P<base>.*?)(?P<path>/containers(?:/[^/]+(?:/files(?:/[^/]+(?:/content)?)?)?)?)$"
)

#: What the answers of the API call themselves.
OBJECTS = re.compile(r'"object"\s*:\s*"(?:list|container(?:\.file)?(?:\.deleted)?)"')

#: Characters of an answer that are looked at, and secrets that are kept in mind.
LOOKED_AT, MOST_SECRETS = 4_000, 300

#: No shorter value is taken for a secret wherever it stands.
SHORTEST = 8


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first look has found."""

    base_url: str | None  # None: no exchange of the API is in it
    own: str  # which of the callers asks most
    secrets: tuple[str, ...]
    entries: int


def caller(entry: dict[str, Any], *, is_ours: bool) -> str:
    """Who asks, as a text that is the same for the same credentials."""
    if is_ours:
        return text(entry.get("_credential")) or "own"
    pairs = headers(table(entry.get("request")))
    return "\n".join(
        value for name, value in pairs if name.lower() != "cookie" and is_telltale(name)
    )


def survey(recording: Recording, wanted: str | None = None) -> Survey:
    """Look through *recording*; *wanted* is the base URL where somebody names it."""
    likely: Counter[str] = Counter()
    callers: dict[str, Counter[str]] = {}
    secrets: dict[str, None] = {}
    count = 0
    for entry in recording.entries():
        count += 1
        for secret in _secrets(entry) if len(secrets) < MOST_SECRETS else ():
            secrets[secret] = None
        found = _base_of(entry)
        if found is None or (wanted is not None and found != wanted):
            continue
        likely[found] += _likeness(entry)
        mine = caller(entry, is_ours=recording.is_ours)
        callers.setdefault(found, Counter())[mine] += 1
    base_url = wanted if wanted in likely else next(iter(likely.most_common(1)), (None, 0))[0]
    if base_url is not None and wanted is None and likely[base_url] == 0:
        base_url = None
    own = callers[base_url].most_common(1)[0][0] if base_url in callers else ""
    return Survey(base_url, own, tuple(secrets), count)


def _base_of(entry: dict[str, Any]) -> str | None:
    request = table(entry.get("request"))
    bare = text(request.get("url")).partition("?")[0].partition("#")[0]
    found = PATH.match(bare)
    if not found or not bare.startswith(("http://", "https://")):
        return None
    try:
        host = urlsplit(found["base"]).hostname
    except ValueError:
        return None
    method = text(request.get("method")).upper()
    return found["base"] if host and operation_of(method, found["path"]) else None


def _likeness(entry: dict[str, Any]) -> int:
    """How much an exchange looks like one of this API; others have containers, too."""
    answer = table(entry.get("response"))
    told = text(table(answer.get("content")).get("text"))[:LOOKED_AT]
    url = text(table(entry.get("request")).get("url"))
    return 3 * bool(OBJECTS.search(told)) + ("/cntr_" in url) + ("/v1/containers" in url)


def _secrets(entry: dict[str, Any]) -> Iterator[str]:
    """What an exchange has that must not be written down anywhere."""
    request, answer = table(entry.get("request")), table(entry.get("response"))
    pairs = [*headers(request), *headers(answer)]
    url = text(request.get("url"))
    pairs += parse_qsl(query_of(url))
    for name, value in pairs:
        if is_telltale(name) or name.lower() in ("set-cookie", "cookie"):
            yield from _parts(name, value)
    netloc = url.partition("://")[2].partition("/")[0]
    if "@" in netloc:
        yield netloc.rpartition("@")[0].rpartition(":")[2]
    yield from _domain_secrets(text(table(request.get("postData")).get("text")))


def _parts(name: str, value: str) -> Iterator[str]:
    """A secret without what stands before it: a scheme, or the name of a cookie."""
    if "cookie" in name.lower():
        found = [each.partition("=")[2].strip() for each in value.split(";")]
    else:
        found = [value.rpartition(" ")[2]]
    yield from (each for each in found if len(each) >= SHORTEST and each != MASK)


def _domain_secrets(body: str) -> Iterator[str]:
    """The values of domain secrets that a creation sends."""
    if '"domain_secrets"' not in body:
        return
    try:
        policy = table(table(json.loads(body)).get("network_policy"))
    except (ValueError, RecursionError):
        return
    rows = policy.get("domain_secrets")
    for row in rows if isinstance(rows, list) else []:
        value = text(table(row).get("value"))
        if len(value) >= SHORTEST:
            yield value
