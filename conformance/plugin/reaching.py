"""How a run reached its target, kept in its ledger so that a sweep gets there too."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conformance.errors import UsageError
from conformance.targets import Settings, resolve
from conformance.targets.credentials import OWN, SECOND
from conformance.targets.inspection import is_telltale
from conformance.targets.options import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Options that name how a target is reached, kept as they were resolved.
KEPT = ("auth", "ca-file", "client-cert", "client-key", "proxy", "allow-insecure")

#: The options that name the variables of the keys, by whose key it is; kept where one held a key
#: that is not the one looked at anyway.
SECOND_KEY = "second-api-key-env"
KEYS = {"own": "api-key-env", "second": SECOND_KEY}

#: Options that name files which may hold what is not kept.
FILES = ("target", "config")

#: Options of pairs; of those that may be secret only the name is kept.
PAIRS = {"header": "headers", "query": "query"}


def noted(settings: Settings) -> str:
    """What a sweep needs to know of *settings*, as JSON; no secret is in it."""
    options = {
        name: _plain(getattr(settings, BY_NAME[name].field))
        for name in (*KEPT, *FILES)
        if settings.origins.get(name, "default") != "default"
    }
    named = {KEYS[whose]: name for whose, name in settings.key_variables.items()}
    options |= {option: name for option, name in named.items() if name not in (OWN, SECOND)}
    withheld = []
    if settings.proxy and urlsplit(settings.proxy).password:
        del options["proxy"]
        withheld.append("proxy")
    pairs: dict[str, list[list[str | None]]] = {
        option: [
            [name, None if is_telltale(name) else value]
            for name, value in getattr(settings, attribute)
        ]
        for option, attribute in PAIRS.items()
    }
    return json.dumps({"options": options, "withheld": withheld, "pairs": pairs})


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def settings_for(base_url: str, note: str | None, environ: Mapping[str, str]) -> Settings:
    """The settings to reach *base_url* with, as a run has *note*d them; *environ* wins.

    Where the key of another tenant is not given any more, what that one made is told as left.

    Raises:
        UsageError: if the key is missing, or another secret that the run was given.
    """
    known: dict[str, Any] = json.loads(note or "{}")
    given: dict[str, object] = {
        name: value
        for name, value in known.get("options", {}).items()
        if not environ.get(BY_NAME[name].variable, "").strip()
        and (name not in FILES or Path(value).is_file())
    }
    others = given.get(SECOND_KEY)
    is_lacking = isinstance(others, str) and not environ.get(others, "").strip()
    if is_lacking:  # its name is wanted all the same: the command about what is left reads it
        environ = {**environ, str(others): secrets.token_hex()}
    settings = resolve({**given, "base-url": base_url}, environ, Path.cwd())
    for name in known.get("withheld", ()):
        if not getattr(settings, BY_NAME[name].field):
            raise _missing(base_url, f"a {name} with a password", name)
    data = settings.to_json() | _pairs(settings, known.get("pairs", {}), base_url)
    if is_lacking:
        data["second_api_key"] = None
    return Settings.from_json(data)


def _pairs(
    settings: Settings, kept: dict[str, list[list[str | None]]], base_url: str
) -> dict[str, list[Any]]:
    """The pairs of *settings* and, ahead of them, those that were *kept*, by their fields."""
    whole: dict[str, list[Any]] = {}
    for option, attribute in PAIRS.items():
        given = getattr(settings, attribute)
        known = [pair for pair in kept.get(option, ()) if pair[0] not in dict(given)]
        for name, value in known:
            if value is None:
                raise _missing(base_url, f"a {option} {name!r}", option)
        whole[attribute] = [*known, *map(list, given)]
    return whole


def _missing(base_url: str, what: str, option: str) -> UsageError:
    return UsageError(
        f"The run at {base_url} had {what}, which may be secret and so is not kept: "
        f"give it once more, in {BY_NAME[option].variable}."
    )
