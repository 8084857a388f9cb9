"""What must hold of every single exchange, whoever sent it and why.

Rule 1: nothing here sends anything or knows what came before: one exchange, judged alone.
Rule 2: each claim is on the operation of the exchange; faults between operations are
the scenarios' business.
Rule 3: an answer that our own upstream was told to give is not judged here.
Rule 4: an answer that asked for a rest (429, 503 with Retry-After) is judged for that alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.catalogue.facts import CONTENT, DELETIONS, LISTS, LONGEST_REST_S, PREFIX
from conformance.checks import envelope, fields, page
from conformance.errors import Failure
from conformance.evidence.exchange import NotJson, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.evidence import Exchange

CONTAINER = frozenset({"createContainer", "retrieveContainer"})
FILE = frozenset({"createContainerFile", "retrieveContainerFile"})

SERVER_ERROR, CONFLICT, OK = 500, 409, 200

#: Paths that a gateway in front of the provider may refuse in words of its own.
ODD_PATH = re.compile(r"%(2F|2E|25|[01][0-9A-F]|7F)", re.IGNORECASE)

#: Answers that every official client repeats.
REPEATED = frozenset({408, 409, 429})

#: Codes and types of refusals that are worth another try.
PASSING = frozenset({"insufficient_quota", "rate_limit_exceeded", "rate_limit_error"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One requirement, and how the exchange broke it; None if it held."""

    requirement: str
    failure: Failure | None


def judge(exchange: Exchange) -> Iterator[Claim]:
    """What *exchange* alone says of the requirements of its operation."""
    if exchange.operation is None or exchange.response is None or exchange.provoked:
        return
    prefix = PREFIX[exchange.operation]
    for suffix, check in _rules(exchange):
        try:
            check(exchange)
        except Failure as failure:
            failure.exchange = failure.exchange or exchange.id
            yield Claim(f"{prefix}.{suffix}", failure)
        else:
            yield Claim(f"{prefix}.{suffix}", None)


Rule = tuple[str, "Callable[[Exchange], None]"]


def _rules(exchange: Exchange) -> Iterator[Rule]:
    yield "retry-after-is-short", _retry_after
    if exchange.throttled:
        return
    yield "is-never-a-server-error", _no_server_error
    yield "is-not-redirected", _no_redirect
    yield "answer-is-complete", _complete
    yield "encoding-was-asked-for", _encoding
    by_a_gateway = exchange.refused and ODD_PATH.search(exchange.request.url)
    if not by_a_gateway:
        yield "carries-a-request-id", _request_id
    yield "error-type-fits-the-status", _error_type
    if exchange.refused:
        if not by_a_gateway:
            yield "errors-have-the-envelope", envelope.check
        yield "permanent-errors-are-not-retried", _not_repeated
    if exchange.ok:
        yield "success-is-200", _is_200
        if not _is_of_another(exchange):
            yield from _success(exchange)


def _success(exchange: Exchange) -> Iterator[Rule]:
    operation = str(exchange.operation)
    if operation == CONTENT:
        return
    if exchange.content:
        yield "answers-json", _declared_as_json
        yield "json-is-strict", _strict_json
    if operation in DELETIONS:
        yield "answers-a-body", _some_body
        if exchange.content:
            yield "answers-the-deletion", _deletion
    if operation in LISTS:
        yield from page.rules(exchange)
    elif operation in CONTAINER | FILE:
        yield "answers-the-object-itself", _object_itself
        body = exchange.json
        if isinstance(body, dict) and not _is_wrapped(body):
            table = fields.CONTAINER if operation in CONTAINER else fields.FILE
            for suffix, check in table:
                yield suffix, fields.on_body(check)


def _is_of_another(exchange: Exchange) -> bool:
    """Whether a list answers for one thing: a gateway has decoded a slash in the address."""
    is_one = exchange.operation in CONTAINER | FILE
    return is_one and exchange.get("object") == "list" and "%2f" in exchange.request.url.lower()


def _no_server_error(exchange: Exchange) -> None:
    if exchange.status >= SERVER_ERROR:
        raise Failure("an answer below 500", exchange.told())


