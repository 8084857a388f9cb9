"""The table of options: documented, and the same everywhere that it is declared."""

import argparse
import re

import pytest
from _pytest.config.argparsing import Parser

from conformance.targets import OPTIONS, PYTEST_PREFIX, add_to_argparse, add_to_pytest, given_by

#: The options that users were promised.
PROMISED = """
    --base-url --api-key-env --api-key-fd --second-api-key-env --auth --ca-file --client-cert
    --client-key --proxy --allow-insecure --header --query --profile --slow --target --targets
    --feature --no-feature --only --fuzz --seed -n --shard --report-dir --waivers --write-waivers
    --strict --max-containers --max-requests --max-duration --rps --timeout --consistency
    --config --show-config
"""

#: What there is beside them.
EXTRA = ["--expensive", "--sarif-file"]


def test_every_promised_option_exists_and_no_other():
    """A new option is written down first."""
    assert sorted(option.spelled for option in OPTIONS) == sorted(PROMISED.split() + EXTRA)


def test_every_option_has_a_sentence_of_help():
    """One that ends, and fits behind its option."""
    for option in OPTIONS:
        assert re.fullmatch(r"\S.{8,50}\.", option.help), option.name


def _parsed(argv):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    add_to_argparse(parser)
    return given_by(parser.parse_args(argv))


def _parsed_by_pytest(argv):
    parser = Parser(_ispytest=True)
    add_to_pytest(parser)
    return given_by(parser.parse_known_args(argv), "conformance_")


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_option_is_read_from_both_command_lines(option):
    """The same text arrives from argparse and from pytest."""
    values = [] if option.metavar is None else ["text"]
    expected = True if option.metavar is None else ["text"] if option.repeatable else "text"

    assert _parsed([option.spelled, *values]) == {option.name: expected}
    if option.name != "n":
        assert _parsed_by_pytest([PYTEST_PREFIX + option.name, *values]) == {option.name: expected}


@pytest.mark.parametrize("option", [each for each in OPTIONS if each.metavar is None])
def test_switch_has_a_negation_in_both(option):
    """So that a command line can take back what a file says."""
    assert _parsed([f"--no-{option.name}"]) == {option.name: False}
    assert _parsed_by_pytest([f"{PYTEST_PREFIX}no-{option.name}"]) == {option.name: False}


def test_nothing_given_is_nothing():
    """The plugin stays out of the way of other people's tests."""
    assert _parsed([]) == {}
    assert _parsed_by_pytest([]) == {}
