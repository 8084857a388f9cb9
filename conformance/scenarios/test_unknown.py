"""What does not exist: ids that nobody was given, odd ids, methods that the contract lacks."""

import pytest

from conformance.catalogue import ON_A_FILE, OPERATIONS
from conformance.checks.ids import (
    half_encoded,
    in_the_other_case,
    with_a_letter_more,
    without_its_end,
)
from conformance.checks.status import answered, refused, succeeded
from conformance.checks.witness import container_stays
from conformance.drivers.api import path_of
from conformance.errors import Failure

cost = pytest.mark.cost
requirement = pytest.mark.requirement

IN_A_CONTAINER = tuple(each for each in OPERATIONS if "{container_id}" in each.path)

#: Redirects behind which a client sends the same method again.
KEEPING_THE_METHOD = (307, 308)

READ_BY_ID = {
    "container.retrieve": "retrieveContainer",
    "file.list": "listContainerFiles",
    "file.retrieve": "retrieveContainerFile",
    "file.content": "retrieveContainerFileContent",
}

#: A method that no document has, for the path of each operation.
STRANGE = {
    "listContainers": "PUT",
    "createContainer": "PATCH",
    "retrieveContainer": "PUT",
    "deleteContainer": "PATCH",
    "listContainerFiles": "PUT",
    "createContainerFile": "PATCH",
    "retrieveContainerFile": "PUT",
    "deleteContainerFile": "PATCH",
    "retrieveContainerFileContent": "PUT",
}


@requirement(*(f"{each.prefix}.unknown-container-is-refused" for each in IN_A_CONTAINER))
@requirement(*(f"{each.prefix}.unknown-container-is-404" for each in IN_A_CONTAINER))
@cost(requests=7)
def test_unknown_container_is_404(api, holds):
    container, file = api.made_up("cntr"), api.made_up("cfile")
    for operation in IN_A_CONTAINER:
        answer = api.ask(operation.id, container, file)
        with holds(f"{operation.prefix}.unknown-container-is-refused"):
            refused(answer)
        with holds(f"{operation.prefix}.unknown-container-is-404"):
            answered(answer, 404)


@requirement(*(f"{each.prefix}.unknown-file-is-refused" for each in ON_A_FILE))
@requirement(*(f"{each.prefix}.unknown-file-is-404" for each in ON_A_FILE))
@cost(requests=3)
def test_unknown_file_is_404(api, holds, shelf):
    container, _ = shelf
    for operation in ON_A_FILE:
        answer = api.ask(operation.id, container.id, api.made_up("cfile"))
        with holds(f"{operation.prefix}.unknown-file-is-refused"):
            refused(answer)
        with holds(f"{operation.prefix}.unknown-file-is-404"):
            answered(answer, 404)


@requirement("container.retrieve.unknown-container-is-refused")
@requirement("file.retrieve.unknown-file-is-refused", "file.content.unknown-file-is-refused")
@cost(requests=5)
def test_nearly_an_id_is_no_id(api, holds, shelf):
    container, files = shelf
    for nearly in (without_its_end, with_a_letter_more):
        odd, of_a_file = api.wire.ledger.make_up(nearly(container.id)), nearly(files[0].id)
        with holds("container.retrieve.unknown-container-is-refused"):
            refused(api.retrieve_container(odd))
        with holds("file.retrieve.unknown-file-is-refused"):
            refused(api.retrieve_file(container.id, of_a_file))
    with holds("file.content.unknown-file-is-refused"):
        refused(api.content(container.id, without_its_end(files[0].id)))


@requirement(*(f"{each}.ids-keep-their-case" for each in READ_BY_ID))
@cost(requests=4)
def test_ids_keep_their_case(api, holds, shelf):
    container, files = shelf
    for prefix, operation in READ_BY_ID.items():
        is_of_a_file = operation.startswith("retrieveContainerFile")
        with holds(f"{prefix}.ids-keep-their-case"):
            other = in_the_other_case(files[0].id if is_of_a_file else container.id)
            api.wire.ledger.make_up(other)
            where = (container.id, other) if is_of_a_file else (other, "")
            refused(api.ask(operation, *where))


@requirement(*(f"{each.prefix}.ids-are-decoded-once" for each in IN_A_CONTAINER))
@cost(requests=15)
def test_encoded_ids_are_decoded_once(api, holds, given, shelf, depot):
    container, files = shelf
    for operation in IN_A_CONTAINER:
        climbing = f"{container.id}/files/{files[0].id}/../.."
        api.wire.ledger.make_up(climbing)
        with holds(f"{operation.prefix}.ids-are-decoded-once"):
            on_file = "{file_id}" in operation.path
            refused(
                api.ask(operation.id, container.id, f"{files[0].id}/../{files[1].id}")
                if on_file
                else api.ask(operation.id, climbing, "")
            )
    with holds("container.retrieve.ids-are-decoded-once"):
        refused(api.retrieve_container(api.wire.ledger.make_up(f"{container.id}/files")))
    file = given.file(depot.id, b"twice\n", "twice.txt")
    api.wire.ledger.note(f"spare file of {depot.id}", file.id)  # for a later look
    for operation in IN_A_CONTAINER:
        if operation.id == "deleteContainer":
            continue  # what is taken for the depot would be gone: test_container_delete has it
        with holds(f"{operation.prefix}.ids-are-decoded-once"):
            if "{file_id}" in operation.path:
                refused(api.ask(operation.id, depot.id, half_encoded(file.id)))
            else:
                odd = api.wire.ledger.make_up(half_encoded(depot.id))
                refused(api.ask(operation.id, odd, file.id))


@requirement("container.retrieve.trailing-slash-is-no-list", "container.delete.empty-id-is-refused")
@cost(requests=8)
def test_empty_id_is_refused(api, holds, bench, flock, depot):
    with holds("container.retrieve.trailing-slash-is-no-list"):
        refused(api.send("GET", "/containers/"))
    with holds("container.delete.empty-id-is-refused"):
        bench.only_on_loopback("a target that took it for all of them would lose everything")
        there = [*flock, depot] if api.retrieve_container(depot.id).ok else flock
        with bench.naming_no_container():
            answer = api.send("DELETE", "/containers/", headers={"Accept": "*/*"})
            if answer.status in KEEPING_THE_METHOD:  # routers lead from there to the list
                answer = api.send("DELETE", "/containers", headers={"Accept": "*/*"})
        refused(answer)
        for each in there:
            container_stays(api, each.id)


@requirement(*(f"{each.prefix}.other-methods-are-refused" for each in OPERATIONS))
@cost(requests=11)
def test_other_methods_are_refused(api, holds, given, depot):
    container = depot
    file = given.file(container.id, b"methods\n", "methods.txt")
    paths = {"container_id": container.id, "file_id": file.id}
    for operation in OPERATIONS:
        path = "".join(
            path_of(paths[part[1:-1]]) if part.startswith("{") else f"/{part}"
            for part in operation.path.strip("/").split("/")
        )
        with holds(f"{operation.prefix}.other-methods-are-refused"):
            answer = api.send(STRANGE[operation.id], path, json_body={})
            if not answer.refused and answer.status != 501:
                raise Failure("a refusal with a 4xx or 501", answer.told(), answer.id)
    with holds("container.delete.other-methods-are-refused"):
        container_stays(api, container.id)


@requirement("container.list.odd-queries-are-survived")
@cost(requests=1)
def test_unknown_query_keys_are_ignored(api):
    succeeded(api.list_containers(limit=1, conformance="1", timezone="Europe/Zürich"))
