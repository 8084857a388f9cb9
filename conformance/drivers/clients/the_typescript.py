"""The TypeScript document: its usage examples, and its complete workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.drivers.clients import steps
from conformance.drivers.clients.judging import Judgement
from conformance.drivers.clients.trip import encoded

if TYPE_CHECKING:
    from conformance.drivers.clients.trip import Trip

DOCUMENT = "TypeScript SDK"

DATA, SCRIPT = b"a,b\n1,2\n", b"print('processed')\n"

#: The longest life that OpenAI gives a container, in minutes.
LONGEST = 20


def _create(trip: Trip, name: str, minutes: int | None) -> str | None:
    body: dict[str, Any] = {"name": trip.name(name)}
    nearest = dict(body)
    if minutes:
        body["expires_after"] = {"anchor": "last_active_at", "minutes": minutes}
        nearest["expires_after"] = {"anchor": "last_active_at", "minutes": LONGEST}
    wanted = f", expires_after {minutes} minutes" if minutes else ""
    return steps.create(trip, f"containers.create{wanted}", body, nearest)


def container_management(trip: Trip) -> None:
    """Container Management / Usage Examples."""
    with steps.example(trip, f"{DOCUMENT} / Container Management"):
        id_ = _create(trip, "python-executor", 60)
        if id_ is None:
            return
        where = {"container": id_}
        steps.obtained(trip, "containers.retrieve", "retrieve_container", where, {"status": str})
        walk = {"order": "desc"}
        steps.listed(trip, "for await containers.list", "list_containers", walk, [id_])
        steps.deleted(trip, "containers.delete", "delete_container", where)


def file_management(trip: Trip) -> None:
    """File Management / Usage Examples, and File Content Access."""
    with steps.example(trip, f"{DOCUMENT} / File Management"):
        id_ = _create(trip, "data-processor", None)
        if id_ is None:
            return
        file = _upload(trip, id_, DATA, "data.csv")
        copied = _copy(trip, id_)
        files = [each for each in (file, copied) if each]
        walk = {"container": id_}
        steps.listed(trip, "for await files.list", "list_files", walk, files)
        where = {"container": id_, "file": file or ""}
        wanted = {"created_at": int}
        steps.obtained(trip, "files.retrieve", "retrieve_file", where, wanted)
    with steps.example(trip, f"{DOCUMENT} / File Content Access"):
        _contents(trip, where)
    with steps.example(trip, f"{DOCUMENT} / File Management"):
        steps.deleted(trip, "files.delete", "delete_file", where)
    trip.call("delete_container", container=id_)


def _upload(
    trip: Trip, container: str, content: bytes, name: str, media: str | None = None
) -> str | None:
    given = {"content": encoded(content), "filename": name, "media": media}
    look = trip.call("create_file", container=container, **given)
    needed = {"path": str, "bytes": len(content), "id": str}
    title = f"files.create(toFile(…, {name}))"
    judgement = steps.book_shown(trip, title, look, needed)
    return str(look.seen.value["id"]) if judgement.verdict == "works" else None


def _copy(trip: Trip, container: str) -> str | None:
    path = trip.directory / "script.py"
    path.write_bytes(SCRIPT)
    look = trip.call("upload_original", path=str(path))
    if look.seen.error and trip.common.original is None:
        says = f"the target has no Files API ({trip.common.no_original})"
        trip.book("client.files.create", Judgement("cannot", says, "document"), look)
        return None
    if steps.book_shown(trip, "client.files.create", look, {"id": str}).verdict != "works":
        return None
    look = trip.call("create_file", container=container, file_id=look.seen.value["id"])
    judgement = steps.book_shown(trip, "files.create({file_id})", look, {"id": str})
    return str(look.seen.value["id"]) if judgement.verdict == "works" else None


def _contents(trip: Trip, where: dict[str, Any]) -> None:
    look = trip.call("text", **where)
    steps.book_equal(trip, "content.retrieve, response.text()", look, DATA.decode())
    look = trip.call("content", **where)
    steps.book_equal(trip, "content.retrieve, response.arrayBuffer()", look, encoded(DATA))


def complete_workflow(trip: Trip) -> None:
    """Complete Workflow Example, with a result that stands in for what code would have written."""
    with steps.example(trip, f"{DOCUMENT} / Complete Workflow Example"):
        id_ = _create(trip, "data-analysis-env", 120)
        if id_ is None:
            return
        made = [
            _upload(trip, id_, DATA, "data.csv", "text/csv"),
            _upload(trip, id_, SCRIPT, "process.py", "text/x-python"),
        ]
        files = [each for each in made if each]
        walk = {"container": id_}
        steps.listed(trip, "for await files.list", "list_files", walk, files)
        result = _upload(trip, id_, b"42\n", "output_result.txt")
        look = steps.listed(
            trip,
            "for await files.list again",
            "list_files",
            walk,
            [*files, *filter(None, [result])],
        )
        _download(trip, id_, look.seen.value)
        steps.deleted(trip, "containers.delete", "delete_container", {"container": id_})


def _download(trip: Trip, container: str, items: object) -> None:
    """Download what the document's condition on `path` takes, as it is written."""
    files = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    paths = [(str(each.get("path")), each.get("id")) for each in files]
    taken = [id_ for path, id_ in paths if path.startswith("output_")]
    if not taken:
        shown = next((path for path, _ in paths if "output_" in path), "none")
        says = f'file.path.startsWith("output_") is never true: path is a whole path ({shown})'
        look = trip.call("list_files", container=container)
        trip.book("download of the results", Judgement("fails", says, "document"), look)
        taken = [id_ for path, id_ in paths if "output_" in path]
    for id_ in taken:
        look = trip.call("text", container=container, file=id_)
        steps.book_equal(trip, "content.text() of a result", look, "42\n")


EXAMPLES = (container_management, file_management, complete_workflow)
