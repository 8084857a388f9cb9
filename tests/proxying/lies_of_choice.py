"""Lies about the provider that was named; and the proxy that tells none."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from tests.proxying.lying import ALL, CREATE, fields_of, lie, query_of
from tests.proxying.reverse import Message, Proxy


# The choice of a provider.
@dataclass
class Choosing(Proxy):
    """Goes to the provider that is named: in the header, else the query, else the body."""

    order: tuple[str, ...] = ("header", "query", "body")
    unknown: int = 400
    tells: bool = False
    only: tuple[str, ...] = field(default=ALL)

    def __post_init__(self) -> None:
        """Listen to the names, and keep them."""
        self.local = self._unknown
        self.on_request = self._forget

    def _named(self, request: Message) -> dict[str, str | None]:
        body = request.json
        return {
            "header": request.headers.get("custom-llm-provider"),
            "query": dict(parse_qsl(request.query)).get("custom_llm_provider"),
            "body": body.get("custom_llm_provider") if isinstance(body, dict) else None,
        }

    def _unknown(self, request: Message) -> Message | None:
        named = self._named(request)
        chosen = next((named[place] for place in self.order if named[place]), "openai")
        if chosen == "openai" or not self.unknown:
            return None
        error = {"message": "No such provider.", "type": "invalid_request_error"}
        error |= {"param": "custom_llm_provider", "code": None}
        headers = {"content-type": "application/json"}
        return Message(headers, json.dumps({"error": error}).encode(), status=self.unknown)

    def _forget(self, request: Message) -> None:
        if self.tells:
            return
        request.headers.pop("custom-llm-provider", None)
        query_of(request, lambda query: query.pop("custom_llm_provider", None))
        if request.method == "POST":
            fields_of(request, lambda body: body.pop("custom_llm_provider", None))


CLAIMED = ("--feature", "provider-selection")
NAMING = ("*-the-provider", "*-outranks-*", "unknown-name-is-refused", "chosen-name-stays")

lie(
    "hears_no_header",
    "Takes the provider from query and body alone.",
    ALL,
    ("header-names-the-provider", "header-outranks-the-query"),
    options=CLAIMED,
    base=Choosing,
    order=("query", "body"),
)
lie(
    "hears_no_query",
    "Takes the provider from header and body alone.",
    ALL,
    "query-names-the-provider",
    also=("*-outranks-*",),
    options=CLAIMED,
    base=Choosing,
    order=("header", "body"),
)
lie(
    "hears_no_body",
    "Takes the provider from header and query alone.",
    CREATE,
    "body-names-the-provider",
    options=CLAIMED,
    base=Choosing,
    order=("header", "query"),
)
lie(
    "hears_the_query_first",
    "Lets the query outrank the header.",
    ALL,
    "header-outranks-the-query",
    options=CLAIMED,
    base=Choosing,
    order=("query", "header", "body"),
)
lie(
    "hears_the_body_first",
    "Lets the body outrank the query.",
    CREATE,
    "query-outranks-the-body",
    options=CLAIMED,
    base=Choosing,
    order=("body", "header", "query"),
)
lie(
    "fails_for_a_stranger",
    "Answers 500 where the provider does not exist.",
    ALL,
    "unknown-name-is-refused",
    options=CLAIMED,
    base=Choosing,
    unknown=500,
)
lie(
    "tells_the_choice",
    "Sends the provider's name upstream.",
    ALL,
    "chosen-name-stays",
    options=CLAIMED,
    base=Choosing,
    tells=True,
)
