"""A target file as a draft: how a target is reached and what it has, without any secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from conformance.targets import credentials
from conformance.targets.inspection import is_telltale
from conformance.targets.urls import without_password

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.targets.settings import Settings


def draft(settings: Settings, claims: Iterable[tuple[str, bool | None, str]]) -> str:
    """The target file of *settings*; *claims* are features, whether it has them, and why.

    What is neither claimed nor disclaimed stands in it as a comment, with the reason.
    """
    lines = [f"name = {_text(settings.name)}", *_reaching(settings), "", "[features]"]
    for name, has, why in claims:
        told = "".join(char if char.isprintable() else " " for char in why)
        lines.append(f"# {name}: {told}" if has is None else f"{name} = {_flag(has)}  # {told}")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """*value* as a basic string of TOML, which a string of JSON in ASCII is."""
    return json.dumps(value)


def _flag(value: bool) -> str:  # noqa: FBT001 - it is what is written
    return "true" if value else "false"


def _reaching(settings: Settings) -> Iterator[str]:
    """The options by which the target is reached, where they are not the defaults."""
    yield f"base-url = {_text(str(settings.base_url))}"
    if settings.auth != "bearer":
        yield f"auth = {_text(settings.auth)}"
    if settings.api_key_env != credentials.OWN:
        yield f"api-key-env = {_text(settings.api_key_env)}"
    if settings.second_api_key_env != credentials.SECOND:
        yield f"second-api-key-env = {_text(settings.second_api_key_env)}"
    yield from _pairs("header", ": ", settings.headers)
    yield from _pairs("query", "=", settings.query)
    for name in ("ca-file", "client-cert", "client-key"):
        path = getattr(settings, name.replace("-", "_"))
        if path is not None:
            yield f"{name} = {_text(str(path))}"
    if settings.proxy:
        yield f"proxy = {_text(without_password(settings.proxy))}"
    if settings.allow_insecure:
        yield "allow-insecure = true"


def _pairs(name: str, joint: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """A list of what is sent with every request; a secret is left to the command line."""
    plain = [_text(f"{key}{joint}{value}") for key, value in pairs if not is_telltale(key)]
    if plain:
        yield f"{name} = [{', '.join(plain)}]"
    for key in (key for key, _ in pairs if is_telltale(key)):
        yield f"# --{name} {key} holds a secret: give it on the command line"
