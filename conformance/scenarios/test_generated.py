"""Requests that nobody wrote: generated from the OpenAPI document and held against a model."""

import pytest

from conformance.catalogue import OPERATIONS

requirement = pytest.mark.requirement

BY_ID = {operation.id: operation for operation in OPERATIONS}

#: What the case of an operation speaks for, beside what passive checks see.
SPEAKS = {
    "listContainers": (
        "container.list.valid-requests-are-accepted",
        "container.list.answers-fit-the-document",
        "container.list.cursor-is-exclusive",
        "container.list.has-more-is-true-before-the-end",
    ),
    "createContainer": (
        "container.create.valid-requests-are-accepted",
        "container.create.answers-fit-the-document",
        "container.create.invalid-requests-are-refused",
        "container.create.echoes-the-name",
        "container.create.keeps-unicode-names",
        "container.retrieve.name-is-as-created",
        "container.retrieve.valid-requests-are-accepted",
        "container.retrieve.answers-fit-the-document",
    ),
    "retrieveContainer": (
        "container.retrieve.valid-requests-are-accepted",
        "container.retrieve.unknown-container-is-refused",
    ),
    "deleteContainer": (
        "container.delete.valid-requests-are-accepted",
        "container.delete.answers-fit-the-document",
        "container.delete.removes-the-container",
        "container.delete.unknown-container-is-refused",
    ),
    "listContainerFiles": (
        "file.list.valid-requests-are-accepted",
        "file.list.answers-fit-the-document",
        "file.list.order-asc-is-oldest-first",
        "file.list.order-desc-is-newest-first",
        "file.list.default-order-is-desc",
        "file.list.cursor-moves-on",
        "file.list.has-more-is-true-before-the-end",
        "file.list.has-more-is-false-at-the-end",
    ),
    "createContainerFile": (
        "file.create.valid-requests-are-accepted",
        "file.create.answers-fit-the-document",
        "file.create.bytes-is-the-size",
        "file.create.path-ends-with-the-name",
        "file.retrieve.bytes-is-as-created",
        "file.retrieve.path-is-as-created",
        "file.content.bytes-are-identical",
        "file.list.shows-the-created",
    ),
    "retrieveContainerFile": (
        "file.retrieve.valid-requests-are-accepted",
        "file.retrieve.answers-fit-the-document",
        "file.retrieve.unknown-file-is-refused",
    ),
    "deleteContainerFile": (
        "file.delete.valid-requests-are-accepted",
        "file.delete.answers-fit-the-document",
        "file.delete.removes-the-file",
        "file.delete.removes-nothing-else",
        "file.content.deleted-file-is-refused",
        "file.content.bytes-are-identical",
    ),
    "retrieveContainerFileContent": (
        "file.content.valid-requests-are-accepted",
        "file.content.answers-fit-the-document",
        "file.content.unknown-file-is-refused",
    ),
}


def operations(*ids):
    return pytest.mark.parametrize(
        "operation",
        [pytest.param(BY_ID[id_], id=id_, marks=requirement(*SPEAKS[id_])) for id_ in ids],
    )


@pytest.fixture
def generate(bench, api, given, record, eventually):
    """Runs the generated case of an operation, over what is there to be read."""
    from conformance.fuzzing import cases  # noqa: PLC0415 - only where requests are generated

    def run(operation, there=None):
        level, openapi, claims = bench.settings.fuzz, bench.catalogue.openapi(), bench.scope.claims
        lab = cases.lab_of(operation, level, api, given, record, openapi, claims, eventually)
        cases.run(lab, there)

    return run


@operations("listContainers")
def test_generated_lists_are_right(operation, generate, flock):
    generate(operation, flock)


@operations(
    "retrieveContainer",
    "listContainerFiles",
    "retrieveContainerFile",
    "retrieveContainerFileContent",
)
def test_generated_readings_are_right(operation, generate, shelf):
    generate(operation, shelf)


@operations("createContainerFile", "deleteContainerFile", "createContainer", "deleteContainer")
def test_generated_writings_are_kept(operation, generate):
    generate(operation)
