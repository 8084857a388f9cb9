"""The table of harms: read strictly, and worst first."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from conformance.catalogue import load
from conformance.catalogue.harms import Harms, harms
from conformance.errors import UsageError

SPEC = Path(__file__).resolve().parents[2] / "spec"
GOOD = (SPEC / "harms.yaml").read_text("utf-8")


def test_every_claim_is_one_of_the_catalogue():
    """A claim that no requirement makes would be a slip of the pen."""
    claims = {each.rpartition(".")[2] for each in load().requirements}

    assert set(harms().of_claims) <= claims


def test_lost_bytes_are_graver_than_a_wrong_status():
    """Data comes before convenience, and what stands open before both."""
    grave = [
        "file.content.is-closed-to-other-tenants",
        "file.content.bytes-are-identical",
        "file.content.is-implemented",
        "file.list.walk-yields-every-item-once",
        "container.create.name-is-required",
        "container.create.anything-else",
        "file.content.unknown-file-is-404",
    ]
    ranks = [harms().of(each).rank for each in grave]

    assert ranks == sorted(set(ranks))


def test_the_table_fits_its_schema():
    """The published schema accepts the table."""
    schema = json.loads((SPEC / "schemas" / "harms.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(yaml.safe_load(GOOD))) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    - allowlist", "    - bytes-are-identical\n    - allowlist", "does two harms"),
        ("exposed:\n  title", "exposed:\n  tilte", "has no key 'tilte'"),
        ("misled:\n", "misled:\n  claims: [a]\n", "0 harms list no claims"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, old, new, words):
    """The message names the file, the line and the mend."""
    broken = tmp_path / "harms.yaml"
    broken.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(UsageError, match=r"harms\.yaml:\d+: ") as refused:
        Harms.from_yaml(broken)
    assert words in str(refused.value)


@pytest.mark.parametrize("text", [None, "- a list\n"])
def test_what_is_no_table_is_refused(tmp_path, text):
    """A missing file, and one that holds something else."""
    path = tmp_path / "harms.yaml"
    if text:
        path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match="harms"):
        Harms.from_yaml(path)
