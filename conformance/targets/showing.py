"""The options as a table for people: value and origin, secrets masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.secrecy import MASK
from conformance.targets.inspection import is_telltale
from conformance.targets.layers import FEATURES
from conformance.targets.options import DEFAULT_SHOWN, OPTIONS, Option
from conformance.targets.urls import without_password

if TYPE_CHECKING:
    from conformance.targets.settings import Settings

#: What stands between the name and the value of a header, and of a parameter.
_JOINTS = {"header": ": ", "query": "="}

_KEYS = {"api-key-env": "api_key", "second-api-key-env": "second_api_key"}


def shown_config(settings: Settings) -> str:
    """Each option with its value and where that came from, a line each."""
    rows = [
        (option.spelled, _value(option, settings), settings.origins.get(option.name, ""))
        for option in OPTIONS
        if option.field != FEATURES
    ]
    for name, claimed in settings.features.items():
        flag = "--feature" if claimed else "--no-feature"
        rows.append((flag, name, settings.origins.get(f"{FEATURES}.{name}", "")))
    first = max(len(row[0]) for row in rows)
    second = max(len(row[1]) for row in rows)
    lines = (f"{name:{first}}  {value:{second}}  {origin}".rstrip() for name, value, origin in rows)
    return "".join(line + "\n" for line in lines)


def _value(option: Option, settings: Settings) -> str:
    value = getattr(settings, option.field)
    if option.name in _KEYS:
        key = getattr(settings, _KEYS[option.name])
        return f"{value} ({MASK if key else 'no key'})"
    if option.name in _JOINTS:
        return ", ".join(_pair(name, text, _JOINTS[option.name]) for name, text in value) or "-"
    if option.name == "proxy" and value:
        return without_password(value)
    if option.name == "shard" and value:
        return "{}/{}".format(*value)
    return _plain(option, value)


def _pair(name: str, value: str, joint: str) -> str:
    return name + joint + (MASK if is_telltale(name) else value)


def _plain(option: Option, value: object) -> str:
    if value is None or value == ():
        return DEFAULT_SHOWN.get(option.name, "auto" if option.name == "expensive" else "-")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
