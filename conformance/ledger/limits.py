"""The hard limits of a run, and who has set each of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

#: The option that sets each limit, unless something else bounds it closer.
OPTIONS = {
    "containers": "--max-containers",
    "requests": "--max-requests",
    "duration_s": "--max-duration",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The hard limits over all workers together."""

    containers: int
    requests: int
    duration_s: float
    rps: float | None = None
    names: dict[str, str] = field(default_factory=dict)  # of those that no option has set

    def within(self, whose: str, **bounds: float) -> Limits:
        """These limits, but for the *bounds* that are closer, which are then told as *whose*."""
        closer = {name: most for name, most in bounds.items() if most < getattr(self, name)}
        names = {name: f"{whose} bound of {_told(name, most)}" for name, most in closer.items()}
        return replace(self, **closer, names=self.names | names)  # type: ignore[arg-type]  # of numbers

    def name(self, limit: str) -> str:
        """What bounds *limit*, for whoever reaches it: an option, or who else has set it."""
        return self.names.get(limit, OPTIONS[limit])


def _told(limit: str, most: float) -> str:
    return f"{most:g} seconds" if limit == "duration_s" else f"{most} {limit}"
