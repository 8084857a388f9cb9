"""A recorded request as a curl command that repeats it."""

from __future__ import annotations

import base64
import re
import shlex
from typing import Any

from conformance.evidence.redaction import MASK

#: The environment variables that hold the keys, by the credential of an exchange.
VARIABLES = {"own": "CONFORMANCE_API_KEY", "second": "CONFORMANCE_SECOND_API_KEY"}

#: The key that stands for a wrong one.
WRONG_KEY = "sk-wrong"

#: Bytes of a body that a command holds itself; a longer one is read from a file.
INLINE_BYTES = 4_096

#: Headers that curl writes itself, or that only concern the connection.
_OWN_TO_CURL = frozenset(
    {"host", "content-length", "accept-encoding", "connection", "user-agent", "transfer-encoding"}
)

_NEEDS_CARE = re.compile(r'["$`\\!]')


def command(exchange: dict[str, Any]) -> str:
    """The curl command that repeats the request of *exchange*, an exchange as JSON.

    Keys are read from the environment, never written. A body that curl's command line
    can't hold is piped in; one that was not kept whole is read from ``body.bin``.
    """
    request = exchange["request"]
    variable = VARIABLES.get(exchange.get("credential") or "own", VARIABLES["own"])
    before, option, after = _body(request["body"], variable)
    words = ["curl -i", *_method(request["method"], has_body=bool(option))]
    words += _url(request["url"], variable)
    words += _headers(exchange, variable)
    if option:
        if not _has(request["headers"], "content-type"):
            words.append("-H 'Content-Type:'")  # curl would make one up
        words.append(option)
    return before + " ".join(words) + after


def _method(method: str, *, has_body: bool) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    return [] if method == "GET" and not has_body else ["-X", _quoted(method)]


def _url(url: str, variable: str) -> list[str]:
    """The URL and what keeps curl from changing it."""
    words = []
    if re.search(r"/\.\.?(/|$)", url.split("?", maxsplit=1)[0]):
        words.append("--path-as-is")
    if set("[]{}") & set(url.replace(MASK, "")):
        words.append("--globoff")
    return [*words, _spliced(url, variable)]


def _has(headers: list[list[str]], name: str) -> bool:
    return any(key.lower() == name for key, _ in headers)


def _headers(exchange: dict[str, Any], variable: str) -> list[str]:
    """The options for the headers that matter."""
    options = []
    credential = exchange.get("credential") or "own"
    for key, value in exchange["request"]["headers"]:
        if key.lower() in _OWN_TO_CURL or (key.lower(), value) == ("accept", "*/*"):
            continue
        if MASK in value and credential == "none":
            continue
        if credential == "wrong" and value.endswith(MASK):
            value = value.removesuffix(MASK) + WRONG_KEY  # noqa: PLW2901 - the key was another
        options.append("-H " + _header(_canonical(key), value, variable))
    return options


def _canonical(name: str) -> str:
    """A header's name as people write the well-known ones; any other as it was sent."""
    known = {"authorization": "Authorization", "content-type": "Content-Type", "accept": "Accept"}
    return known.get(name.lower(), name)


def _header(name: str, value: str, variable: str) -> str:
    if not value:
        return _quoted(f"{name};")  # curl's way to send a header without a value
    text = f"{name}: {value}"
    plain = text.isprintable() and not _NEEDS_CARE.search(text)
    if MASK in text and plain and not re.search(re.escape(MASK) + r"\w", text):
        return f'"{text.replace(MASK, "$" + variable)}"'
    return _spliced(text, variable)


def _spliced(text: str, variable: str) -> str:
    """*text* as one word of a shell, the variable in the place of each mask."""
    parts = [_quoted(part) if part else "" for part in text.split(MASK)]
    return f'"${variable}"'.join(parts) or "''"


def _quoted(text: str) -> str:
    """*text* as one word of a POSIX shell, without any character that can't be seen."""
    if text.isprintable():
        return shlex.quote(text)
    return f'"$(printf %b {shlex.quote(_escaped(text))})"'


def _escaped(text: str) -> str:
    r"""*text* as ``printf %b`` takes it: what can't be seen as ``\r``, ``\n`` or octal bytes."""
    named = {"\\": "\\\\", "\r": "\\r", "\n": "\\n", "\t": "\\t"}

    def spell(char: str) -> str:
        if char.isprintable() and char != "\\":
            return char
        octal = (f"\\0{byte:03o}" for byte in char.encode("utf-8", "replace"))
        return named.get(char) or "".join(octal)

    return "".join(map(spell, text))


def _body(body: dict[str, Any], variable: str) -> tuple[str, str, str]:
    """What comes before curl, the option that gives it the body, and what comes after."""
    size = body["size"]
    if not size:
        return "", "", ""
    if body["truncated"] or size > INLINE_BYTES:
        told = f"  # body.bin: the {size} bytes of the body, SHA-256 {body['sha256']}"
        return "", "--data-binary @body.bin", told
    text = body.get("text")
    if text is None:
        encoded = base64.b64encode(base64.b64decode(body["base64"])).decode()
        return f"printf %s '{encoded}' | base64 -d | ", "--data-binary @-", ""
    if text.isprintable():
        return "", "--data-raw " + _spliced(text, variable), ""
    parts = [shlex.quote(_escaped(part)) if part else "" for part in text.split(MASK)]
    joined = f'"${variable}"'.join(parts)
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    if len(joined) > 2 * len(encoded) and MASK not in text:
        return f"printf %s '{encoded}' | base64 -d | ", "--data-binary @-", ""
    return f"printf %b {joined} | ", "--data-binary @-", ""
