"""The callers that a run can be: what each is known by."""

import pytest

from conformance.plugin.target import credentials
from conformance.targets import resolve

KEY = "sk-test-0123456789-abcdef"


@pytest.fixture
def callers(tmp_path):
    """The callers of a run against a base URL."""

    def of(base_url):
        given = {"base-url": base_url}
        settings = resolve(given, {"CONFORMANCE_API_KEY": KEY}, tmp_path)
        return {name: dict(each.headers) for name, each in credentials(settings).items()}

    return of


def test_wrong_key_on_this_machine_has_one_letter_more(callers):
    """A target that compares no more letters than the right key has would take it."""
    wrong = callers("http://127.0.0.1:1/v1")["wrong"]["Authorization"]

    assert wrong.startswith(f"Bearer {KEY}")
    assert len(wrong) == len(f"Bearer {KEY}") + 1


def test_stranger_gets_nothing_like_the_key(callers):
    """Who may write down what was refused is sent a key that is made up."""
    wrong = callers("https://containers.example/v1")["wrong"]["Authorization"]

    assert not any(KEY[at : at + 8] in wrong for at in range(len(KEY) - 8))
