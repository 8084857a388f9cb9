"""What is there before the first client sets out: made by our own requests, read by all clients."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from conformance.drivers.clients.trip import Common
from conformance.errors import Failure, Signal, TargetRefused
from conformance.plugin import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.drivers import Api
    from conformance.evidence import Exchange

#: What is made for all clients to read: by two, each takes three pages.
SHARED = 5

#: Seconds between the first two looks at a list that lags.
FIRST_LOOK_S = 0.5


def prepare(api: Api, consistency_s: float, mask: Callable[[str], str]) -> Common:
    """Make it, and wait at most *consistency_s* until the list shows it.

    Raises:
        TargetRefused: if the target does not even make that.
    """
    try:
        flock = [_id(api.create_container(name=api.name(f"flock-{n}"))) for n in range(SHARED)]
        shelf = _id(api.create_container(name=api.name("shelf")))
        shelved = [_id(api.upload(shelf, b"shelved\n", f"{n}.txt")) for n in range(SHARED)]
    except (Signal, Failure) as why:
        raise TargetRefused(
            f"Not even what the clients are to read can be made at {api.wire.base_url} "
            f"({mask(str(why))}): containers-conformance run tells what is wrong."
        ) from None
    original, reason = _original(api)
    _wait_until_listed(api, flock, consistency_s)
    return Common(tuple(reversed(flock)), shelf, tuple(shelved), original, reason)


def _original(api: Api) -> tuple[str | None, str]:
    """A file of the Files API that copies are made from; why there is none, else."""
    try:
        return _id(api.upload_original(b"original\n", "original.txt")), ""
    except (Signal, Failure) as why:
        return None, str(why)


def _wait_until_listed(api: Api, ids: Sequence[str], seconds: float) -> None:
    """Give a list that lags its time, so that no client is blamed for it."""
    with contextlib.suppress(Signal, Failure):
        for _ in waiting.looks(seconds, FIRST_LOOK_S):
            if set(ids) <= set(api.list_containers(limit=100, order="desc").ids):
                return


def _id(made: Exchange) -> str:
    """The id of what was made.

    Raises:
        Failure: if nothing was, or it has none.
    """
    id_ = made["id"] if made.ok else None
    if not isinstance(id_, str) or not id_:
        raise Failure("an id of what was made", made.told(), made.id)
    return id_
