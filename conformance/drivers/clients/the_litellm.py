"""LiteLLM's document: its quick start over the SDK, over a proxy with curl, and with openai."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.drivers.clients import judging, steps
from conformance.drivers.clients.judging import Judgement

if TYPE_CHECKING:
    from conformance.drivers.clients.judging import Look
    from conformance.drivers.clients.trip import Trip

DOCUMENT = "LiteLLM"
EXPIRY = {"anchor": "last_active_at", "minutes": 20}
PROVIDER = {"custom_llm_provider": "openai"}

#: Items of an account's list that are looked through.
MOST = 20


def sdk(trip: Trip) -> None:
    """Quick Start / SDK: create, list, retrieve, delete; in the other mode its ASYNC USAGE."""
    mode = "SDK, async" if trip.client.facts.mode == "async" else "SDK"
    a = "a" if trip.client.facts.mode == "async" else ""
    with steps.example(trip, f"{DOCUMENT} / {mode}"):
        body = {"name": trip.name("My Code Interpreter Container"), "expires_after": EXPIRY}
        id_ = steps.create(trip, f"{a}create_container", body, body)
        if id_ is None:
            return
        walk = {"limit": 20, "order": "desc", "most": MOST}
        steps.listed(trip, f"{a}list_containers", "list_containers", walk, [id_])
        where = {"container": id_}
        needed = {"name": str, "status": str, "created_at": int}
        steps.obtained(trip, f"{a}retrieve_container", "retrieve_container", where, needed)
        look = steps.deleted(trip, f"{a}delete_container", "delete_container", where)
        _result(trip, look, id_)


def _result(trip: Trip, look: Look, id_: str) -> None:
    """What the document prints of a deletion: `result.deleted` and `result.id`."""
    value = look.seen.value
    if isinstance(value, dict) and value.get("deleted") is True and value.get("id") == id_:
        judgement = judging.WORKS
    else:
        says = f"the client returns {value!r}, so that there is no result.deleted to print"
        judgement = Judgement("fails", says, "document")
    trip.book("print of result.deleted and result.id", judgement, look)


def openai_client(trip: Trip) -> None:
    """Quick Start / OpenAI Python Client, with extra_body on every call."""
    extra: dict[str, Any] = {"extra_body": PROVIDER}
    with steps.example(trip, f"{DOCUMENT} / OpenAI Python Client"):
        body = {"name": trip.name("test-container"), "expires_after": EXPIRY}
        id_ = steps.create(trip, "containers.create(extra_body)", {**body, **extra}, body)
        if id_ is None:
            return
        walk = {"limit": 20, "most": MOST, **extra}
        look = steps.listed(trip, "containers.list(extra_body)", "list_containers", walk, [id_])
        _dropped(trip, "extra_body of containers.list", look)
        look = trip.call("retrieve_container", container=id_, **extra)
        judgement = judging.shows(look, {"name": str, "status": str, "last_active_at": int}, {})
        trip.book("containers.retrieve(extra_body)", judgement, look)
        _dropped(trip, "extra_body of containers.retrieve", look)
        given = {"container": id_, **extra}
        look = steps.deleted(trip, "containers.delete(extra_body)", "delete_container", given)
        _result(trip, look, id_)


def _dropped(trip: Trip, title: str, look: Look) -> None:
    """Whether what the document passes in extra_body was sent at all."""
    sent = any(each.request.content or "custom_llm" in each.request.url for each in look.exchanges)
    says = "the client drops extra_body on a GET without a word: nothing was sent of it"
    judgement = judging.WORKS if sent else Judgement("fails", says, "document")
    trip.book(title, judgement, look)


def curl(trip: Trip) -> None:
    """Quick Start / LiteLLM PROXY Server, with curl: the provider by default, header and query."""
    with steps.example(trip, f"{DOCUMENT} / Proxy with curl"):
        body = {"name": trip.name("My Container"), "expires_after": EXPIRY}
        ways: tuple[tuple[str, dict[str, Any]], ...] = (
            ("default provider", {}),
            ("provider by header", {"headers": {"custom-llm-provider": "openai"}}),
            ("provider by query", {"params": PROVIDER}),
        )
        made = [_created(trip, way, body, more) for way, more in ways]
        id_ = next((each for each in made if each), None)
        if id_ is None:
            return
        look = _send(trip, "listContainers", "GET", "/containers", {"params": _NEWEST})
        trip.book("curl …/containers?limit=20&order=desc", _ok(look, {"object": "list"}), look)
        path = f"/containers/{id_}"
        look = _send(trip, "retrieveContainer", "GET", path, {})
        trip.book("curl …/containers/{id}", _ok(look, {"id": id_}), look)
        look = _send(trip, "deleteContainer", "DELETE", path, {})
        trip.book("curl -X DELETE …/containers/{id}", _ok(look, {"deleted": True}), look)
        for each in made:
            if each and each != id_:
                trip.call("delete_container", container=each)


_NEWEST = {"limit": 20, "order": "desc"}


def _created(trip: Trip, way: str, body: dict[str, Any], more: dict[str, Any]) -> str | None:
    sent = {"json_body": body, **more}
    look = _send(trip, "createContainer", "POST", "/containers", sent)
    judgement = _ok(look, {"id": str, "name": body["name"]})
    if judgement.guilt == "target" and more:  # no contract promises more than LiteLLM's own
        judgement = Judgement("fails", judgement.says, "document")
    trip.book(f"curl -X POST …/containers, {way}", judgement, look)
    return str(look.seen.value["id"]) if judgement.verdict == "works" else None


def _send(trip: Trip, operation: str, method: str, path: str, more: dict[str, Any]) -> Look:
    return trip.call("send", operation=operation, method=method, path=path, **more)


def _ok(look: Look, needed: dict[str, Any]) -> Judgement:
    return judging.shows(look, needed, {})


SDK, OPENAI_CLIENT, CURL = (sdk,), (openai_client,), (curl,)
