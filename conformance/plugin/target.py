"""Reaching the target before anything is created on it."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.facts import UNIMPLEMENTED
from conformance.drivers import Api, Connection, Credential, Wire, caution
from conformance.drivers.connection import Reachability
from conformance.errors import (
    EndedEarly,
    Failure,
    LimitReached,
    SuiteError,
    TargetRefused,
    Unreachable,
    Untestable,
)
from conformance.evidence import Redactor
from conformance.secrecy import remember
from conformance.targets import Secret

if TYPE_CHECKING:
    from conformance.evidence import Exchange
    from conformance.ledger import Ledger
    from conformance.targets import Settings

KEY_BYTES = 18


@dataclass(slots=True)
class Embedded:
    """The reference provider in a process of its own; it ends when ours does."""

    process: subprocess.Popen[str]
    base_url: str

    @classmethod
    def start(cls, keys: list[str]) -> Embedded:
        """Start it on a free loopback port with *keys* as its tenants.

        Raises:
            SuiteError: if it does not come up.
        """
        environment = {**os.environ, "CONFORMANCE_SERVE_KEYS": ",".join(keys)}
        process = subprocess.Popen(
            [sys.executable, "-m", "conformance.reference", "--port", "0", "--stop-on-stdin-eof"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        line = process.stdout.readline().strip() if process.stdout else ""
        if not line.startswith("http://"):
            process.kill()
            raise SuiteError("The embedded reference provider did not start.")
        return cls(process, line)

    def stop(self) -> None:
        """End it and wait until it is gone."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


#: What a key may end with (RFC 6750, 2.1), and no name of a shell's variable.
ONE_MORE = "."


def random_key(kind: str) -> str:
    """A key that nobody was given before."""
    return f"sk-conformance-{kind}-{secrets.token_urlsafe(KEY_BYTES)}"


def credentials(settings: Settings) -> dict[str, Credential]:
    """The callers that a run can be: itself, another tenant, nobody, somebody made up."""

    def header(key: str) -> tuple[tuple[str, str], ...]:
        if settings.auth_header is None:
            return ()
        value = f"Bearer {key}".strip() if settings.auth == "bearer" else key
        return ((settings.auth_header, value),)

    callers = {
        "own": Credential("own", header(settings.api_key.reveal()) if settings.api_key else ()),
        "none": Credential("none", ()),
        "empty": Credential("none", header("")),
        "wrong": Credential("wrong", header(_wrong_key(settings))),
    }
    if settings.second_api_key and settings.auth_header:
        callers["second"] = Credential("second", header(settings.second_api_key.reveal()))
    return callers


def _wrong_key(settings: Settings) -> str:
    """A key that was never issued; on this machine the run's own and one letter more.

    Some targets compare no more letters than the right key has. One of a stranger, who may
    write down what was refused, gets nothing that is like that key.
    """
    if settings.is_loopback and settings.api_key:
        return f"{settings.api_key.reveal()}{ONE_MORE}"
    return random_key("wrong")


def with_keys(settings: Settings) -> Settings:
    """The settings of the embedded reference with random keys where none were configured."""
    data = settings.to_json()
    for name in ("api_key", "second_api_key"):
        data[name] = data[name] or Secret(random_key("own")).reveal()
    return type(settings).from_json(data)


def connection_of(settings: Settings) -> Connection:
    """A connection to the target as *settings* reach it."""
    certificate = (
        (str(settings.client_cert), str(settings.client_key) if settings.client_key else None)
        if settings.client_cert
        else None
    )
    return Connection(
        Reachability(
            timeout_s=settings.timeout,
            ca_file=str(settings.ca_file) if settings.ca_file else None,
            client_cert=certificate,
            proxy=settings.proxy,
            encrypted=is_encrypted(settings),
        )
    )


def is_encrypted(settings: Settings) -> bool:
    """Whether what goes to the target may be encrypted, on its way to a proxy at least."""
    url = str(settings.base_url or "http:")
    return not (settings.is_loopback and url.startswith("http:") and settings.proxy is None)


def api_of(settings: Settings, base_url: str, ledger: Ledger, worker: str) -> Api:
    """The API of the target, spoken by *worker* with the run's own key."""
    callers = credentials(settings)
    remember(settings.secrets)
    wire = Wire(
        base_url=base_url,
        connection=connection_of(settings),
        ledger=ledger,
        worker=worker,
        headers=settings.headers,
        query=settings.query,
        variables={"own": settings.api_key_env, "second": settings.second_api_key_env},
        credential=callers["own"],
        mask=Redactor.of(settings.secrets).mask,
    )
    return Api(wire=wire, credential=callers["own"], others=callers, seed=settings.seed)


def preflight(api: Api) -> None:
    """See that the target answers and takes the key, before anything is created.

    Raises:
        TargetRefused: if nothing answers, the key is refused, or there is no such API.
        EndedEarly: if a limit of the run is too low to find out from what answers.
    """
    try:
        _look(api)
    except TargetRefused as refused:  # it may quote what the target said
        raise TargetRefused(api.wire.mask(str(refused))) from None
    except LimitReached as reached:
        raise _cut_short(api, reached.limit) from None


def _cut_short(api: Api, limit: str) -> SuiteError:
    """What it comes to that *limit* ended the look: to be asked for a rest is no answer."""
    base_url = api.wire.base_url
    if any(each.response and not each.throttled for each in api.wire.exchanges):
        return EndedEarly(
            f"{limit} was reached before the first look at {base_url} was over: allow more."
        )
    return TargetRefused(
        f"The target at {base_url} had not answered when {limit} was "
        "reached: allow more, or try again when it is less busy."
    )


def _look(api: Api) -> None:
    """List what is there, and say what that shows of the target."""
    base_url = api.wire.base_url
    try:
        listed = api.list_containers(limit=100, order="desc")
        if listed.status in UNIMPLEMENTED:
            _look_closer(api, listed)
        with contextlib.suppress(Failure):
            # What is there before anything was made is another's, whatever is said of it later.
            caution.note_foreign(api.wire.ledger, listed.ids)
    except Unreachable as unreachable:
        raise TargetRefused(
            f"Nothing answers at {base_url} ({unreachable.reason}): "
            "check --base-url, and that the target is running."
        ) from unreachable
    except Untestable as throttled:
        raise TargetRefused(f"{base_url}: {throttled.reason}; try again later.") from throttled
    if listed.status in (401, 403):
        raise TargetRefused(
            f"The target refuses the credentials ({listed.status} at {base_url}/containers): "
            "check the key in the environment, --auth and --api-key-env."
        )


def _look_closer(api: Api, listed: Exchange) -> None:
    """A list that is absent may be the target's fault, or the base URL may be wrong."""
    base_url = api.wire.base_url
    retrieved = api.retrieve_container(api.made_up("cntr", "preflight"))
    speaks = any(
        isinstance(each.get("error"), dict) or each.status not in UNIMPLEMENTED
        for each in (listed, retrieved)
    )
    serves_v1 = _serves_v1(api)
    if speaks and not serves_v1:
        return
    hint = "check the path of --base-url"
    if serves_v1:
        hint = f"did you mean --base-url {base_url}/v1?"
    raise TargetRefused(
        f"There is no Containers API at {base_url}"
        f" (GET /containers answers {listed.status}): {hint}"
    )


def _serves_v1(api: Api) -> bool:
    if api.wire.base_url.endswith("/v1"):
        return False
    return api.send("GET", "/v1/containers", params={"limit": 1}).status not in UNIMPLEMENTED
