"""The whole life of a container and a file, as the quick start of every document shows it."""

import pytest

from conformance.errors import Failure, Untestable

requirement = pytest.mark.requirement

TEXT = b"from the first byte to the last\n"


@requirement(
    "container.create.succeeds",
    "container.create.echoes-the-name",
    "container.create.ordinary-keys-may-create",
    "container.retrieve.succeeds",
)
def test_x(api, holds):
    with holds("container.create.succeeds"):
        created = api.create_container(name=api.name("x"))
        if not created.ok:
            raise Failure("2xx", created.told())
    with holds("container.create.echoes-the-name"):
        assert created["name"] == api.name("x")
    with holds("container.create.ordinary-keys-may-create"):
        pass
    with holds("container.retrieve.succeeds"):
        got = api.retrieve_container(created["id"])
        if not got.ok:
            raise Failure("2xx", got.told())
