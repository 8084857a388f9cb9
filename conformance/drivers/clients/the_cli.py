"""The document of the command openai: each of its nine examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.drivers.clients import judging, steps
from conformance.drivers.clients.judging import Judgement
from conformance.drivers.clients.trip import BYTES, encoded

if TYPE_CHECKING:
    from conformance.drivers.clients.trip import Trip

DOCUMENT = "openai CLI"


def containers(trip: Trip) -> None:
    """Containers, and in one of them Files and Content; the key comes from the environment."""
    with steps.example(trip, f"{DOCUMENT} / Containers"):
        body = {"name": trip.name("name")}
        id_ = steps.create(trip, "openai containers create --name", body, body)
        if id_ is None:
            return
        where = {"container": id_}
        steps.listed(trip, "openai containers list", "list_containers", {}, [id_])
        title = "openai containers retrieve --container-id"
        steps.obtained(trip, title, "retrieve_container", where, {"id": id_})
    files(trip, id_)
    with steps.example(trip, f"{DOCUMENT} / Containers"):
        steps.deleted(trip, "openai containers delete --container-id", "delete_container", where)


def files(trip: Trip, id_: str) -> None:
    """Files / each command, and Content."""
    with steps.example(trip, f"{DOCUMENT} / Files"):
        look = trip.call("create_file", container=id_)
        if look.exchanges and look.exchanges[-1].refused:
            says = "names neither --file nor --file-id, so that there is nothing to create"
            judgement = Judgement("fails", says, "document")
        else:
            judgement = judging.shows(look, {"id": str}, {})
        trip.book("openai containers:files create --container-id", judgement, look)
        made = trip.api.upload(id_, BYTES, "bytes.bin").get("id")
        where = {"container": id_, "file": str(made)}
        title = "openai containers:files list --container-id"
        steps.listed(trip, title, "list_files", {"container": id_}, [str(made)])
        title = "openai containers:files retrieve --container-id --file-id"
        steps.obtained(trip, title, "retrieve_file", where, {"id": made})
        title = "openai containers:files:content retrieve --container-id --file-id"
        look = trip.call("content", **where)
        steps.book_equal(trip, title, look, encoded(BYTES))
        title = "openai containers:files delete --container-id --file-id"
        steps.deleted(trip, title, "delete_file", where)


EXAMPLES = (containers,)
