"""What a client's user saw, held against what the contract promises: a finding a trial."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.catalogue.facts import LONGEST_REST_S
from conformance.drivers.clients import blame
from conformance.drivers.throttling import is_throttling, seconds_asked
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.drivers.clients.seen import Seen
    from conformance.evidence import Exchange

REFUSALS = range(400, 500)


@dataclass(frozen=True, slots=True)
class Look:
    """One call: what was seen, and what crossed the wire meanwhile."""

    operation: str
    seen: Seen
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one trial showed of one operation."""

    operation: str
    title: str
    verdict: str  # works, loses, fails, cannot, error
    says: str = ""
    guilt: str | None = None  # target, client, document, suite
    exchanges: tuple[str, ...] = ()
    document: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            "operation": self.operation,
            "title": self.title,
            "verdict": self.verdict,
            "says": self.says,
            "guilt": self.guilt,
            "exchanges": list(self.exchanges),
            "document": self.document,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason."""

    verdict: str
    says: str = ""
    guilt: str | None = None


WORKS = Judgement("works")


def failed(look: Look, fault: blame.Blame | None = None, what: str = "") -> Judgement:
    """It did not work; the wire says whose fault that is."""
    if look.seen.broken:
        return Judgement("error", look.seen.told(), "suite")
    if look.exchanges and _asks_for_rest(look.exchanges[-1]):
        return Judgement("unreached", f"the target throttles: {look.exchanges[-1].told()}")
    fault = fault or blame.of(look.exchanges)
    return Judgement("fails", f"{what or look.seen.told()}; {fault.why}", fault.guilt)


def _asks_for_rest(last: Exchange) -> bool:
    """Whether *last* was throttled, for no longer than a client may be asked to wait."""
    if last.response is None or not is_throttling(last.response):
        return False
    return (seconds_asked(last.header("retry-after")) or 0) <= LONGEST_REST_S


def trouble(look: Look) -> Judgement | None:
    """What keeps a call from having a value at all; None if it has one."""
    if look.seen.cannot:
        return Judgement("cannot", look.seen.cannot, "client")
    if look.seen.error or look.seen.broken:
        return failed(look)
    return None


def shows(look: Look, needed: Mapping[str, Any], liked: Mapping[str, Any]) -> Judgement:
    """It shows an object: without a *needed* field it fails, without a *liked* one it loses."""
    found = trouble(look)
    if found:
        return found
    value = look.seen.value
    if look.seen.stopped or not isinstance(value, dict):
        return failed(look)
    for name, wanted in needed.items():
        if not _fits(value.get(name), wanted):
            return _wrong(look, name, value.get(name))
    lost = [name for name, wanted in liked.items() if not _fits(value.get(name), wanted)]
    return _lost(look, lost, liked) if lost else WORKS


def _fits(value: object, wanted: object) -> bool:
    if isinstance(wanted, type):
        return isinstance(value, wanted)
    if isinstance(wanted, dict) and isinstance(value, dict):
        return all(value.get(name) == each for name, each in wanted.items())
    return value == wanted


def _wrong(look: Look, name: str, got: object) -> Judgement:
    on_the_wire = blame.wire_value(look.exchanges, name)
    if on_the_wire == got or on_the_wire is None:
        return failed(
            look, blame.Blame("target", "so the target answers"), f"{name} is {shown(got)}"
        )
    fault = blame.Blame("client", f"the target answers {shown(on_the_wire)}")
    return failed(look, fault, f"{name} is {shown(got)}")


def _lost(look: Look, lost: Sequence[str], liked: Mapping[str, Any]) -> Judgement:
    """What is missing, and whether it was sent, or answered, at all."""
    sent = _json(look.exchanges[0].request.content) if look.exchanges else {}
    creates = look.operation == "createContainer"
    unsent = [name for name in lost if creates and name not in sent]
    hidden = [
        name
        for name in lost
        if name not in unsent and _fits(blame.wire_value(look.exchanges, name), liked[name])
    ]
    dropped = [name for name in lost if name not in unsent and name not in hidden]
    told = [
        f"{', '.join(names)} ({why})"
        for names, why in (
            (dropped, "the target does not answer it as it was asked for"),
            (unsent, "the client does not send it"),
            (hidden, "the client does not show it"),
        )
        if names
    ]
    return Judgement("loses", "; ".join(told), "target" if dropped else "client")


def _json(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def walks(look: Look, wanted: Sequence[str], order: str, *, alone: bool) -> Judgement:
    """It gives each of *wanted* once, in *order*; where they are *alone*, nothing else."""
    found = trouble(look)
    items = [] if look.seen.stopped and look.seen.value is None else look.seen.value
    if found or not isinstance(items, list):
        return found or failed(look)
    ids = [each.get("id") if isinstance(each, dict) else None for each in items]
    ours = ids if alone else [each for each in ids if each in set(wanted)]
    twice = len(set(ids)) < len(ids)
    whole = sorted(map(str, ours)) == sorted(wanted) and not twice
    if whole and _is_sorted(items, order) and not (alone and look.seen.stopped):
        return WORKS
    fault = blame.of_walk(look.exchanges, wanted)
    got = f"{len(set(ours) & set(wanted))} of {len(wanted)} items"
    if twice:
        got += ", some of them twice"
    elif whole and not look.seen.stopped:
        got += " in another order"
        fault = blame.Blame("target", "so the pages have it")
    if look.seen.stopped:
        got += f", stopped after {look.seen.stopped}"
    return failed(look, fault, got)


def _is_sorted(items: Sequence[Any], order: str) -> bool:
    """Whether *items* stand by their time; those of one second in whatever order."""
    times = [each.get("created_at") for each in items if isinstance(each, dict)]
    known = [each for each in times if isinstance(each, int)]
    return not order or known == sorted(known, reverse=order == "desc")


def same(look: Look, wanted: str, on_the_wire: bytes, sent: bytes) -> Judgement:
    """It gives the bytes that were uploaded: *wanted* in base64."""
    found = trouble(look)
    if found or look.seen.stopped:
        return found or failed(look)
    if look.seen.value == wanted:
        return WORKS
    guilt = "client" if on_the_wire == sent else "target"
    why = f"{len(on_the_wire)} bytes crossed the wire, {len(sent)} were uploaded"
    return failed(look, blame.Blame(guilt, why), "the bytes differ")


def gone(look: Look, after: Look) -> Judgement:
    """The deletion *look* raises nothing, and *after* it there is nothing more to retrieve."""
    found = trouble(look)
    if found or look.seen.stopped:
        return found or failed(look)
    if after.seen.error and after.seen.status in REFUSALS:
        return WORKS
    if after.seen.error:
        return failed(after)
    deletions = [each for each in look.exchanges if each.request.method == "DELETE" and each.ok]
    guilt = blame.Blame("target", "its deletion was confirmed")
    if not deletions:
        told = look.exchanges[0].told() if look.exchanges else "nothing was sent"
        guilt = blame.Blame("target" if look.exchanges else "client", told)
    return failed(look, guilt, "what was deleted is still there")


def refused(look: Look) -> Judgement:
    """It tells a refusal as an error, with its status and its reason."""
    if look.seen.cannot:
        return Judgement("cannot", look.seen.cannot, "client")
    if look.seen.broken or look.seen.stopped:
        return failed(look)
    last = look.exchanges[-1] if look.exchanges else None
    if look.seen.error is None:
        took = last is not None and last.ok
        why = f"the target answered {last.told()}" if last else "nothing was sent"
        fault = blame.Blame("target" if took else "client", why)
        return failed(look, fault, "no error is raised")
    if last is None:
        return WORKS  # refused by the client itself: its user knows
    if last.status not in REFUSALS:
        return failed(look)
    return _told(look, last)


def _told(look: Look, last: Exchange) -> Judgement:
    """Whether the error has the refusal's status and reason."""
    error = last.get("error")
    reason = error.get("message") if isinstance(error, dict) else None
    if not isinstance(reason, str):
        message = (look.seen.error or {}).get("message") or ""
        why = f"the refusal has no error object: {last.told()}"
        return Judgement("loses", f"the reason ({why}; told is {shown(message)})", "target")
    if look.seen.status != last.status:
        told = (look.seen.error or {}).get("class")
        says = f"the status: {last.status} is told as {told} ({look.seen.status})"
        return Judgement("loses", says, "client")
    if reason not in str((look.seen.error or {}).get("message")):
        return Judgement("loses", "the reason of a refusal (the client does not tell it)", "client")
    return WORKS
