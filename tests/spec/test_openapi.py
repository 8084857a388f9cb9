"""The OpenAPI document is valid, whole, and true to itself."""

from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

PATH = Path(__file__).parents[2] / "spec" / "openapi.yaml"
DOCUMENT = yaml.safe_load(PATH.read_text(encoding="utf-8"))

OPERATIONS = {
    "listContainers": ("get", "/containers"),
    "createContainer": ("post", "/containers"),
    "retrieveContainer": ("get", "/containers/{container_id}"),
    "deleteContainer": ("delete", "/containers/{container_id}"),
    "listContainerFiles": ("get", "/containers/{container_id}/files"),
    "createContainerFile": ("post", "/containers/{container_id}/files"),
    "retrieveContainerFile": ("get", "/containers/{container_id}/files/{file_id}"),
    "deleteContainerFile": ("delete", "/containers/{container_id}/files/{file_id}"),
    "retrieveContainerFileContent": ("get", "/containers/{container_id}/files/{file_id}/content"),
}
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
REFUSALS = {"400", "401", "404", "429", "4XX"}
UNSEEN_IN_REQUESTS = {"tenant-isolation"}  # a matter of keys, which no parameter shows

CONTAINER = {
    "id": "cntr_1",
    "object": "container",
    "created_at": 1782324240,
    "name": "notes",
    "status": "running",
}
FILE = {
    "id": "cfile_1",
    "object": "container.file",
    "created_at": 1782324240,
    "bytes": 1,
    "container_id": "cntr_1",
    "path": "/mnt/data/a.txt",
    "source": "user",
}
PAGE = {"object": "list", "data": [CONTAINER], "first_id": "1", "last_id": "1", "has_more": True}
ERROR = {"message": "No.", "type": "invalid_request_error", "param": None, "code": None}
ALLOWLIST = {"type": "allowlist", "allowed_domains": ["example.org"]}
SECRET = {"domain": "example.org", "name": "TOKEN", "value": "made-up"}
ARCHIVE = {"type": "base64", "media_type": "application/zip", "data": "UEsFBg=="}
INLINE = {"type": "inline", "name": "a", "description": "b", "source": ARCHIVE}
REFERENCE = {"type": "skill_reference", "skill_id": "skill_1", "version": "2"}


def resolved(node, document=DOCUMENT):
    """What *node* stands for: itself, or what its reference points to."""
    if isinstance(node, dict) and "$ref" in node:
        steps = node["$ref"].removeprefix("#/").split("/")
        return resolved(reduce(lambda at, step: at[step], steps, document), document)
    return node


def belongs_to_a_feature(node, document=DOCUMENT) -> bool:
    """Whether *node*, or what it refers to, is marked with an optional feature."""
    target = resolved(node, document)
    return isinstance(target, dict) and "x-feature" in target


def nodes(node, path="#") -> Iterator[tuple[str, dict]]:
    """Every object below *node* that is not part of an example's value, with where it stands."""
    if isinstance(node, dict):
        yield path, node
        for key, below in node.items():
            if key != "value" or path.endswith("/properties"):
                yield from nodes(below, f"{path}/{key}")
    elif isinstance(node, list):
        for index, below in enumerate(node):
            yield from nodes(below, f"{path}/{index}")


def pruned(node, document=DOCUMENT):
    """*node* as a target without any optional feature has it."""

    def stays(below):
        return not belongs_to_a_feature(below, document)

    if isinstance(node, dict):
        return {key: pruned(below, document) for key, below in node.items() if stays(below)}
    if isinstance(node, list):
        return [pruned(below, document) for below in node if stays(below)]
    return node


def operations(document=DOCUMENT) -> Iterator[tuple[str, str, dict, dict]]:
    """Method, path, path item and operation, in the order of the document."""
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield method, path, item, item[method]


def operation(name: str) -> tuple[dict, dict]:
    """The path item and the operation of this operationId."""
    method, path = OPERATIONS[name]
    return DOCUMENT["paths"][path], DOCUMENT["paths"][path][method]


def validator(schema, document=DOCUMENT) -> Draft202012Validator:
    """What judges values by *schema*, whose references point into *document*."""
    return Draft202012Validator({**schema, "components": document["components"]})


def examples(document=DOCUMENT) -> Iterator[tuple[str, dict, object]]:
    """Where each example stands, the schema beside it, and its value."""
    for path, node in nodes(document):
        if "examples" in node and "schema" in node:
            for name, example in node["examples"].items():
                yield f"{path}/{name}", node["schema"], resolved(example, document)["value"]


def accepts(name: str, value: object) -> bool:
    """Whether *value* is valid by the component schema *name*."""
    return validator({"$ref": f"#/components/schemas/{name}"}).is_valid(value)


def with_(changes, base):
    """*base* with some members replaced."""
    return {**base, **changes}


def test_document_is_valid_openapi():
    """The document is OpenAPI 3.1 without an error."""
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert not list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors())


