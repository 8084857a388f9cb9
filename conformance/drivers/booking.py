"""Books in the ledger what a request may create and what its answer says was made."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from conformance.drivers import caution
from conformance.errors import Failure, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.evidence import Exchange
    from conformance.ledger import Ledger

#: How a form tells the name of a file.
_FILENAME = re.compile(rb'filename="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Booking:
    """Keeps the ledger of one run true, whoever sends."""

    ledger: Ledger
    mask: Callable[[str], str]  # leaves out what must not be written down
    newest: Callable[[], Exchange]  # asks for the newest containers

    def ask(
        self,
        operation: str | None,
        method: str,
        path: str,
        content: bytes | None,
        case: str,
        *,
        caller: str = "own",
    ) -> int:
        """Note what *case* is about to create; the entry's number, 0 where it creates nothing.

        Raises:
            LimitReached: if a container would pass ``--max-containers``.
        """
        if operation == "createContainer":
            name = json_object(content).get("name")
            told = name.encode("utf-8", "replace").decode() if isinstance(name, str) else None
            return self.ledger.ask("container", told, case, _tenant(caller))
        if method == "POST" and path == "/files":
            named = _FILENAME.search(content or b"")
            told = named[1].decode("utf-8", "replace") if named else None
            return self.ledger.ask("file", told, case, _tenant(caller))
        return 0

    def settle(self, number: int, exchange: Exchange, content: bytes | None) -> None:
        """Hold what the answer says was made, if it can only be ours; or note that nothing was."""
        if exchange.response is None:
            if (exchange.trouble or "").startswith("Connect"):
                self.ledger.refuse(number)  # it never left
            return
        id_ = exchange.get("id")
        if exchange.ok and isinstance(id_, str) and id_:
            wanted = json_object(content).get("name")
            name = exchange.get("name")
            doubtful = isinstance(wanted, str) and isinstance(name, str) and wanted != name
            foreign = doubtful and not (
                caution.is_name_of_ours(self.ledger, name, wanted) or self._is_listed(id_, wanted)
            )
            if foreign:
                caution.note_foreign(self.ledger, [id_])
            if self.mask(id_) != id_:  # a key is not written down, not even as an id
                self.ledger.make_up(id_)
            elif foreign:
                self.ledger.hold(number, id_, doubtful=True)
            elif not caution.is_foreign(self.ledger, id_):
                self.ledger.hold(number, id_, doubtful=doubtful)
        elif exchange.refused or exchange.throttled:
            self.ledger.refuse(number)
        else:
            self.ledger.answer(number, exchange.status)

    def note(self, path: str, exchange: Exchange) -> None:
        """Note what the answer says of what *path* names: it is gone, or lives.

        A container that was deleted and lives all the same is deleted once more at the end of
        its case.
        """
        of_the_files_api = exchange.request.method == "DELETE" and path.startswith("/files/")
        named = exchange.operation in ("deleteContainer", "retrieveContainer")
        if not exchange.ok or not (named or of_the_files_api):
            return
        id_ = unquote(path.partition("?")[0].split("/")[2])
        if of_the_files_api or exchange.operation == "deleteContainer":
            if exchange.credential in ("own", "second") and self._is_of(exchange.credential, id_):
                self.ledger.delete(id_)
        elif exchange.get("id") == id_ and exchange.get("status") != "deleted":
            self.ledger.revive(id_)

    def _is_of(self, caller: str, id_: str) -> bool:
        """Whether a deletion by *caller* is believed: by whose key made it."""
        return self.ledger.tenant_of(id_) == _tenant(caller)

    def _is_listed(self, id_: str, name: object) -> bool:
        """Whether the list shows *id_* under *name*: it is asked: that prolongs no life."""
        with contextlib.suppress(Signal, Failure):
            page = self.newest()
            return any(each.get("id") == id_ and each.get("name") == name for each in page.data)
        return False


def _tenant(caller: str) -> str:
    return "second" if caller == "second" else "own"


def json_object(content: bytes | None) -> dict[str, Any]:
    """*content* as a JSON object; empty where it is none."""
    try:
        value = json.loads(content or b"")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
