"""Finds out which optional features a target has, with at most two containers and 30 requests.

Refused with a 4xx, or never told of in any answer: the target lacks the feature. Shown in an
answer: it has it. Taken and then ignored or changed: neither, and said so, since a caller would
believe that it was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from conformance.checks import agreement
from conformance.errors import Failure, LimitReached, Signal
from conformance.evidence.exchange import shown
from conformance.plugin import waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.drivers import Api
    from conformance.evidence import Exchange

#: The most that a probe makes and sends, deletions included.
CONTAINERS, REQUESTS = 2, 30

#: Seconds that a probe may take.
DURATION_S = 300.0

#: Seconds that the list of a name may be late.
LATE_S = 4.0

CONTENT = b"conformance probe\r\n\x00\xff"

#: What is asked for beside the name, by feature: the field and its value.
OPTIONS: dict[str, tuple[str, Any]] = {
    "expiry": ("expires_after", {"anchor": "last_active_at", "minutes": 15}),
    "memory-limit": ("memory_limit", "4g"),
    "network-policy": ("network_policy", {"type": "disabled"}),
    "skills": ("skills", []),  # filled in by the caller: one inline skill
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one feature; *has* is None where nothing can be said."""

    feature: str
    has: bool | None
    why: str


@dataclass(slots=True)
class Probe:
    """One look at a target, feature by feature."""

    api: Api
    skill: dict[str, Any]
    container: str = ""
    found: dict[str, Finding] = field(default_factory=dict)

    def look(self, features: tuple[str, ...]) -> tuple[Finding, ...]:
        """What the target has of *features*, in their order."""
        self._try(self._options, tuple(OPTIONS))
        if self.container:
            self._try(self._name_filter, ("name-filter",))
            self._try(self._before, ("before-cursor",))
            self._try(self._file_copy, ("file-copy",))
            self._try(self._isolation, ("tenant-isolation",))
        unseen = "a target that ignores it answers alike: only its owner can say"
        self.found.setdefault("provider-selection", Finding("provider-selection", None, unseen))
        return tuple(
            self.found.get(name, Finding(name, None, "not found out")) for name in features
        )

    def _has(self, feature: str, why: str) -> None:
        self.found[feature] = Finding(feature, has=True, why=why)

    def _lacks(self, feature: str, why: str) -> None:
        self.found[feature] = Finding(feature, has=False, why=why)

    def _unclear(self, feature: str, why: str) -> None:
        self.found[feature] = Finding(feature, has=None, why=why)

    def _try(self, look: Callable[[], None], about: tuple[str, ...]) -> None:
        """Take a *look*; where it breaks off, say why *about* these features."""
        try:
            look()
        except (Failure, Signal, LimitReached) as why:
            for name in about:
                self.found.setdefault(name, Finding(name, None, str(why)))

    # What a container is created with.

    def _options(self) -> None:
        """Create a container with as many of the options as the target takes."""
        wanted = {**OPTIONS, "skills": ("skills", [self.skill])}
        for left_out in (
            chosen for size in range(len(wanted) + 1) for chosen in combinations(wanted, size)
        ):
            body = {key: value for name, (key, value) in wanted.items() if name not in left_out}
            answer = self.api.create_container(name=self.api.name("probe"), **body)
            if answer.ok:
                self._tell(answer, wanted, left_out)
                return
            if not answer.refused:
                break
        why = f"no container could be created: {answer.told()}"
        for name in OPTIONS:
            self._unclear(name, why)

    def _tell(
        self, created: Exchange, wanted: dict[str, tuple[str, Any]], refused: tuple[str, ...]
    ) -> None:
        id_ = created["id"]
        if not (isinstance(id_, str) and id_):
            raise Failure("an id that is a text", shown(id_), created.id)
        self.container = id_
        retrieved = self.api.retrieve_container(self.container)
        for name, (_, value) in wanted.items():
            if name in refused:
                self._lacks(name, "refused with a 4xx")
            elif name == "skills":
                self._has(name, "an inline skill is taken")
            else:
                self.found[name] = _told(name, value, created, retrieved)
        fields = {"expires_at", "file_ids"} & {*created.object}
        if fields:
            self._has("litellm-fields", f"a container tells {' and '.join(sorted(fields))}")
        else:
            self._lacks("litellm-fields", "no container tells expires_at or file_ids")

    # Lists.

    def _name_filter(self) -> None:
        """Look for our name, and for one that nobody has."""
        nobody = self.api.list_containers(name=self.api.name("nobody"), limit=100)
        if nobody.refused:
            self._lacks("name-filter", f"refused: {nobody.told()}")
        elif nobody.ids:
            self._unclear("name-filter", "taken and ignored: a name that nobody has lists others")
        else:
            self._look_for_ours()

    def _look_for_ours(self) -> None:
        """Look for our container by its name, again where the list may be late."""
        for _ in waiting.looks(LATE_S, first_s=1, slower=3, slowest_s=LATE_S):
            ours = self.api.list_containers(name=self.api.name("probe"), limit=100)
            if self.container in ours.ids:
                self._has("name-filter", "ours is found, and nothing for a name of nobody")
                return
        self._unclear("name-filter", "our own container is not found by its name")

    def _before(self) -> None:
        """Ask for what stands ahead of the second of two files."""
        for label in ("first", "second"):
            self.api.upload(self.container, CONTENT, f"{label}.txt")
        whole = self.api.list_files(self.container, order="asc", limit=10).ids
        if len(whole) < 2:  # noqa: PLR2004 - what stands ahead of something needs two
            self._unclear("before-cursor", "two uploaded files are not listed")
            return
        ahead = self.api.list_files(self.container, order="asc", limit=10, before=whole[1])
        if ahead.refused:
            self._lacks("before-cursor", f"refused: {ahead.told()}")
        elif ahead.ids == whole[:1]:
            self._has("before-cursor", "the page ahead of a file is answered")
        else:
            self._unclear("before-cursor", f"taken, and answered with {shown(ahead.ids)}")

    # Files and tenants.

    def _file_copy(self) -> None:
        """Upload a file to the Files API, and copy it into the container."""
        original = self.api.upload_original(CONTENT, "original.bin")
        if not original.ok:
            self._lacks("file-copy", f"there is no Files API: {original.told()}")
            return
        copied = self.api.create_file(self.container, {"file_id": original["id"]})
        if not copied.ok:
            say = self._lacks if copied.refused else self._unclear
            say("file-copy", f"a copy by file_id is answered with {copied.told()}")
            return
        content = self.api.content(self.container, str(copied["id"]))
        if content.content == CONTENT:
            self._has("file-copy", "a copy by file_id has the bytes of its original")
        else:
            self._unclear("file-copy", f"a copy has other bytes: {content.told()}")

    def _isolation(self) -> None:
        """Ask for the container with the other tenant's key, where there is one."""
        other = self.api.as_other_tenant()
        if other is None:
            self._unclear("tenant-isolation", "needs a second key (--second-api-key-env)")
            return
        seen = other.retrieve_container(self.container)
        if seen.refused:
            self._has("tenant-isolation", "another tenant's key is refused our container")
        else:
            self._unclear("tenant-isolation", f"another tenant's key is answered: {seen.told()}")


def _told(feature: str, sent: Any, *answers: Exchange) -> Finding:  # noqa: ANN401 - any JSON
    """Whether the *answers* tell what was *sent* to ask for *feature*, and the reason."""
    key = OPTIONS[feature][0]
    values = [agreement.field(each.json, key) for each in answers]
    seen = [each for each in values if each not in (agreement.ABSENT, None)]
    wrong = [each for each in seen if agreement.restricted(each, sent) != sent]
    if wrong:
        return Finding(feature, None, f"taken and changed: {key} is {shown(wrong[0])}")
    if not seen:
        return Finding(feature, has=False, why=f"no answer tells {key}")
    return Finding(feature, has=True, why=f"{key} is told as it was asked for")