def test_document_without_optional_features_is_valid_openapi():
    """Leaving out all that is marked with a feature leaves a valid document without marks."""
    plain = pruned(DOCUMENT)

    assert not list(OpenAPIV31SpecValidator(plain).iter_errors())
    assert not [path for path, node in nodes(plain) if "x-feature" in node]
    for path, schema, value in examples(plain):
        assert validator(schema, plain).is_valid(value), path


def test_schemas_are_valid_json_schema():
    """Every component schema is JSON Schema of draft 2020-12."""
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_operations_are_the_nine_of_the_contract():
    """There are nine operations, each at its method and path, and no other."""
    found = {each["operationId"]: (method, path) for method, path, _, each in operations()}

    assert found == OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_succeeds_with_200_and_documents_no_failure_of_the_server(name):
    """Success is 200, refusals are listed, and neither `default` nor a 5xx excuses the rest."""
    statuses = operation(name)[1]["responses"].keys()

    assert statuses - {"204"} == {"200"} | REFUSALS
    assert "204" not in statuses or name.startswith("delete")


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_refuses_with_the_error_envelope(name):
    """Every documented 4xx answers an ErrorResponse and nothing else."""
    for status in REFUSALS:
        content = resolved(operation(name)[1]["responses"][status])["content"]
        schemas = [each["schema"] for each in content.values()]

        assert list(content) == ["application/json"], status
        assert schemas == [{"$ref": "#/components/schemas/ErrorResponse"}], status


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_links_to_another_request(name):
    """Each success links to an operation of the nine and gives it all of its path parameters."""
    links = operation(name)[1]["responses"]["200"]["links"]

    for link in map(resolved, links.values()):
        item, _ = operation(link["operationId"])
        wanted = {each["name"] for each in map(resolved, item["parameters"]) if "required" in each}
        assert wanted <= link["parameters"].keys()
    assert links


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_declares_the_parameters_of_its_path(name):
    """Each variable of the path is a required parameter, and no other parameter is required."""
    item, each = operation(name)
    declared = [resolved(one) for one in item["parameters"] + each.get("parameters", [])]
    required = {one["name"] for one in declared if one.get("required")}

    assert {f"{{{one}}}" for one in required} == {
        part for part in OPERATIONS[name][1].split("/") if part.startswith("{")
    }


@pytest.mark.parametrize("name", ["createContainer", "createContainerFile"])
def test_body_is_required(name):
    """A creation without a body is no valid request."""
    assert operation(name)[1]["requestBody"]["required"] is True


@pytest.mark.parametrize(
    ("schema", "value"),
    [pytest.param(schema, value, id=path) for path, schema, value in examples()],
)
def test_example_is_valid(schema, value):
    """Each example is valid by the schema that it stands beside."""
    validator(schema).validate(value)


@pytest.mark.parametrize("name", OPERATIONS)
def test_success_with_a_body_has_an_example(name):
    """Each media type of a success shows an example."""
    content = operation(name)[1]["responses"]["200"]["content"]

    assert all(each.get("examples") for each in content.values())


def test_creation_examples_ask_for_at_most_20_minutes():
    """An example that is sent to the real service is not refused for its minutes."""
    asked = [
        value["expires_after"]["minutes"]
        for path, _, value in examples()
        if "requestBody" in path and "expires_after" in value
    ]

    assert asked
    assert max(asked) <= 20


def test_features_are_known():
    """Marks name features of features.yaml, and each feature that a request shows has a mark."""
    known = yaml.safe_load(PATH.with_name("features.yaml").read_text(encoding="utf-8"))
    marks = {node["x-feature"] for _, node in nodes(DOCUMENT) if "x-feature" in node}

    assert marks == known.keys() - UNSEEN_IN_REQUESTS


def test_marked_properties_and_parameters_are_optional():
    """Nothing that belongs to an optional feature is required."""
    for path, node in nodes(DOCUMENT):
        if "properties" in node:
            members = node["properties"].items()
            marked = {name for name, each in members if belongs_to_a_feature(each)}
            assert marked.isdisjoint(node.get("required", [])), path
        if "in" in node and "x-feature" in node:
            assert "required" not in node, path


