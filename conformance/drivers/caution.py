"""Which ids may stand in an address: ours, made-up ones, and none that leads elsewhere."""

from __future__ import annotations

import hashlib
import math
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

from conformance.errors import SuiteError, Untestable
from conformance.evidence.exchange import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.ledger import Ledger

#: Characters of a path; httpx takes no longer URLs than 65,536.
LONGEST_PATH = 60_000

#: What a name of digits may lose where it is taken for a number, of 1.
AS_A_NUMBER = 1e-5

#: The requirement to blame where the target answers a creation with what it did not make.
ANOTHERS = "container.create.echoes-the-name"

#: The requirement to blame where the target gives an id without a letter.
EMPTY = "container.create.id-is-a-string"


class ForeignContainer(SuiteError):
    """A request would have named a container that this run neither made nor made up."""


def guard(ledger: Ledger, method: str, path: str, *, names_none: bool = False) -> None:
    """Refuse a path that names a container which is neither ours nor made up.

    Nor may a deletion name none, unless it is meant so: *names_none*.

    Raises:
        ForeignContainer: if it does.
        Untestable: if the target gave an id that is another's, or that can't be in an address.
    """
    segments = path.partition("?")[0].split("/")
    for before, raw in pairwise(segments):
        if unquote(before) != "containers":
            continue
        if not unquote(raw).strip():
            if method == "DELETE" and not names_none:
                raise Untestable("the target gave an empty id, which names all", blame=EMPTY)
            if not raw:
                continue
        id_ = unquote(raw)
        if is_foreign(ledger, id_):
            raise Untestable("the target gave the id of another's container", blame=ANOTHERS)
        if not (ledger.knows(id_) or ledger.knows(raw)):
            raise ForeignContainer(
                f"The suite was about to name the container {raw[:80]!r}, which is not its "
                "own: nothing was sent. Please report this as a fault of the suite."
            )
    if len(path) > LONGEST_PATH or {".", ".."} & set(segments):
        raise Untestable(f"the target gave an id that can't stand in an address: {shown(path)}")


def note_foreign(ledger: Ledger, ids: Iterable[object]) -> None:
    """Remember *ids* of containers that are not ours, whatever the target says later."""
    for each in ids:
        if isinstance(each, str):
            ledger.note(_foreign(each), "yes")


def is_foreign(ledger: Ledger, id_: str) -> bool:
    """Whether *id_* is known to be another's."""
    return ledger.noted(_foreign(id_)) is not None


def _foreign(id_: str) -> str:
    """What is noted of *id_*: nothing that can be read, since a target may give a key as an id."""
    return f"foreign {hashlib.sha256(id_.encode('utf-8', 'surrogatepass')).hexdigest()}"


def is_name_of_ours(ledger: Ledger, name: object, wanted: str | None) -> bool:
    """Whether only a container of this run can have this *name*, if it was *wanted* otherwise.

    The id of the run is in it, or it is the number that *wanted*, a name of digits, is.
    """
    if not isinstance(name, str | int | float):
        return False
    if str(ledger.noted("run")).lower() in str(name).lower():
        return True
    if not wanted or not wanted.isdecimal():
        return False
    try:
        return math.isclose(float(name), float(wanted), rel_tol=AS_A_NUMBER)
    except ValueError:
        return False
