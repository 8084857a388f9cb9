"""The OpenAPI document as generation needs it: without what the target does not claim."""

from __future__ import annotations

import copy
import functools
import json
from typing import TYPE_CHECKING, Any

from conformance.errors import SuiteError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemathesis.schemas import APIOperation, BaseSchema

#: The name of the string format that generated container names have.
NAME_FORMAT = "conformance-name"

#: Parts that tell of examples, links and keys; generation shall make its own of all three.
_LEFT_OUT = frozenset({"examples", "example", "links", "security"})


def pruned(openapi: Mapping[str, Any], claims: Mapping[str, bool]) -> dict[str, Any]:
    """*openapi* without the nodes of unclaimed features, without examples, links and keys."""
    document = _kept(openapi, openapi, claims)
    document["components"].pop("securitySchemes", None)
    return dict(document)


def _kept(node: Any, openapi: Mapping[str, Any], claims: Mapping[str, bool]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        return {
            key: _kept(value, openapi, claims)
            for key, value in node.items()
            if key not in _LEFT_OUT and _is_claimed(value, openapi, claims)
        }
    if isinstance(node, list):
        return [
            _kept(value, openapi, claims) for value in node if _is_claimed(value, openapi, claims)
        ]
    return node


def _is_claimed(node: Any, openapi: Mapping[str, Any], claims: Mapping[str, bool]) -> bool:  # noqa: ANN401 - any JSON
    if not isinstance(node, dict):
        return True
    target: Any = node
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        target = openapi
        for key in reference[2:].split("/"):
            target = target[key]
    feature = target.get("x-feature", node.get("x-feature"))
    return feature is None or claims.get(feature) is True


def tolerant(document: Mapping[str, Any]) -> dict[str, Any]:
    """*document* with answers as free as the catalogue has them.

    An empty page may lack its ends, and those of a page that is not empty are checked anyway.
    """
    free: dict[str, Any] = copy.deepcopy(dict(document))
    for name in ("ContainerList", "ContainerFileList"):
        free["components"]["schemas"][name]["required"] = ["object", "data", "has_more"]
    return free


def narrowed(document: Mapping[str, Any]) -> dict[str, Any]:
    """*document* with requests so narrow that every provider has to take them.

    Where no description says how far a value may go, only what is safe is left: names of
    ordinary length and characters, 1 to 20 minutes, the cheapest memory, no ids.
    """
    narrow: dict[str, Any] = copy.deepcopy(dict(document))
    schemas = narrow["components"]["schemas"]
    body = schemas["CreateContainerRequest"]
    body["additionalProperties"] = False
    properties = body["properties"]
    properties["name"] = {"type": "string", "format": NAME_FORMAT}
    for name in ("file_ids", "skills"):
        properties.pop(name, None)
    for name, allowed in (("memory_limit", "1g"), ("custom_llm_provider", "openai")):
        if name in properties:
            properties[name] = {"type": "string", "enum": [allowed]}
    if "expires_after" in properties:
        schemas["ExpiresAfter"]["additionalProperties"] = False
        schemas["ExpiresAfter"]["properties"]["minutes"] |= {"maximum": 20}
    if "network_policy" in properties:
        properties["network_policy"] = {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"const": "disabled"}},
            "additionalProperties": False,
        }
    parameters = narrow["components"]["parameters"]
    for name in ("ProviderQuery", "ProviderHeader"):
        if name in parameters:
            parameters[name]["schema"] = {"type": "string", "enum": ["openai"]}
    return _without_cursors(narrow)


def _without_cursors(document: dict[str, Any]) -> dict[str, Any]:
    """The document without the parameters that name items: the cases give ids of their own."""
    gone = {f"#/components/parameters/{name}" for name in ("After", "Before", "NameFilter")}
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "parameters" in operation:
                operation["parameters"] = [
                    each for each in operation["parameters"] if each.get("$ref") not in gone
                ]
    return document


@functools.cache
def _load(text: str) -> BaseSchema:
    import schemathesis  # noqa: PLC0415 - costs time, and only generated cases need it
    from schemathesis.config import SchemathesisConfig  # noqa: PLC0415 - slow to import

    from conformance.fuzzing import texts  # noqa: PLC0415 - imports hypothesis

    schemathesis.openapi.format(NAME_FORMAT, texts.names())
    config = SchemathesisConfig.from_dict(
        {
            "cache": {"enabled": False},
            "generation": {"allow-extra-parameters": False, "database": "none"},
        }
    )
    loaded: BaseSchema = schemathesis.openapi.from_dict(json.loads(text), config=config)
    return loaded


def operation(document: Mapping[str, Any], operation_id: str) -> APIOperation[Any, Any, Any, Any]:
    """The operation called *operation_id* of *document*, as schemathesis sees it.

    Raises:
        SuiteError: if it has no such operation.
    """
    from schemathesis.core.result import Ok  # noqa: PLC0415 - imports schemathesis

    for found in _load(json.dumps(document, sort_keys=True)).get_all_operations():
        each = found.ok() if isinstance(found, Ok) else None
        if each is not None and each.definition.raw.get("operationId") == operation_id:
            return each
    raise SuiteError(f"spec/openapi.yaml has no operation {operation_id!r}")


def forget() -> None:
    """Let go of what was loaded, and of the strategies that schemathesis keeps with it."""
    _load.cache_clear()


def request_schema(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The schema *name* with all that it refers to, for a validator."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": f"#/components/schemas/{name}",
        "components": document["components"],
    }
