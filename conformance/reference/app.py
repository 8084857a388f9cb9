"""The ASGI application: every request gets an answer, and every answer its headers."""

import logging
import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from starlette.datastructures import State
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from conformance.reference import errors, responses
from conformance.reference.clock import Clock
from conformance.reference.operations import Call
from conformance.reference.routing import Router
from conformance.reference.store import Store
from conformance.reference.tenants import Tenants

MAX_FILE = 512 * 1024 * 1024  # bytes, as the Files API has it
_SLACK = 1024 * 1024  # for what a form has around its file
_log = logging.getLogger(__name__)


class Application:
    """The Containers API; `state.store` is what it keeps."""

    def __init__(self, store: Store, tenants: Tenants, router: Router, max_body: int) -> None:
        """Answer from *store* those whom *tenants* knows, at the addresses of *router*."""
        self.state = State({"store": store})
        self._tenants = tenants
        self._router = router
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and end."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        begun = time.perf_counter()
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        _add_headers(response, begun)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            operation, ids = self._router.find(request.scope)
            tenant = self._tenants.recognise(request.headers)
            call = Call(request, self.state.store, tenant, ids, self._max_body)
            return await operation(call)
        except errors.Refusal as refusal:
            return responses.refused(refusal)
        except ClientDisconnect:
            raise
        except Exception:  # noqa: BLE001 - whatever happened, the caller gets an error object
            _log.exception("The reference provider failed at %s", request.scope["path"])
            return responses.refused(errors.internal())


def create_app(
    *,
    keys: Sequence[str] | None = None,
    database: str | os.PathLike[str] | None = None,
    clock: Clock | None = None,
    base_path: str = "/v1",
    max_body: int = MAX_FILE + _SLACK,
) -> Application:
    """A provider that keeps its data in the file *database*, or in memory.

    Each of *keys* is a tenant; without any given, whatever key comes is one. The operations are
    served below *base_path* and at the root. Bodies of more than *max_body* bytes are refused.

    Raises:
        sqlite3.Error: if the database can't be used.
        OSError: if the directory beside the database can't be used.
    """
    store = Store(None if database is None else Path(database), clock)
    return Application(store, Tenants(keys), Router(base_path), max_body)


def _add_headers(response: Response, begun: float) -> None:
    spent_ms = int((time.perf_counter() - begun) * 1000)
    response.raw_headers += [
        (b"x-request-id", b"req_" + secrets.token_hex(16).encode()),
        (b"openai-processing-ms", str(spent_ms).encode()),
        (b"openai-version", b"2020-10-01"),
    ]


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
