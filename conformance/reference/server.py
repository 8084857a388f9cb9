"""The provider on a socket: for a while in a thread, or as a process until it is told to stop."""

import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import uvicorn

from conformance.reference.app import create_app
from conformance.reference.protocol import Protocol

_BASE_PATH = "/v1"
_BACKLOG = 2048
_IDLE_S = 75  # longer than any client keeps a connection: none is cut while it is being reused
_GRACE_S = 2


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which would end in the signal itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Finish what is being answered, and return."""
        self.should_exit = True


def _server(app: Any) -> _Server:  # noqa: ANN401 - any ASGI application, wrapped or not
    return _Server(
        uvicorn.Config(
            app,
            http=Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # it asks nobody who stands before it
            timeout_keep_alive=_IDLE_S,
            timeout_graceful_shutdown=_GRACE_S,
        )
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only for sockets that name TCP: 40 ms a request otherwise
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _base_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{_BASE_PATH}"


@contextlib.contextmanager
def running(
    app: Any,  # noqa: ANN401 - any ASGI application, wrapped or not
    port: int = 0,
) -> Iterator[str]:
    """Serve *app* on loopback, from a thread of its own; yields the base URL.

    Raises:
        OSError: if *port* (0: a free one) can't be had.
    """
    with _listen("127.0.0.1", port) as listener:
        server = _server(app)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listener])),
            name="reference-provider",
            daemon=True,
        )
        thread.start()
        try:
            yield _base_url(listener)
        finally:
            server.stop()
            thread.join()


def serve(
    *,
    port: int = 0,
    database: str | os.PathLike[str] | None = None,
    keys: Sequence[str] | None = None,
    host: str = "127.0.0.1",
    announce: Callable[[str], object] = print,
    stop_on_stdin_eof: bool = False,
) -> None:
    """Run the provider until SIGINT, SIGTERM or, if so wanted, the end of standard input.

    The port is taken (0: a free one) before the base URL is announced, as the first line.

    Raises:
        SystemExit: with status 2, after one sentence on standard error, if the port or the
            database can't be used.
    """
    try:
        listener = _listen(host, port)
    except (OSError, OverflowError) as error:
        _refuse(f"Can't listen on {host}, port {port}: {_reason(error)}. Choose another one.")
    with listener:
        try:
            app = create_app(keys=keys, database=database, base_path=_BASE_PATH)
        except (OSError, sqlite3.Error) as error:
            _refuse(f"Can't use the database {database}: {_reason(error)}. Choose another --db.")
        try:
            asyncio.run(_serve(app, listener, announce, stop_on_stdin_eof=stop_on_stdin_eof))
        finally:
            app.state.store.close()


async def _serve(
    app: Any,  # noqa: ANN401 - any ASGI application
    listener: socket.socket,
    announce: Callable[[str], object],
    *,
    stop_on_stdin_eof: bool,
) -> None:
    server = _server(app)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    if stop_on_stdin_eof:
        threading.Thread(target=_stop_at_eof, args=(server,), daemon=True).start()
    announce(_base_url(listener))
    sys.stdout.flush()
    await server.serve(sockets=[listener])


def _stop_at_eof(server: _Server) -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    server.stop()


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.rstrip(".").lower()


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    raise SystemExit(2)
