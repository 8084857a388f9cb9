"""What another operation bears witness to; one that can't be believed makes a case untestable.

A case about one operation sees its effect through others. Where those are broken they are
at fault, and booked by their own cases; here nothing can be said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from conformance.checks.fields import is_whole, last_id
from conformance.errors import Failure, NotApplicable, Untestable

if TYPE_CHECKING:
    from conformance.evidence import Exchange


class Witnesses(Protocol):
    """As much of the API as is asked here."""

    def list_containers(self, **params: Any) -> Exchange:  # noqa: ANN401 - any text or number
        """GET /containers."""

    def retrieve_container(self, container: str) -> Exchange:
        """GET /containers/{container_id}."""

    def list_files(self, container: str, **params: Any) -> Exchange:  # noqa: ANN401 - as above
        """GET /containers/{container_id}/files."""

    def retrieve_file(self, container: str, file: str) -> Exchange:
        """GET /containers/{container_id}/files/{file_id}."""


def believed(page: Exchange, prefix: str) -> Exchange:
    """A page that can be read.

    Raises:
        Untestable: if it was refused or has another shape; blames the list called *prefix*.
    """
    if not page.ok:
        raise Untestable(page.told(), blame=f"{prefix}.succeeds")
    try:
        _ = page.ids
    except Failure as failure:
        raise Untestable(str(failure), blame=f"{prefix}.data-is-an-array") from failure
    return page


def newest(api: Witnesses) -> Exchange:
    """The newest page of the list of containers.

    Raises:
        Untestable: if it can't be believed.
    """
    return believed(api.list_containers(limit=100, order="desc"), "container.list")


def on_the_newest(page: Exchange, container: Exchange) -> dict[str, Any]:
    """The item of the newest *page* that shows what *container* answered to its creation.

    Raises:
        Failure: if it is not there.
        NotApplicable: if newer ones of other people fill the page.
    """
    id_ = container.get("id")
    found = [each for each in page.data if each.get("id") == id_]
    if found:
        return found[0]
    must_show(page, container.get("created_at"))
    raise Failure(f"{id_} on the newest page", f"{len(page.data)} others", page.id)


def must_show(page: Exchange, created_at: object) -> None:
    """The newest *page* has room for a container of that time.

    Raises:
        NotApplicable: if newer ones of other people fill it.
    """
    oldest = page.data[-1].get("created_at") if page.data else None
    if page.get("has_more") is True and not is_before(oldest, created_at):
        raise NotApplicable("newer containers of others fill the newest page")


def is_before(one: object, other: object) -> bool:
    """Whether both are times, and *one* is the earlier."""
    return is_whole(one) and is_whole(other) and one < other


def named(page: Exchange, name: str) -> set[str]:
    """The ids of the containers of that *name* on a page, each once."""
    return {str(each["id"]) for each in page.data if each.get("name") == name}


def shows_only(page: Exchange, name: str) -> bool:
    """Whether the filter by *name* holds on the page: every name on it contains that one."""
    return all(name in str(each.get("name")) for each in page.data)


def lives(retrieved: Exchange) -> bool:
    """Whether the retrieval says that what was asked for lives; another's answer says nothing."""
    is_it = retrieved.get("id") == last_id(retrieved)
    return retrieved.ok and is_it and retrieved.get("status") != "deleted"


def is_gone(retrieved: Exchange) -> None:
    """What was *retrieved* after its deletion lives no longer.

    Raises:
        Failure: if it does.
    """
    if lives(retrieved):
        raise Failure("a refusal with a 4xx", retrieved.told(), retrieved.id)


def container_stays(api: Witnesses, container: str) -> Exchange:
    """The container is there, by its retrieval or by its list; returns what the first answered.

    Raises:
        Failure: if both say that it is gone.
        Untestable: if neither can tell.
    """
    retrieved = api.retrieve_container(container)
    if lives(retrieved) or container in newest(api).ids:
        return retrieved
    if not retrieved.refused:
        raise Untestable(retrieved.told(), blame="container.retrieve.succeeds")
    raise Failure("the container in place", retrieved.told(), retrieved.id)


def file_stays(api: Witnesses, container: str, file: str) -> None:
    """The file is there, by its retrieval or by its list.

    Raises:
        Failure: if both say that it is gone.
        Untestable: if neither can tell.
    """
    retrieved = api.retrieve_file(container, file)
    if retrieved.ok:
        return
    page = believed(api.list_files(container, limit=100), "file.list")
    if file in page.ids:
        return
    if not retrieved.refused:
        raise Untestable(retrieved.told(), blame="file.retrieve.succeeds")
    raise Failure("the file in place", retrieved.told(), retrieved.id)
