"""What the pages take from the code has all that is there, and only what is there."""

import json
import re
from pathlib import Path

import generating
import pytest
from generating import catalogue as table
from generating import commands, fields, options

from conformance import catalogue, cli
from conformance.targets.options import OPTIONS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda each: each.stem)
def test_every_mark_of_a_page_is_filled(page):
    """Nothing is left of a mark, and no mark asks for what nobody writes."""
    assert "<!-- generated:" not in generating.filled(page.read_text(encoding="utf-8"))


def test_every_command_has_a_section():
    """In the order of the command line's help."""
    assert re.findall(r"^## (.*)$", commands.written(), re.MULTILINE) == list(cli.COMMANDS)


@pytest.mark.parametrize("command", list(cli.COMMANDS))
def test_every_argument_of_a_command_is_told(command):
    """By itself, or by a link to the options of a run."""
    section = commands.written().partition(f"\n## {command}\n")[2] or commands.written()
    section = section.partition("\n## ")[0]
    for title, action in commands.actions(command):
        if title in commands.OF_A_RUN:
            assert f"[{title}](options.md#" in section
        else:
            assert f"`{(action.option_strings or [action.metavar])[0]}" in section


@pytest.mark.parametrize("option", OPTIONS, ids=lambda each: each.name)
def test_every_option_has_a_row(option):
    """With its variable, whatever group it is of."""
    rows = [row for row in options.written().splitlines() if f"`{option.variable}`" in row]
    assert len(rows) == 1
    assert rows[0].startswith(f"| `{option.spelled}")


def test_every_field_of_a_report_has_a_row():
    """Each value of a report that is committed stands at a way that the page tells."""
    schema = json.loads((fields.SCHEMAS / "report.json").read_text(encoding="utf-8"))
    told = {way.strip("`") for way, *_ in fields.fields(schema)}
    report = json.loads((DOCS.parent / "reports/reference/report.json").read_text("utf-8"))
    assert {way for way in _ways(report) if not way.startswith("target.features.")} <= told


def _ways(value, way=""):
    """Where every value within *value* stands."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield (here := f"{way}.{name}" if way else name)
            yield from _ways(child, here)
    elif isinstance(value, list):
        for child in value:
            yield from _ways(child, f"{way}[]")


def test_every_requirement_has_an_anchor_with_its_sentence_and_sources():
    """A row of the table each; what somebody wrote there is text and no markup."""
    whole = catalogue.load()
    html = table.written()
    assert sorted(re.findall(r'<tr id="([^"]+)"', html)) == sorted(whole.requirements)
    assert html.count("<script") == 0
    for row in whole.requirements.values():
        inside = html.partition(f'<tr id="{row.id}"')[2].partition("</tr>")[0]
        assert f">{row.level.value}</b>" in inside
        assert str(inside.count("<li")) == str(len(row.sources))


def test_field_within_a_definition_keeps_its_own_description():
    """What a field says of itself wins over what it refers to."""
    schema = {
        "properties": {"one": {"$ref": "#/$defs/text", "description": "The first."}},
        "$defs": {"text": {"type": "string", "description": "Any."}},
    }
    assert list(fields.fields(schema)) == [("`one`", "string", "", "The first.")]
