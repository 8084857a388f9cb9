"""A recorded request as a curl command that repeats it."""

from __future__ import annotations

import base64
import re
import shlex
from typing import TYPE_CHECKING, Any

from conformance.secrecy import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: The environment variables that hold the keys, by the credential of an exchange, where nobody
#: has named others.
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


def command(exchange: dict[str, Any], marks: Mapping[str, str] | None = None) -> str:
    """The curl command that repeats the request of *exchange*, an exchange as JSON.

    Keys are read from the environment, never written: *marks* tells by which variable each
    text is replaced that stands for a secret; without them the key's is read from the variable
    that *exchange* names, or else from the usual one. A body that curl's command line can't hold is
    piped in; one that was not kept whole is read from ``body.bin``.
    """
    request = exchange["request"]
    if marks is None:
        usual = VARIABLES.get(exchange.get("credential") or "own", VARIABLES["own"])
        marks = {MASK: exchange.get("key_variable") or usual}
    before, option, after = _body(request["body"], marks)
    words = ["curl -i", *_method(request["method"], has_body=bool(option))]
    words += _url(request["url"], marks)
    words += _headers(exchange, marks)
    if option:
        if not _has(request["headers"], "content-type"):
            words.append("-H 'Content-Type:'")  # curl would make one up
        words.append(option)
    return before + " ".join(words) + after


def _method(method: str, *, has_body: bool) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    return [] if method == "GET" and not has_body else ["-X", _quoted(method)]


def _url(url: str, marks: Mapping[str, str]) -> list[str]:
    """The URL and what keeps curl from changing it."""
    words = []
    if re.search(r"/\.\.?(/|$)", url.split("?", maxsplit=1)[0]):
        words.append("--path-as-is")
    if set("[]{}") & set("".join(_parts(url, marks)[::2])):
        words.append("--globoff")
    return [*words, _spliced(url, marks)]


def _has(headers: list[list[str]], name: str) -> bool:
    return any(key.lower() == name for key, _ in headers)


def _headers(exchange: dict[str, Any], marks: Mapping[str, str]) -> list[str]:
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
        options.append("-H " + _header(_canonical(key), value, marks))
    return options


def _canonical(name: str) -> str:
    """A header's name as people write the well-known ones; any other as it was sent."""
    known = {"authorization": "Authorization", "content-type": "Content-Type", "accept": "Accept"}
    return known.get(name.lower(), name)


def _header(name: str, value: str, marks: Mapping[str, str]) -> str:
    if not value:
        return _quoted(f"{name};")  # curl's way to send a header without a value
    text = f"{name}: {value}"
    parts = _parts(text, marks)
    plain = text.isprintable() and not _NEEDS_CARE.search(text)
    if len(parts) > 1 and plain and not any(re.match(r"\w", part) for part in parts[2::2]):
        named = (f"${marks[part]}" if at % 2 else part for at, part in enumerate(parts))
        return f'"{"".join(named)}"'
    return _spliced(text, marks)


def _parts(text: str, marks: Mapping[str, str]) -> list[str]:
    """*text* cut at the marks of secrets: every second part is one."""
    return re.split(f"({'|'.join(map(re.escape, marks))})", text)


def _spliced(text: str, marks: Mapping[str, str]) -> str:
    """*text* as one word of a shell, its variable in the place of each of the *marks*."""
    return _joined(text, marks, _quoted) or "''"


def _joined(text: str, marks: Mapping[str, str], quoted: Callable[[str], str]) -> str:
    """*text* as a word of a shell, with variables, and what is between them *quoted*."""
    return "".join(
        f'"${marks[part]}"' if at % 2 else quoted(part)
        for at, part in enumerate(_parts(text, marks))
        if part
    )


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


def _body(body: dict[str, Any], marks: Mapping[str, str]) -> tuple[str, str, str]:
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
        return "", "--data-raw " + _spliced(text, marks), ""
    joined = _joined(text, marks, lambda part: shlex.quote(_escaped(part)))
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    if len(joined) > 2 * len(encoded) and MASK not in text:
        return f"printf %s '{encoded}' | base64 -d | ", "--data-binary @-", ""
    return f"printf %b {joined} | ", "--data-binary @-", ""
