"""The provider behind the proxy: the reference on a fixed port, with a recorder around it."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.errors import UsageError
from conformance.proxying.comparison import Conveyed, compare
from conformance.proxying.recorder import Recorder
from conformance.reference.app import create_app
from conformance.reference.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.evidence import Arrival, Dictated, Exchange

#: Where uvicorn complains when the upstream hangs up, as it was told to.
COMPLAINTS = "uvicorn.error"


@dataclass(slots=True)
class Upstream:
    """What stands behind a proxy at *proxy_url*: it can be watched, and told what to answer."""

    base_url: str
    proxy_url: str
    recorder: Recorder

    @classmethod
    @contextlib.contextmanager
    def serving(cls, port: int, keys: Sequence[str], proxy_url: str) -> Iterator[Upstream]:
        """Serve the reference on *port* with *keys* as its tenants, for a while.

        Raises:
            UsageError: if the port can't be had.
        """
        recorder = Recorder(create_app(keys=keys or None))
        with contextlib.ExitStack() as stack:
            stack.enter_context(_silenced(COMPLAINTS))
            try:
                base_url = stack.enter_context(running(recorder, port))
            except (OSError, OverflowError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                raise UsageError(
                    f"The upstream can't listen on 127.0.0.1, port {port} ({reason.lower()}): end "
                    "what listens there, or give another --upstream-port and configure the proxy so"
                ) from error
            yield cls(base_url, proxy_url, recorder)

    def take(self) -> tuple[Arrival, ...]:
        """What has arrived since this was asked last."""
        return self.recorder.take()

    def dictate(self, answer: Dictated | None) -> None:
        """Let each of the nine operations be answered with *answer*; None: as the reference."""
        self.recorder.dictated = answer

    def examine(self, exchange: Exchange) -> Conveyed:
        """Hold *exchange* against what arrived, and what came back against what was answered."""
        return compare(exchange, urlsplit(self.proxy_url).path.rstrip("/"))


@contextlib.contextmanager
def _silenced(name: str) -> Iterator[None]:
    """No complaint of the logger *name* reaches the terminal meanwhile."""
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before
