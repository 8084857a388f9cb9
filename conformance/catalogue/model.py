"""The values of the catalogue: operations, requirements, features, profiles."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, replace
from enum import Enum


class Level(Enum):
    """How much a requirement binds (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


@dataclass(frozen=True, slots=True)
class Operation:
    """One of the nine operations: its id, method, path and the prefix of its requirements."""

    id: str
    method: str
    path: str
    prefix: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches the operation's path behind the base URL, as it is on the wire."""
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + "$")


#: What the ids of requirements begin with that only a proxy with our upstream can be held to.
PROXY = "proxy."


#: The nine operations, in the order of the contract and of every report.
OPERATIONS: tuple[Operation, ...] = (
    Operation("listContainers", "GET", "/containers", "container.list"),
    Operation("createContainer", "POST", "/containers", "container.create"),
    Operation("retrieveContainer", "GET", "/containers/{container_id}", "container.retrieve"),
    Operation("deleteContainer", "DELETE", "/containers/{container_id}", "container.delete"),
    Operation("listContainerFiles", "GET", "/containers/{container_id}/files", "file.list"),
    Operation("createContainerFile", "POST", "/containers/{container_id}/files", "file.create"),
    Operation(
        "retrieveContainerFile",
        "GET",
        "/containers/{container_id}/files/{file_id}",
        "file.retrieve",
    ),
    Operation(
        "deleteContainerFile", "DELETE", "/containers/{container_id}/files/{file_id}", "file.delete"
    ),
    Operation(
        "retrieveContainerFileContent",
        "GET",
        "/containers/{container_id}/files/{file_id}/content",
        "file.content",
    ),
)

#: Those on one file: the deletion comes behind what reads.
ON_A_FILE: tuple[Operation, ...] = tuple(
    sorted(
        (each for each in OPERATIONS if "{file_id}" in each.path),
        key=lambda each: each.method == "DELETE",
    )
)


@functools.cache
def _patterns() -> tuple[tuple[Operation, re.Pattern[str]], ...]:
    return tuple((operation, operation.pattern) for operation in OPERATIONS)


def operation_of(method: str, path: str) -> Operation | None:
    """The operation that *method* on *path* (behind the base URL) is; None if it is none."""
    for operation, pattern in _patterns():
        if operation.method == method and pattern.match(path):
            return operation
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a requirement comes from."""

    document: str
    place: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One sentence that must hold."""

    id: str
    level: Level
    operation: str
    sentence: str
    sources: tuple[Source, ...]
    since: str
    reason: str | None = None  # what a caller suffers where it does not hold
    feature: str | None = None
    passive: bool = False  # judged on every exchange of its operation
    retired_in: str | None = None

    @property
    def is_of_proxies(self) -> bool:
        """Whether it needs a view of both sides of a proxy, and so an upstream of ours."""
        return self.id.startswith(PROXY)


@dataclass(frozen=True, slots=True)
class Untested:
    """A sentence of a document that no case speaks for, and why."""

    sentence: str
    sources: tuple[Source, ...]
    untested: str


@dataclass(frozen=True, slots=True)
class Document:
    """What requirements cite; *places* says what each place states, where only we can say it."""

    name: str
    title: str
    what: str
    date: str
    version: str | None = None
    sha256: str | None = None
    places: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feature:
    """Something optional that a target may claim."""

    name: str
    sentence: str
    probed: bool  # whether an unclaimed feature is found out by a first request


#: Features whose SHOULD becomes a MUST where a target claims them: filters of a list.
RAISED_BY_CLAIM = frozenset({"name-filter", "before-cursor"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of requirements, with the levels that it raises."""

    name: str
    sentence: str
    requirements: tuple[str, ...]  # ids, sorted
    levels: dict[str, Level]
    features: dict[str, bool]  # what the profile takes as claimed or disclaimed
    cases: tuple[str, ...] = ()  # globs over the cases that it runs; none: all that speak

    def levelled(self, row: Requirement, claims: dict[str, bool]) -> Requirement:
        """*row* with the level that it has here, for a target that makes *claims*."""
        level = self.levels.get(row.id, row.level)
        if level is Level.SHOULD and row.feature in RAISED_BY_CLAIM and claims.get(row.feature):
            level = Level.MUST
        return replace(row, level=level)
