"""httpx, in our own process: the nine operations as the suite itself asks them."""

from __future__ import annotations

import base64
import platform
from typing import TYPE_CHECKING, Any

import httpx

from conformance.drivers.clients.seen import Facts, Seen
from conformance.errors import Failure, LimitReached, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.drivers.api import Api
    from conformance.drivers.clients.tape import Tape
    from conformance.evidence import Exchange


class Httpx:
    """Calls the API over our own wire, and shows of it what a caller would look at."""

    def __init__(self, api: Api, tape: Tape, items: int) -> None:
        """Speak with *api*, recorded on *tape*; a walk gives at most *items*."""
        self.facts = Facts("httpx", httpx.__version__, f"Python {platform.python_version()}")
        self._api, self._tape, self._items = api, tape, items
        api.wire.on_send = tape.keep

    def call(self, name: str, given: Mapping[str, Any]) -> Seen:
        """Make the call *name*."""
        asked = dict(given)
        api = self._api.with_wrong_key() if asked.pop("key", "own") == "wrong" else self._api
        try:
            seen: Seen = _CALLS[name](self, api, asked)
        except LimitReached as reached:
            self._tape.limit = reached.limit
            return Seen(stopped=reached.limit)
        except Failure as failure:
            return Seen(error={"class": "Failure", "message": f"got {failure.got}"})
        except Signal as signal:
            return Seen(error={"class": type(signal).__name__, "message": signal.reason})
        return seen

    def close(self) -> None:
        """Record no more."""
        self._api.wire.on_send = None

    def _walk(self, ask: Any, params: dict[str, Any]) -> Seen:  # noqa: ANN401 - an operation
        """Every page, behind the last id of each, as long as there are more."""
        items: list[Any] = []
        most = params.pop("most", self._items)
        while True:
            page = ask(**params)
            if not page.ok:
                return _error(page)
            items += page.data
            if len(items) >= most:
                return Seen(items[:most], stopped=f"{most} items")
            if page["has_more"] is not True or not page.ids:
                return Seen(items)
            params = {**params, "after": page.ids[-1]}

    def _list_containers(self, api: Api, asked: dict[str, Any]) -> Seen:
        return self._walk(api.list_containers, asked)

    def _list_files(self, api: Api, asked: dict[str, Any]) -> Seen:
        container = asked.pop("container")
        return self._walk(lambda **params: api.list_files(container, **params), asked)

    def _content(self, api: Api, asked: dict[str, Any]) -> Seen:
        answer = api.content(asked["container"], asked["file"])
        if not answer.ok:
            return _error(answer)
        return Seen(base64.b64encode(answer.content).decode())

    def _create_file(self, api: Api, asked: dict[str, Any]) -> Seen:
        container = asked["container"]
        if "content" in asked:
            content = base64.b64decode(asked["content"])
            made = api.upload(container, content, asked["filename"], asked.get("media"))
        else:
            made = api.create_file(container, {k: v for k, v in asked.items() if k == "file_id"})
        return _object(made)

    def _send(self, api: Api, asked: dict[str, Any]) -> Seen:
        """Any request, as curl would send it."""
        return _object(api.send(asked.pop("method"), asked.pop("path"), **asked))


_CALLS: dict[str, Any] = {
    "create_container": lambda _, api, asked: _object(api.create_container(**asked)),
    "list_containers": Httpx._list_containers,  # noqa: SLF001 - our own
    "retrieve_container": lambda _, api, asked: _object(api.retrieve_container(asked["container"])),
    "delete_container": lambda _, api, asked: _object(api.delete_container(asked["container"])),
    "create_file": Httpx._create_file,  # noqa: SLF001 - as above
    "list_files": Httpx._list_files,  # noqa: SLF001 - as above
    "retrieve_file": lambda _, api, asked: _object(
        api.retrieve_file(asked["container"], asked["file"])
    ),
    "delete_file": lambda _, api, asked: _object(
        api.delete_file(asked["container"], asked["file"])
    ),
    "content": Httpx._content,  # noqa: SLF001 - as above
    "send": Httpx._send,  # noqa: SLF001 - as above
}


def _object(answer: Exchange) -> Seen:
    return Seen(answer.object) if answer.ok else _error(answer)


def _error(answer: Exchange) -> Seen:
    error = answer.get("error")
    told = error if isinstance(error, dict) else {}
    kept = {name: told.get(name) for name in ("code", "param", "type")}
    message = str(told.get("message") or answer.told())
    return Seen(
        error={"class": "HTTPStatusError", "status": answer.status, "message": message, **kept}
    )
