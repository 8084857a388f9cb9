"""The keys of a target: from variables or a file descriptor, and to no host but their own."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.errors import UsageError
from conformance.targets.secret import Secret
from conformance.targets.urls import OPENAI_HOST, host_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.targets.layers import Given

OWN = "CONFORMANCE_API_KEY"
SECOND = "CONFORMANCE_SECOND_API_KEY"
OPENAI = "OPENAI_API_KEY"

#: More than any key holds; a descriptor that gives more is no key's.
MOST_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that a run uses, and the variables that they came from."""

    own: Secret | None
    second: Secret | None
    own_variable: str
    second_variable: str


def _checked(text: str, source: str) -> Secret:
    if not text:
        raise UsageError(f"{source} is empty: put the key into it.")
    if any(map(str.isspace, text)):
        raise UsageError(f"{source} holds white space or a line break: a key has none.")
    if not re.fullmatch(r"[!-~]+", text):
        raise UsageError(f"{source} holds a character that no key has: printable ASCII only.")
    return Secret(text)


def _from_descriptor(descriptor: int, spelled: str) -> Secret:
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{spelled} {descriptor} can't be read ({error.strerror}):"
            f" open it in the shell, as in {descriptor}<keyfile."
        ) from None
    if len(content) > MOST_BYTES:
        raise UsageError(f"{spelled} {descriptor} gives more than {MOST_BYTES} bytes: no key.")
    text = content.decode("latin-1").removesuffix("\n").removesuffix("\r")
    return _checked(text, f"what {spelled} {descriptor} gives")


def _refuse_openai_key(variable: str, host: str) -> None:
    if variable == OPENAI and host != OPENAI_HOST:
        raise UsageError(
            f"{OPENAI} is sent to {OPENAI_HOST} only, not to {host or 'the embedded reference'}:"
            f" put this target's key into {OWN}."
        )


def _own_variable(named: Given | None, environ: Mapping[str, str], host: str) -> str:
    if named:
        _refuse_openai_key(named.value, host)
        return str(named.value)
    fallback = host == OPENAI_HOST and OWN not in environ and OPENAI in environ
    return OPENAI if fallback else OWN


def _own(
    options: Mapping[str, Given], environ: Mapping[str, str], variable: str, base_url: str | None
) -> Secret | None:
    descriptor = options.get("api-key-fd")
    if descriptor:
        return _from_descriptor(descriptor.value, descriptor.spelled)
    text = environ.get(variable)
    optional = base_url is None and "api-key-env" not in options
    if optional and not text:
        return None
    if text is None:
        others = f" or {OPENAI}" if host_of(base_url or "") == OPENAI_HOST else ""
        also = others if "api-key-env" not in options else ""
        raise UsageError(
            f"The environment variable {_told(variable)}{also} is not set: put the key of"
            f" {base_url or 'the reference'} into it, or give --auth none."
        )
    return _checked(text, f"The environment variable {_told(variable)}")


def _told(variable: str) -> str:
    """The variable's name, unless it looks like a key that stands where a name should."""
    plain = re.fullmatch(r"[A-Z_][A-Z0-9_]{0,63}", variable)
    return variable if plain else "that --api-key-env or --second-api-key-env names"


def _second(options: Mapping[str, Given], environ: Mapping[str, str], host: str) -> Secret | None:
    named = options.get("second-api-key-env")
    if named is None:
        text = environ.get(SECOND)
        return _checked(text, f"The environment variable {SECOND}") if text else None
    _refuse_openai_key(named.value, host)
    if named.value not in environ:
        raise UsageError(
            f"The environment variable {_told(named.value)} is not set: put another tenant's key"
            " into it, or leave out --second-api-key-env."
        )
    return _checked(environ[named.value], f"The environment variable {_told(named.value)}")


def resolve_keys(
    options: Mapping[str, Given], environ: Mapping[str, str], base_url: str | None, auth: str
) -> Keys:
    """The keys for *base_url*; none with *auth* ``none``; optional for the embedded reference.

    An empty variable counts as unset where it is neither named nor needed, since that is how
    CI systems pass a secret that nobody has set.

    Raises:
        UsageError: if a key is missing, malformed, or would go to a host that is not its own.
    """
    host = host_of(base_url or "")
    variable = _own_variable(options.get("api-key-env"), environ, host)
    named = options.get("second-api-key-env")
    second_variable = named.value if named else SECOND
    if auth == "none":
        return Keys(None, None, variable, second_variable)
    own = _own(options, environ, variable, base_url)
    second = _second(options, environ, host)
    if own is not None and own == second:
        raise UsageError(
            "Both keys are the same: isolation is shown with the key of another tenant only."
        )
    return Keys(own, second, variable, second_variable)
