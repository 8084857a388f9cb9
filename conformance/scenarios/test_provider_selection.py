"""Naming the provider to a proxy, as LiteLLM's document has it; only where it is claimed."""

import pytest

from conformance.checks.status import succeeded
from conformance.drivers.api import path_of
from conformance.errors import Failure, Unsupported

cost = pytest.mark.cost
requirement = pytest.mark.requirement

CHOICE = {"custom_llm_provider": "openai"}


@pytest.fixture
def claimed(bench):
    """Makes a case apply only where the target claims to take a provider's name."""
    if not bench.scope.claims.get("provider-selection"):
        raise Unsupported("not claimed (--feature provider-selection)")


@requirement(
    "container.create.provider-by-header",
    "container.create.provider-by-query",
    "container.create.provider-by-body",
    "container.create.provider-defaults-to-openai",
    "container.list.provider-by-query",
    "container.retrieve.provider-by-query",
    "container.delete.provider-by-query",
)
@cost(requests=11, containers=("1g", "1g", "1g", "1g"))
def test_provider_may_be_named(claimed, api, holds):
    body = {"name": api.name("provider")}
    with holds("container.create.provider-by-header"):
        header = {"custom-llm-provider": "openai"}
        succeeded(api.send("POST", "/containers", json_body=body, headers=header))
    with holds("container.create.provider-by-query"):
        succeeded(api.send("POST", "/containers", json_body=body, params=CHOICE))
    with holds("container.create.provider-by-body"):
        named = succeeded(api.send("POST", "/containers", json_body={**body, **CHOICE}))
        if "custom_llm_provider" in named.object:
            raise Failure("no field custom_llm_provider", named.told(), named.id)
    with holds("container.create.provider-defaults-to-openai"):
        plain = succeeded(api.send("POST", "/containers", json_body=body))
    with holds("container.list.provider-by-query"):
        succeeded(api.send("GET", "/containers", params={"limit": 1, **CHOICE}))
    path = path_of("containers", plain["id"])
    with holds("container.retrieve.provider-by-query"):
        succeeded(api.send("GET", path, params=CHOICE))
    with holds("container.delete.provider-by-query"):
        succeeded(api.send("DELETE", path, params=CHOICE, headers={"Accept": "*/*"}))