def test_references_stand_alone():
    """No reference has siblings, which some tools drop."""
    assert not [path for path, node in nodes(DOCUMENT) if "$ref" in node and len(node) > 1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Container", CONTAINER),
        ("Container", with_({"unheard_of": [1]}, CONTAINER)),
        ("Container", with_({"status": "napping"}, CONTAINER)),
        ("Container", with_({"expires_after": None}, CONTAINER)),
        ("Container", with_({"expires_after": {}}, CONTAINER)),
        ("Container", with_({"network_policy": ALLOWLIST}, CONTAINER)),
        ("Container", with_({"expires_at": 1782324240, "file_ids": []}, CONTAINER)),
        ("ContainerFile", FILE),
        ("ContainerFile", with_({"bytes": None, "source": "assistant"}, FILE)),
        ("ContainerFile", with_({"unheard_of": {}}, FILE)),
        ("ContainerList", PAGE),
        ("ContainerList", with_({"data": [], "first_id": None, "last_id": None}, PAGE)),
        ("ContainerFileList", with_({"data": [FILE]}, PAGE)),
        ("DeletedContainer", {"id": "a", "object": "container.deleted", "deleted": True}),
        ("DeletedContainerFile", {"id": "a", "object": "container.file.deleted", "deleted": True}),
        ("ErrorResponse", {"error": ERROR}),
        ("ErrorResponse", {"error": with_({"details": []}, ERROR), "status": 400}),
        ("CreateContainerRequest", {"name": "notes"}),
        ("CreateContainerRequest", {"name": "notes", "file_ids": ["file-1"]}),
        ("CreateContainerRequest", {"name": "n", "network_policy": {"type": "disabled"}}),
        ("NetworkPolicyAllowlist", with_({"domain_secrets": [SECRET]}, ALLOWLIST)),
        ("CreateContainerRequest", {"name": "n", "skills": [REFERENCE, INLINE]}),
        ("CreateContainerFileRequest", {"file": "bytes"}),
        ("CreateContainerFileRequest", {"file_id": "file-1"}),
        ("CreateContainerFileRequest", {"file": "bytes", "unheard_of": "1"}),
    ],
)
def test_schema_accepts(name, value):
    """What the descriptions allow is valid."""
    assert accepts(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Container", with_({"object": "container_file"}, CONTAINER)),
        ("Container", with_({"created_at": 1782324240123}, CONTAINER)),
        ("Container", with_({"created_at": 1782324240.5}, CONTAINER)),
        ("Container", with_({"created_at": "2026-06-24T18:04:00Z"}, CONTAINER)),
        ("Container", with_({"last_active_at": None}, CONTAINER)),
        ("Container", with_({"memory_limit": None}, CONTAINER)),
        ("Container", with_({"memory_limit": "2g"}, CONTAINER)),
        ("Container", with_({"network_policy": None}, CONTAINER)),
        ("Container", with_({"network_policy": {"type": "open"}}, CONTAINER)),
        ("Container", with_({"expires_after": {"anchor": "created_at"}}, CONTAINER)),
        ("Container", with_({"expires_after": {"minutes": "20"}}, CONTAINER)),
        ("Container", {"data": CONTAINER}),
        ("Container", {"error": ERROR}),
        ("ContainerFile", with_({"object": "container_file"}, FILE)),
        ("ContainerFile", with_({"bytes": -1}, FILE)),
        ("ContainerFile", with_({"bytes": "1"}, FILE)),
        ("ContainerList", [CONTAINER]),
        ("ContainerList", with_({"data": None}, PAGE)),
        ("ContainerList", with_({"has_more": "true"}, PAGE)),
        ("ContainerList", with_({"data": [FILE]}, PAGE)),
        ("DeletedContainer", {"id": "a", "object": "container.deleted", "deleted": False}),
        ("DeletedContainerFile", {"id": "a", "object": "container_file.deleted", "deleted": True}),
        ("ErrorResponse", {"error": "No."}),
        ("ErrorResponse", {"detail": []}),
        ("CreateContainerRequest", {}),
        ("CreateContainerRequest", {"name": None}),
        ("CreateContainerRequest", {"name": "n", "memory_limit": "2g"}),
        ("CreateContainerRequest", {"name": "n", "network_policy": {"type": "allowlist"}}),
        ("CreateContainerRequest", {"name": "n", "skills": [with_({"version": "0"}, REFERENCE)]}),
        ("CreateContainerRequest", {"name": "n", "skills": [{"type": "inline", "name": "a"}]}),
        ("ExpiresAfter", {"minutes": 20}),
        ("ExpiresAfter", {"anchor": "last_active_at"}),
        ("ExpiresAfter", {"anchor": "last_active_at", "minutes": 0}),
        ("ExpiresAfter", {"anchor": "created_at", "minutes": 20}),
        ("CreateContainerFileRequest", {}),
        ("CreateContainerFileRequest", {"unheard_of": "1"}),
        ("CopyFileRequest", {"file": "text"}),
    ],
)
def test_schema_refuses(name, value):
    """What no description allows is invalid."""
    assert not accepts(name, value)


@pytest.mark.parametrize("name", ["Container", "ContainerFile", "ContainerList", "Error"])
def test_schema_misses_each_required_member(name):
    """Without one of its required members an answer is invalid, whichever it is."""
    whole = {"Container": CONTAINER, "ContainerFile": FILE, "ContainerList": PAGE, "Error": ERROR}

    for member in DOCUMENT["components"]["schemas"][name]["required"]:
        assert not accepts(
            name, {key: value for key, value in whole[name].items() if key != member}
        )
