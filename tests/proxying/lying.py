"""What a lie of a proxy is made of, and the table of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, urlencode

from conformance.catalogue import OPERATIONS, operation_of
from tests.proxying.reverse import Message, Proxy

PREFIXES = {each.id: f"proxy.{each.prefix}" for each in OPERATIONS}
ALL = tuple(PREFIXES)
LISTS = ("listContainers", "listContainerFiles")
CREATE, UPLOAD, CONTENT = "createContainer", "createContainerFile", "retrieveContainerFileContent"
DELETIONS = ("deleteContainer", "deleteContainerFile")
JSON = tuple(each for each in ALL if each != CONTENT)
OBJECTS = tuple(each for each in JSON if each not in DELETIONS)


@dataclass(frozen=True)
class Lie:
    """One lie: on which operations, which claims of them must fail, and what it may touch too."""

    name: str
    sentence: str
    operations: tuple[str, ...]
    claims: tuple[str, ...]
    how: dict[str, Any]
    also: tuple[str, ...] = ()  # claims, as globs, that may fail or be untestable because of it
    options: tuple[str, ...] = ()
    base: Callable[..., Proxy] = Proxy

    @property
    def breaks(self) -> set[str]:
        """The requirements that must fail."""
        known = {(op, claim) for op in self.operations for claim in self.claims}
        return {f"{PREFIXES[op]}.{claim}" for op, claim in known}

    def must_fail(self, requirement: str) -> bool:
        """Whether *requirement* must fail."""
        return requirement in self.breaks

    def may_touch(self, requirement: str) -> bool:
        """Whether *requirement* need not hold in its presence."""
        mine = any(requirement.startswith(f"{PREFIXES[op]}.") for op in self.operations)
        claim = requirement.rpartition(".")[2]
        return mine and any(fnmatchcase(claim, each) for each in (*self.claims, *self.also))


LIES: dict[str, Lie] = {}


def lie(
    name: str,
    sentence: str,
    operations: str | tuple[str, ...],
    claims: str | tuple[str, ...],
    *,
    also: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
    base: Callable[..., Proxy] = Proxy,
    **how: Any,
) -> None:
    """Enter a lie; what it does it does to its operations alone."""
    chosen = (operations,) if isinstance(operations, str) else operations
    told = (claims,) if isinstance(claims, str) else claims
    limited = {key: _limited(key, chosen, value) for key, value in how.items()}
    LIES[name] = Lie(name, sentence, chosen, told, limited, also, options, base)


#: What a proxy does where it does not lie.
HONEST = {"times": 1, "repeats": False, "local": None, "on_request": None, "on_answer": None}


def _limited(key: str, operations: tuple[str, ...], act: Any) -> Any:
    """*act* on those operations, and the honest thing on others."""
    if not callable(act):
        return act

    def limited(*messages: Message) -> Any:
        found = operation_of(messages[-1].method, messages[-1].path)
        return act(*messages) if found and found.id in operations else HONEST[key]

    return limited


def fields_of(message: Message, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the JSON object of *message*, and the items in it where it is a list."""
    body = message.json
    if isinstance(body, dict) and "error" not in body:
        for each in body.get("data", [body]):
            change(each)
        message.json = body


def error_of(answer: Message, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the envelope of an error, where *answer* is one."""
    body = answer.json
    if isinstance(body, dict) and "error" in body:
        change(body)
        answer.json = body


def query_of(request: Message, change: Callable[[dict[str, str]], object]) -> None:
    """Change the parameters of *request*."""
    query = dict(parse_qsl(request.query))
    change(query)
    request.query = urlencode(query)


def without(name: str) -> Callable[[Message, Message], None]:
    """An answer without the header *name*."""
    return lambda answer, _: answer.headers.pop(name, None)


def becomes(before: int, after: int) -> Callable[[Message, Message], None]:
    """An answer's status turned into another."""

    def turn(answer: Message, _: Message) -> None:
        if answer.status == before:
            answer.status = after

    return turn


def fails_if(test: Callable[[Message], bool], status: int) -> Callable[[Message, Message], None]:
    """An error in place of a success whose body the proxy can't take."""

    def fail(answer: Message, _: Message) -> None:
        if answer.status < 300 and test(answer):
            answer.status, answer.headers = status, {"content-type": "application/json"}
            answer.body = b'{"error":{"message":"not understood"}}'

    return fail


def dropped(name: str) -> Callable[[Message], None]:
    """A request without the field *name*."""
    return lambda request: fields_of(request, lambda body: body.pop(name, None))
