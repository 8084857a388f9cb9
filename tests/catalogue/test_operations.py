"""A method and a path are recognised as one of the nine operations, or as none."""

import pytest

from conformance.catalogue import OPERATIONS, operation_of


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_an_operation_is_recognised_by_its_method_and_path(operation):
    """Ids of any spelling stand in the path, and are told apart by it."""
    path = operation.path.format(container_id="cntr_1%2F2", file_id="cfile~3")
    assert operation_of(operation.method, path) is operation
    found = operation.pattern.match(path)
    assert found.groupdict() == {
        name: value
        for name, value in {"container_id": "cntr_1%2F2", "file_id": "cfile~3"}.items()
        if f"{{{name}}}" in operation.path
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/containers/cntr_1"),
        ("GET", "/containers/"),
        ("GET", "/containers/cntr_1/"),
        ("GET", "/containers/cntr_1/files//content"),
        ("GET", "/v1/containers"),
        ("GET", "/files/file-1"),
    ],
)
def test_anything_else_is_no_operation(method, path):
    """Another method, an empty id, a prefix, a neighbouring route."""
    assert operation_of(method, path) is None
