"""What could not be deleted, with the command that tries again.

The command asks as the run has asked: by the same header of the key, with the same query and
headers. What is secret in it is read from a variable, and stands nowhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.evidence import curl
from conformance.secrecy import MASK

if TYPE_CHECKING:
    from conformance.drivers import Api, Wire
    from conformance.ledger import Entry

#: What is left to do where a creation got no answer and no list could be read.
SEARCH = "containers-conformance sweep"

#: What stands behind the command about a thing that may be another's.
LOOK = "  # yours, by its name? then the same with -X DELETE"

#: How an upload to the Files API is called whose answer told no id.
UNTOLD = "that was uploaded to be copied, if it was made: no id came"


def told(api: Api, entry: Entry) -> dict[str, str]:
    """What is left, and the command that tries again."""
    where = "/files" if entry.kind == "file" else "/containers"
    if entry.kind == "file" and not entry.id:  # nothing but looking finds it again
        command = _command(api, entry.tenant, "GET", where)
        return {"kind": "file", "id": "", "name": UNTOLD, "command": command}
    return {
        "kind": entry.kind,
        "id": entry.id or "",
        "name": entry.name or "",
        "command": _again(api, entry, where) if entry.id else SEARCH,
    }


def _again(api: Api, entry: Entry, where: str) -> str:
    """The deletion once more; what may be another's is looked at first."""
    path = f"{where}/{quote(entry.id or '', safe='')}"
    if entry.state == "doubtful":
        return _command(api, entry.tenant, "GET", path) + LOOK
    return _command(api, entry.tenant, "DELETE", path)


def _command(api: Api, tenant: str, method: str, path: str) -> str:
    """The request as curl sends it, as *tenant*, whose key need not be given."""
    wire = api.wire
    credential = api.others.get(tenant, api.credential)
    secrets = _secrets(wire)

    def masked(text: str) -> str:
        for value, (mark, _) in secrets.items():
            text = text.replace(value, mark).replace(quote(value, safe=""), mark)
        return wire.mask(text)

    headers = [[name, masked(value)] for name, value in wire.headers]
    headers += [[name, _without_key(value)] for name, value in credential.headers]
    request = {
        "method": method,
        "url": masked(wire.url_of(path)),
        "headers": headers,
        "body": {"size": 0},
    }
    marks = {MASK: wire.variables[tenant], **dict(secrets.values())}
    return curl.command({"request": request, "credential": tenant}, marks)


def _without_key(value: str) -> str:
    """The *value* of the header that carries the key, a mask in its place: a key has no blank."""
    scheme, blank, _ = value.rpartition(" ")
    return f"{scheme}{blank}{MASK}"


def _secrets(wire: Wire) -> dict[str, tuple[str, str]]:
    """The secrets among the target's own headers and query: a mark and a variable for each."""
    return {
        value: (f"[masked:{name}]", "SECRET_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper())
        for name, value in (*wire.headers, *wire.query)
        if wire.mask(value) != value
    }