def _no_redirect(exchange: Exchange) -> None:
    if exchange.status // 100 == 3:  # noqa: PLR2004 - the class of redirects
        where = shown(exchange.header("location") or "nowhere")
        raise Failure("an answer where the request was sent", f"{exchange.status} to {where}")


def _complete(exchange: Exchange) -> None:
    if exchange.response and exchange.response.flaw:
        raise Failure("an answer that arrives whole", exchange.response.flaw)


def _encoding(exchange: Exchange) -> None:
    accepted = exchange.request.header("accept-encoding")
    coded = exchange.header("content-encoding")
    if accepted is None or not coded:  # who says nothing takes anything
        return
    known = {each.partition(";")[0].strip().lower() for each in accepted.split(",")}
    for each in coded.lower().split(","):
        if each.strip().removeprefix("x-") not in {*known, "identity"} and "*" not in known:
            raise Failure(f"no content encoding but {shown(accepted)}", shown(coded))


def _request_id(exchange: Exchange) -> None:
    if not exchange.header("x-request-id"):
        raise Failure("a header x-request-id", "none")


def _retry_after(exchange: Exchange) -> None:
    asked = (exchange.header("retry-after") or "").strip()
    is_number = asked.isascii() and asked.isdigit()
    if is_number and (len(asked) > 9 or int(asked) > LONGEST_REST_S):  # noqa: PLR2004 - more than any rest has
        raise Failure("a Retry-After of at most 60", shown(asked))


def _error_type(exchange: Exchange) -> None:
    misfit = exchange.status == CONFLICT or exchange.status >= SERVER_ERROR
    error = exchange.get("error") if misfit else None
    if isinstance(error, dict) and error.get("type") == "invalid_request_error":
        raise Failure("another type than invalid_request_error", f"{exchange.status} of that type")


def _not_repeated(exchange: Exchange) -> None:
    told = (exchange.header("x-should-retry") or "").lower()
    if exchange.status in REPEATED and told != "false" and not _is_passing(exchange):
        raise Failure("a status that clients do not repeat", exchange.told())


def _is_passing(exchange: Exchange) -> bool:
    """Whether the refusal says of itself that it ends: a rate, or a quota that is used up."""
    error = exchange.get("error")
    codes = {error.get("code"), error.get("type")} if isinstance(error, dict) else set()
    return bool(exchange.header("retry-after")) or bool(codes & PASSING)


def _is_200(exchange: Exchange) -> None:
    if exchange.status != OK:
        raise Failure("200", exchange.told())


def _declared_as_json(exchange: Exchange) -> None:
    declared = (exchange.header("content-type") or "").split(";")[0].strip().lower()
    if declared != "application/json":
        raise Failure("Content-Type: application/json", declared or "no Content-Type")


def _strict_json(exchange: Exchange) -> None:
    body = exchange.json
    if isinstance(body, NotJson):
        raise Failure("strict JSON", f"{body.why}: {exchange.told()}")


def _some_body(exchange: Exchange) -> None:
    if not exchange.content:
        raise Failure("a JSON body", exchange.told())


def _deletion(exchange: Exchange) -> None:
    wanted = DELETIONS[str(exchange.operation)]
    asked = fields.last_id(exchange)
    # What became of an id that is oddly written is told by ids-are-decoded-once.
    if exchange["id"] != asked and not ODD_PATH.search(exchange.request.url):
        raise Failure(f"the id {shown(asked)}", shown(exchange["id"]))
    if exchange["object"] != wanted:
        raise Failure(f'object "{wanted}"', shown(exchange["object"]))
    if exchange["deleted"] is not True:
        raise Failure("deleted: true", shown(exchange["deleted"]))


def _is_wrapped(body: dict[str, object]) -> bool:
    if body.get("error"):
        return True
    holds_one = any(isinstance(each, dict) and "id" in each for each in body.values())
    return "id" not in body and ("data" in body or holds_one or not body)


def _object_itself(exchange: Exchange) -> None:
    if _is_wrapped(exchange.object):
        raise Failure("the object itself", exchange.told())
