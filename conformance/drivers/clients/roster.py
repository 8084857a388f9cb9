"""Every client that is driven, by the name that ``--client`` takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.drivers.clients.openai_cli import Cli
from conformance.drivers.clients.program import Program
from conformance.drivers.clients.rooms import ROOMS, Room
from conformance.drivers.clients.seen import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.drivers.clients.seen import Access, Client

PROGRAMS = Path(__file__).parent / "programs"

#: The names that ``--client`` takes, in the order of the report.
NAMES = ("httpx", "openai-python", "openai-node", "litellm", "openai-cli")

#: What LiteLLM needs so as not to ask a public host for prices.
OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}

#: Which program speaks for each client that has one.
MODULES = {"openai-python": "openai_python", "litellm": "litellm_sdk"}


@dataclass(frozen=True, slots=True)
class Column:
    """One client in one version and one mode; without a room it is in our own process."""

    client: str
    room: Room | None = None
    mode: str = ""

    @property
    def label(self) -> str:
        """What the ids of its exchanges and the names of its containers begin with."""
        version = self.room.version.replace(".", "_") if self.room else ""
        return "-".join(each for each in (self.client, version, self.mode) if each)

    @property
    def facts(self) -> Facts:
        """What is known before it was started."""
        return Facts(self.client, self.room.version if self.room else "", "", self.mode)

    def start(self, where: Path, access: Access) -> Client:
        """Start it from its environment at *where*.

        Raises:
            ClientBroken: if it does not come up.
        """
        if self.client == "openai-cli":
            return Cli(where, access)
        if self.client == "openai-node":
            command = ["node", str(PROGRAMS / "openai_node.mjs"), str(where)]
        else:
            command = [str(where), str(PROGRAMS / "loop.py"), MODULES[self.client]]
        if self.client == "litellm":
            access = replace(access, environment=OFFLINE)
        return Program(self.facts, command, access)


def _columns() -> tuple[Column, ...]:
    columns = [Column("httpx")]
    for room in ROOMS:
        both = room.kind == "python" and not room.version.startswith("1.109")
        modes = ("sync", "async") if both else ("",)
        columns += [Column(room.client, room, mode) for mode in modes]
    return tuple(columns)


COLUMNS = _columns()


def chosen(names: Iterable[str]) -> tuple[Column, ...]:
    """The columns of the clients called *names*; of all, if none are."""
    wanted = set(names) or set(NAMES)
    return tuple(each for each in COLUMNS if each.client in wanted)
