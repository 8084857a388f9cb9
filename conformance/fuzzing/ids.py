"""Ids that nobody was given: whatever they look like, nothing answers to them."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from conformance.drivers.api import path_of

if TYPE_CHECKING:
    from conformance.fuzzing.lab import Lab

#: What ends ids that trip many a reader, the likeliest first.
ODDITIES = ("é", "a" * 300, "\0", "'", "%2e", " ", "\r\n", "%252e")

_PLAIN = re.compile(r"[A-Za-z0-9_-]*")


def refuse_unknown(lab: Lab, container: str) -> None:
    """Ask for made-up containers, and for made-up files of *container*."""
    has_files = "{file_id}" in lab.operation.path

    def attempt(odd: str) -> None:
        plain = bool(_PLAIN.fullmatch(odd))
        if has_files and len(odd) % 2:
            path = _path(lab, container, lab.made_up("cfile", odd))
            suffix = "unknown-file-is-refused"
        else:
            path = _path(lab, lab.made_up("cntr", odd), lab.made_up("cfile", ""))
            suffix = "unknown-container-is-refused"
        answer = lab.api.send(lab.operation.method, path, headers={"Accept": "*/*"})
        lab.refused(answer, suffix if plain else "ids-are-decoded-once")

    known = ODDITIES[: lab.share.invalid]
    for ending in ("", "x", *known):
        if lab.search.budget.allows():
            lab.search.first(functools.partial(attempt, ending))
    lab.search.over("ids", lab.oddities(), attempt, lab.share.invalid - len(known))


def _path(lab: Lab, container: str, file: str) -> str:
    names = {"{container_id}": container, "{file_id}": file}
    return path_of(*(names.get(each, each) for each in lab.operation.path.split("/")[1:]))
