"""What makes a generated request invalid beyond doubt, and the requirement that says so.

Only what no reader could take for a valid request is judged: a query is text, so that ``1.0``,
``true`` or a repeated parameter may mean something to somebody; a request in doubt is not sent.
Each answer is the part of a requirement's id behind the operation's prefix.
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from conformance.catalogue.facts import HIGHEST_LIMIT, ORDERS
from conformance.fuzzing import document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.fuzzing.sending import Written

#: Where no requirement of its own says that a kind of request is invalid.
GENERAL = "invalid-requests-are-refused"

_WHOLE = re.compile(r"-?[0-9]{1,18}")

#: Texts without a digit that some reader takes for a number, or for nothing.
_READ_AS_NUMBERS = frozenset({"", "true", "false", "null", "none", "nan", "inf", "infinity", "nil"})


def of_list(params: list[tuple[str, str]]) -> str | None:
    """Why a list with the query *params* has to be refused; None if that is not certain."""
    given = dict(params)
    if len(given) != len(params):
        return None
    faults = [_of_limit(given.get("limit")), _of_order(given.get("order"))]
    return next((each for each in faults if each), None)


def _of_limit(text: str | None) -> str | None:
    if text is None:
        return None
    if _WHOLE.fullmatch(text):
        return None if 1 <= int(text) <= HIGHEST_LIMIT else "limit-out-of-range-is-refused"
    bare = text.strip().lower().lstrip("+-")
    if bare in _READ_AS_NUMBERS or any(each.isnumeric() for each in text):
        return None
    return "limit-that-is-no-number-is-refused" if any(map(str.isalpha, bare)) else None


def _of_order(text: str | None) -> str | None:
    if text is None or not text.strip() or text.strip().lower() in ORDERS:
        return None
    return "unknown-order-is-refused" if any(map(str.isalpha, text)) else None


def of_creation(content: bytes | None, openapi: Mapping[str, Any]) -> str | None:
    """Why a creation of a container with the body *content* has to be refused."""
    try:
        body = json.loads((content or b"").decode(), parse_constant=_no_constant)
    except _NoConstantError:
        return None
    except (ValueError, RecursionError):
        return "malformed-json-is-refused" if content else "body-must-be-an-object"
    if not isinstance(body, dict):
        return "body-must-be-an-object"
    if "name" not in body:
        return "name-is-required"
    if not isinstance(body["name"], str):
        return "name-must-be-a-string"
    return _of_option(body, openapi)


_OPTIONS = {
    "memory_limit": "unknown-memory-limit-is-refused",
    "file_ids": "file-ids-must-be-an-array",
    "skills": "malformed-skills-are-refused",
}


def _of_option(body: dict[str, Any], openapi: Mapping[str, Any]) -> str | None:
    text = json.dumps(document.request_schema(openapi, "CreateContainerRequest"), sort_keys=True)
    for error in _validator(text).iter_errors(body):
        name = str(error.absolute_path[0]) if error.absolute_path else ""
        value = body.get(name)
        if value is None:
            return None  # to many readers null is the same as nothing
        if isinstance(value, dict) and name in _PARTS:
            return _PARTS[name](value)
        return _OPTIONS.get(name, GENERAL)
    return None


def _of_expiry(value: dict[str, Any]) -> str | None:
    minutes, anchor = value.get("minutes"), value.get("anchor")
    if "minutes" not in value:
        return "expires-after-needs-minutes"
    if "anchor" not in value:
        return "expires-after-needs-an-anchor"
    if minutes is None or anchor is None:
        return None
    if anchor != "last_active_at":
        return "unknown-anchor-is-refused"
    if isinstance(minutes, int) and not isinstance(minutes, bool):
        return "minutes-below-1-are-refused"
    return "minutes-must-be-a-whole-number"


def _of_policy(value: dict[str, Any]) -> str | None:
    kind = value.get("type")
    if kind not in ("disabled", "allowlist"):
        return "unknown-network-policy-is-refused"
    return "allowlist-needs-domains" if not value.get("allowed_domains") else GENERAL


_PARTS = {"expires_after": _of_expiry, "network_policy": _of_policy}


@functools.lru_cache(maxsize=4)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


class _NoConstantError(ValueError):
    """NaN and its like are no JSON, but many readers take them."""


def _no_constant(name: str) -> None:
    raise _NoConstantError(name)


def of_upload(what: Written) -> str | None:
    """Why a creation of a file has to be refused."""
    if not (what.content_type or "").startswith("multipart/"):
        return _of_copy(what.content or b"")
    given = re.search(
        rb'name\s*=\s*"?(file|file_id|custom_llm_provider)\b', (what.content or b"").lower()
    )
    return None if given else "empty-request-is-refused"


def _of_copy(content: bytes) -> str | None:
    try:
        body = json.loads(content.decode(), parse_constant=_no_constant)
    except _NoConstantError:
        return None
    except (ValueError, RecursionError):
        return "malformed-bodies-are-refused"
    if not isinstance(body, dict) or not {"file", "file_id"} & set(body):
        return "empty-request-is-refused"
    if "file" in body:
        return None
    return None if isinstance(body["file_id"], str) else "file-id-must-be-a-string"
