"""Ids that are nearly right, and nothing's."""

from __future__ import annotations

import re

from conformance.errors import NotApplicable
from conformance.evidence.exchange import shown

#: Letters of an id that is no other's without its last.
SURE = 20

#: An id that may be read in either case (RFC 9562, 4).
UUID = re.compile(r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|^[0-9a-f]{32}$")


def without_its_end(id_: str) -> str:
    """*id_* but for its last letter.

    Raises:
        NotApplicable: if it is so short that it may be the id of something else.
    """
    if len(id_) < SURE:
        raise NotApplicable(f"without its last letter {shown(id_)} may be the id of another")
    return id_[:-1]


def with_a_letter_more(id_: str) -> str:
    """*id_* with its last letter twice.

    Raises:
        NotApplicable: if it is so short that it may be the id of something else.
    """
    return without_its_end(id_) + id_[-1] * 2


def half_encoded(id_: str) -> str:
    """*id_* with its last letter as a percent sign and two digits."""
    return f"{id_[:-1]}%{ord(id_[-1]):02X}"


def in_the_other_case(id_: str) -> str:
    """*id_* with small letters for capitals and capitals for small ones.

    Raises:
        NotApplicable: if that means the same, or may be the id of something else.
    """
    other = without_its_end(id_).swapcase() + id_[-1].swapcase()
    if other == id_ or UUID.search(id_):
        raise NotApplicable(f"{id_} means the same in either case")
    return other
