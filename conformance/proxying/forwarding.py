"""Sees that the proxy asks our upstream and nobody else, before anything is created."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from conformance.errors import TargetRefused

if TYPE_CHECKING:
    from conformance.drivers import Connection
    from conformance.evidence import Response
    from conformance.proxying.upstream import Upstream

#: Seconds for one look; together they take less than ten.
LOOK_S = 3.0

#: What is asked: none of it creates anything, wherever it goes.
LOOKS = ("/containers", "/containers/cntr_" + "0" * 48)

UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Caller:
    """What everybody who asks the proxy has to send."""

    headers: tuple[tuple[str, str], ...]
    query: tuple[tuple[str, str], ...] = ()


def see_that_it_forwards(upstream: Upstream, connection: Connection, caller: Caller) -> None:
    """Ask the proxy twice for what costs nothing, and see that one of the two arrives upstream.

    Raises:
        TargetRefused: if nothing arrives; says what the proxy did and how to configure it.
    """
    told: list[str] = []
    answers: list[Response] = []
    upstream.take()
    for look in LOOKS:
        url = f"{upstream.proxy_url}{look}?{urlencode([('limit', '1'), *caller.query])}"
        _, answer, trouble = connection.request("GET", url, caller.headers, None)
        arrivals = [each for each in upstream.take() if each.operation]
        if arrivals:
            _see_that_the_key_is_known(upstream, [each.response.status for each in arrivals])
            return
        told.append(f"{answer.status}" if answer else f"no answer, {trouble}")
        answers += [answer] if answer else []
    raise TargetRefused(_why(upstream, answers, told))


def _see_that_the_key_is_known(upstream: Upstream, statuses: list[int]) -> None:
    if set(statuses) == {UNAUTHORIZED}:
        raise TargetRefused(
            f"The proxy at {upstream.proxy_url} asks our upstream with a key that is neither its "
            "caller's nor in CONFORMANCE_UPSTREAM_API_KEY: put the key that the proxy was given "
            "for its upstream there"
        )


def _why(upstream: Upstream, answers: list[Response], told: list[str]) -> str:
    mend = f"configure {upstream.base_url} as the base URL of its upstream"
    if not answers and "Timeout" in told[-1] and "Connect" not in told[-1]:
        return (
            f"The proxy at {upstream.proxy_url} takes connections, but does not answer within "
            f"{LOOK_S:g} s, and asks no upstream of ours: {mend}"
        )
    if not answers:
        return f"Nothing answers at {upstream.proxy_url} ({told[-1]}): start the proxy, and {mend}"
    if all(each.status in (401, 403) for each in answers):
        return (
            f"The proxy at {upstream.proxy_url} refuses the key ({told[0]}) and asks no upstream: "
            "check the key in the environment, --auth and --api-key-env"
        )
    if any(each.status < 300 for each in answers):  # noqa: PLR2004 - success
        return (
            f"The proxy at {upstream.proxy_url} answers ({told[0]}), but asks an upstream that is "
            f"not ours, or none: {mend}"
        )
    return (
        f"Nothing that is asked of the proxy at {upstream.proxy_url} arrives at our upstream "
        f"(GET /containers answers {told[0]}): {mend}, and check the path of --base-url"
    )
