"""The price table: read strictly, and what it makes of a number of containers."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from conformance.catalogue.prices import Prices
from conformance.errors import UsageError

SPEC = Path(__file__).resolve().parents[2] / "spec"
GOOD = (SPEC / "prices.yaml").read_text("utf-8")


def test_prices_add_up():
    """Containers of several memory limits cost the sum of their sessions."""
    prices = Prices.from_yaml(SPEC / "prices.yaml")
    assert prices.of({"1g": 2, "64g": 1}) == pytest.approx(0.06 + 1.92)


def test_the_table_fits_its_schema():
    """The published schema accepts the table."""
    schema = json.loads((SPEC / "schemas" / "prices.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(yaml.safe_load(GOOD))) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  1g: 0.03", "  1g: cheap", "'cheap' is no price"),
        ("  1g: 0.03", "  1g: -1", "'-1' is no price"),
        ("  1g: 0.03\n", "", "no price for 1g"),
        ("  4g:", "  2g:", "unknown memory limit '2g'"),
        ("currency: USD\n", "", "lacks the key 'currency'"),
        ("per_session:", "prices:", "has no key 'prices'"),
    ],
)
def test_a_broken_table_is_refused(tmp_path, old, new, words):
    """The message names the file, the line and the mend."""
    broken = tmp_path / "prices.yaml"
    broken.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(UsageError, match=r"prices\.yaml:\d+: ") as refused:
        Prices.from_yaml(broken)
    assert words in str(refused.value)


def test_a_missing_table_is_refused(tmp_path):
    """Without a table there is no price, and that is said."""
    with pytest.raises(UsageError, match="price table"):
        Prices.from_yaml(tmp_path / "prices.yaml")
