"""The settings of a run: every option resolved, checked and typed."""

from __future__ import annotations

import os
from collections import ChainMap
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.secrecy import remember
from conformance.targets import credentials, inspection, layers
from conformance.targets.files import default_config, read_options
from conformance.targets.options import OPTIONS, Where
from conformance.targets.secret import Secret
from conformance.targets.urls import host_of, is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.targets.files import OptionsFile
    from conformance.targets.inspection import Known
    from conformance.targets.layers import Given, Layer

Pairs = tuple[tuple[str, str], ...]

#: Bytes of a random seed: short enough to type, and exact in every JSON reader.
SEED_BYTES = 4

FROM_DEFAULT = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run was asked for; `origins` tells where each option came from."""

    base_url: str | None = None  # None: the embedded reference
    name: str = "reference"  # what reports call the target
    api_key_env: str = credentials.OWN
    api_key_fd: int | None = None
    second_api_key_env: str = credentials.SECOND
    auth: str = "bearer"  # or none, or header:NAME
    headers: Pairs = field(default=(), repr=False)
    query: Pairs = field(default=(), repr=False)
    ca_file: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    allow_insecure: bool = False
    target: Path | None = None
    targets: Path | None = None  # several in one go
    profile: str = "core"
    slow: bool = False
    expensive: bool | None = None  # None: only where the target is on this machine
    features: dict[str, bool] = field(default_factory=dict)  # claimed or disclaimed
    only: tuple[str, ...] = ()
    fuzz: str = "standard"
    seed: int = 0
    shard: tuple[int, int] | None = None
    workers: str = "auto"
    max_containers: int = 50
    max_requests: int = 2000
    max_duration: float = 900.0
    rps: float | None = None
    timeout: float = 30.0
    consistency: float = 10.0
    report_dir: Path | None = None
    waivers: Path | None = None
    write_waivers: Path | None = None
    sarif_file: Path | None = None
    strict: bool = False
    config: Path | None = None
    show_config: bool = False
    api_key: Secret | None = None
    second_api_key: Secret | None = None
    origins: dict[str, str] = field(default_factory=dict)
    proxied: bool = False  # whether the target is a proxy, and the upstream behind it ours
    upstream_key: Secret | None = None  # what the proxy has for that upstream, if not the callers'

    @property
    def is_embedded(self) -> bool:
        """Whether the target is the reference provider that the suite starts."""
        return self.base_url is None

    @property
    def host(self) -> str:
        """The target's host; ``reference`` for the embedded one."""
        return host_of(self.base_url) if self.base_url else "reference"

    @property
    def is_loopback(self) -> bool:
        """Whether the target is on this machine."""
        return self.base_url is None or is_loopback(self.base_url)

    @property
    def tries_expensive(self) -> bool:
        """Whether containers of 16g and 64g may be created."""
        return self.is_loopback if self.expensive is None else self.expensive

    @property
    def auth_header(self) -> str | None:
        """The header that carries the key; None where none is sent."""
        if self.auth == "none":
            return None
        return "Authorization" if self.auth == "bearer" else self.auth.partition(":")[2]

    @property
    def key_variables(self) -> dict[str, str]:
        """The variables that the keys came from, by whose key each holds; never the keys."""
        named = {}
        if self.api_key and self.api_key_fd is None:
            named["own"] = self.api_key_env
        if self.second_api_key:
            named["second"] = self.second_api_key_env
        return named

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must not be written or printed, for the redactor."""
        keys = tuple(key.reveal() for key in self._keys if key)
        return keys + inspection.secrets_in(self.headers + self.query, self.proxy)

    @property
    def _keys(self) -> tuple[Secret | None, ...]:
        return self.api_key, self.second_api_key, self.upstream_key

    def to_json(self) -> dict[str, Any]:
        """The settings as plain data, secrets included: for other processes, never for people."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Settings:
        """Read settings back; the reverse of `to_json`."""
        return cls(**{key: _typed(key, value) for key, value in data.items()})


