"""What no single option shows: names that must exist, files, and options that contradict."""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.errors import UsageError
from conformance.targets.layers import FEATURES, hint
from conformance.targets.secret import SHORTEST as SHORTEST_SECRET
from conformance.targets.urls import host_of, is_loopback

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from conformance.targets.layers import Given

#: Words in names whose values are taken for secrets, each also as a plural.
TELLTALE = frozenset(
    {
        "accesskey",
        "accesstoken",
        "apikey",
        "auth",
        "authentication",
        "authorization",
        "authtoken",
        "bearer",
        "cookie",
        "credential",
        "jwt",
        "key",
        "pass",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "sig",
        "signature",
        "token",
    }
)

#: Where words of a name end: at a hyphen or the like, and before a capital behind a small letter.
WORD_ENDS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Known:
    """The names of the catalogue, which this room can't read for itself."""

    profiles: tuple[str, ...]
    features: tuple[str, ...]
    requirements: tuple[str, ...]
    operations: tuple[str, ...]


@functools.lru_cache(maxsize=2048)
def is_telltale(name: str) -> bool:
    """Whether the value of a header or parameter called *name* may be a secret."""
    words = {word.lower() for word in WORD_ENDS.split(name)}
    return not TELLTALE.isdisjoint(words | {word.removesuffix("s") for word in words})


def secrets_in(pairs: Iterable[tuple[str, str]], proxy: str | None) -> tuple[str, ...]:
    """The values of *pairs* whose names betray them, and the password of *proxy*.

    What is too short for a secret is none: masking it would hit innocent text everywhere.
    """
    found = [value for name, value in pairs if is_telltale(name)]
    password = urlsplit(proxy).password if proxy else None
    return tuple(each for each in (*found, password or "") if len(each) >= SHORTEST_SECRET)


def inspect(found: Mapping[str, Given], base_url: str | None, known: Known | None) -> None:
    """Holds options against each other, against files and against *known* names.

    Raises:
        UsageError: at the first thing that can't be.
    """
    if known:
        _check_names(found, known)
    _check_encryption(found, base_url)
    _check_headers(found)
    _check_key_sources(found)
    _check_certificates(found)
    _check_readable(found.get("waivers"))
    _check_readable(found.get("sarif-file"))
    _check_place(found.get("write-waivers"))
    _check_directory(found.get("report-dir"))


def _refuse_unknown(given: Given, what: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        meant = hint(name, names)
        mend = f"{meant}?" if meant else f"known are {', '.join(names)}."
        raise UsageError(f"{given.spelled}: there is no {what} {name!r}; {mend}")


def _check_names(found: Mapping[str, Given], known: Known) -> None:
    if "profile" in found:
        _refuse_unknown(found["profile"], "profile", found["profile"].value, known.profiles)
    for key, given in found.items():
        start, _, name = key.partition(".")
        if start == FEATURES and name:
            _refuse_unknown(given, "feature", name, known.features)
    names = known.requirements + known.operations
    for pattern in found["only"].value if "only" in found else ():
        if not any(fnmatchcase(name, pattern) for name in names):
            meant = hint(pattern, names)
            mend = f"{meant}?" if meant else "quote globs, as in 'container.create.*'."
            raise UsageError(
                f"{found['only'].spelled}: no requirement or operation matches {pattern!r}; {mend}"
            )


def _check_encryption(found: Mapping[str, Given], base_url: str | None) -> None:
    allowed = "allow-insecure" in found and found["allow-insecure"].value
    if base_url and base_url.startswith("http:") and not is_loopback(base_url) and not allowed:
        raise UsageError(
            f"{found['base-url'].spelled} is plain http to {host_of(base_url)}, which would show"
            " the key to everybody on the way: use https, or give --allow-insecure."
        )


def _check_headers(found: Mapping[str, Given]) -> None:
    """The header that carries the key has one value only."""
    headers, auth = found.get("header"), found.get("auth")
    carrier = auth.value.partition(":")[2].lower() if auth else ""
    if headers and carrier and any(name.lower() == carrier for name, _ in headers.value):
        raise UsageError(
            f"{headers.spelled} sets {carrier}, which --auth fills with the key: leave one out."
        )


def _check_key_sources(found: Mapping[str, Given]) -> None:
    descriptor, variable = found.get("api-key-fd"), found.get("api-key-env")
    if descriptor and variable and descriptor.origin == variable.origin:
        raise UsageError(f"{descriptor.spelled} and {variable.spelled} both give a key: keep one.")


def _check_readable(given: Given | None) -> None:
    if given is None:
        return
    try:
        with given.value.open("rb"):
            pass
    except OSError as error:
        raise UsageError(
            f"{given.spelled}: {given.value} can't be read ({error.strerror}): check its name."
        ) from error


def _check_certificates(found: Mapping[str, Given]) -> None:
    authority, certificate, key = map(found.get, ("ca-file", "client-cert", "client-key"))
    for given in (authority, certificate, key):
        _check_readable(given)
    if key and not certificate:
        raise UsageError(f"{key.spelled} needs the certificate too: add --client-cert FILE.")
    if authority:
        _check_authority(authority)
    if certificate:
        _check_pair(certificate, key)


def _context() -> ssl.SSLContext:
    import ssl  # noqa: PLC0415 - slow to import, and few runs need it

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _check_authority(given: Given) -> None:
    try:
        _context().load_verify_locations(given.value)
    except OSError:  # ssl.SSLError is one
        raise UsageError(f"{given.spelled}: {given.value} holds no PEM certificate.") from None


def _check_pair(certificate: Given, key: Given | None) -> None:
    def refuse() -> str:
        raise ValueError("encrypted")

    try:
        _context().load_cert_chain(certificate.value, key.value if key else None, password=refuse)
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        beside = f" with the key in {key.value}" if key else " with its key (or add --client-key)"
        raise UsageError(
            f"{certificate.spelled}: {certificate.value} holds no PEM certificate{beside},"
            " or the key is encrypted: give it in plain PEM."
        ) from None


def _is_writable(path: Path) -> bool:
    try:
        return not path.is_dir() and os.access(path if path.exists() else path.parent, os.W_OK)
    except OSError:  # the system refuses the name itself
        return False


def _check_place(given: Given | None) -> None:
    """A file can be written at *given*."""
    if given is None:
        return
    path: Path = given.value
    if not _is_writable(path):
        raise UsageError(
            f"{given.spelled}: {path} can't be written: name a file in a directory of yours."
        )


def _check_directory(given: Given | None) -> None:
    """A directory can be made at *given*, or is there and can be written to; nothing is made."""
    if given is None:
        return
    path: Path = given.value
    refused = f"{given.spelled}: {path} can't be made"
    try:
        nearest = next(each for each in (path, *path.parents) if each.exists())
    except OSError as error:  # the system refuses the name itself
        raise UsageError(f"{refused} ({error.strerror}): name another directory.") from error
    if not nearest.is_dir():
        raise UsageError(f"{refused} ({nearest} is a file): name another directory.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise UsageError(f"{given.spelled}: {nearest} is not writable: name another directory.")
