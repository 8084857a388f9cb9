"""What is kept: containers, their files, and files of the Files API, with their wire forms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Draft:
    """A container as asked for."""

    name: str
    file_ids: tuple[str, ...] = ()
    minutes: int = 20  # the default and the maximum
    memory_limit: str = "1g"
    network_policy: JsonObject | None = None  # without secrets, which are never kept


@dataclass(frozen=True, slots=True)
class Container:
    """A container as it stands."""

    id: str
    name: str
    created_at: int
    last_active_at: int
    status: str
    minutes: int
    memory_limit: str
    network_policy: JsonObject | None

    @property
    def is_expired(self) -> bool:
        """Whether its data is gone."""
        return self.status == "expired"

    def used_at(self, now: int) -> Container:
        """The same container, used at *now*."""
        return replace(self, last_active_at=now)

    def to_json(self) -> JsonObject:
        """The container object."""
        answer: JsonObject = {
            "id": self.id,
            "object": "container",
            "created_at": self.created_at,
            "status": self.status,
            "expires_after": {"anchor": "last_active_at", "minutes": self.minutes},
            "last_active_at": self.last_active_at,
            "memory_limit": self.memory_limit,
            "name": self.name,
        }
        if self.network_policy is not None:
            answer["network_policy"] = self.network_policy
        return answer


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in a container."""

    id: str
    container_id: str
    created_at: int
    bytes: int
    path: str
    filename: str
    blob: str

    def to_json(self) -> JsonObject:
        """The container file object."""
        return {
            "id": self.id,
            "object": "container.file",
            "created_at": self.created_at,
            "bytes": self.bytes,
            "container_id": self.container_id,
            "path": self.path,
            "source": "user",
        }


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of the Files API."""

    id: str
    created_at: int
    bytes: int
    filename: str
    purpose: str
    blob: str

    def to_json(self) -> JsonObject:
        """The file object."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": self.bytes,
            "created_at": self.created_at,
            "filename": self.filename,
            "purpose": self.purpose,
            "status": "processed",
        }


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived whole and belongs to nothing yet."""

    filename: str
    bytes: int
    blob: str