_PATHS = frozenset({option.field for option in OPTIONS if option.metavar in ("FILE", "DIR")})
_SECRETS = frozenset({"api_key", "second_api_key", "upstream_key"})


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Path) else value


def _typed(key: str, value: Any) -> Any:  # noqa: ANN401 - by key
    if value is None:
        return None
    if key in _PATHS:
        return Path(value)
    if key in _SECRETS:
        return Secret(value)
    if isinstance(value, list | tuple):
        return tuple(tuple(each) if isinstance(each, list) else each for each in value)
    return dict(value) if isinstance(value, dict) else value


def _label(path: Path, cwd: Path) -> str:
    return str(path.relative_to(cwd) if path.is_relative_to(cwd) else path)


def _named_file(given: Given, cwd: Path) -> OptionsFile:
    return read_options(given.value, _label(given.value, cwd), given.spelled)


def _gathered(
    given: Mapping[str, object], environ: Mapping[str, str], cwd: Path, prefix: str
) -> ChainMap[str, Given]:
    """Every option that was given anywhere; the first layer that has it wins."""
    found: ChainMap[str, Given] = ChainMap(
        layers.of_command_line(given, cwd, prefix), layers.of_environment(environ, cwd)
    )
    config: Layer = {}
    named = found.get("config")
    file = _named_file(named, cwd) if named else default_config(cwd)
    if file:
        config = layers.of_file(file, Where.CONFIG_FILE)
        config["config"] = layers.Given(file.path, "found in the working directory", file.label)
    target = found.get("target") or config.get("target")
    if target:
        asked = _named_file(target, cwd)
        found.maps.append(layers.of_file(asked, Where.ANY_FILE))
    found.maps.append(config)
    return found


def _claims(found: Mapping[str, Given]) -> dict[str, bool]:
    start = f"{layers.FEATURES}."
    return {
        key.removeprefix(start): given.value
        for key, given in sorted(found.items())
        if key.startswith(start)
    }


def _origins(found: Mapping[str, Given]) -> dict[str, str]:
    """Where each option, and each claim of a feature, came from."""
    origins = {
        option.name: found[option.name].origin if option.name in found else FROM_DEFAULT
        for option in OPTIONS
        if option.field != layers.FEATURES
    }
    claims = {key: given.origin for key, given in found.items() if key.startswith("features.")}
    return origins | dict(sorted(claims.items()))


def _values(found: Mapping[str, Given]) -> dict[str, Any]:
    return {
        option.field: found[option.name].value
        for option in OPTIONS
        if option.name in found and option.field != layers.FEATURES
    }


def resolve(
    given: Mapping[str, object],
    environ: Mapping[str, str],
    cwd: Path,
    known: Known | None = None,
    prefix: str = "--",
) -> Settings:
    """The settings of a run, from what was *given* on the command line and from elsewhere.

    Command line wins over environment, target file, config file and default. *known* has the
    names that profiles, features and patterns must be among; *prefix* is what options begin
    with where they were given, for errors.

    Raises:
        UsageError: if anything can't be understood, is missing, or contradicts the rest.
    """
    found = _gathered(given, environ, cwd, prefix)
    base_url = found["base-url"].value if "base-url" in found else None
    inspection.inspect(found, base_url, known)
    values = _values(found)
    keys = credentials.resolve_keys(found, environ, base_url, values.get("auth", "bearer"))
    values |= {
        "api_key": keys.own,
        "second_api_key": keys.second,
        "api_key_env": keys.own_variable,
        "second_api_key_env": keys.second_variable,
        "features": _claims(found),
        "origins": _origins(found),
    }
    values.setdefault("seed", int.from_bytes(os.urandom(SEED_BYTES), "big"))
    called = found.get(layers.TARGET_NAME)
    settings = Settings(**values)
    remember(settings.secrets)
    name = called.value if called else settings.host
    return Settings.from_json({**settings.to_json(), "name": name})
