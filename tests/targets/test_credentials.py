"""Keys: where they come from, what they may hold, and where they never go."""

import os
import pickle
from pathlib import Path

import pytest

from conformance.errors import UsageError
from conformance.targets import Secret

OURS = {"base-url": "https://example.org/v1"}
OPENAI = {"base-url": "https://api.openai.com/v1"}


def test_key_comes_from_the_variable_of_the_suite(resolved):
    """CONFORMANCE_API_KEY unless another one is named."""
    settings = resolved(
        OURS, {"CONFORMANCE_API_KEY": "sk-number-1", "OPENAI_API_KEY": "sk-number-2"}
    )

    assert settings.api_key.reveal() == "sk-number-1"
    assert settings.api_key_env == "CONFORMANCE_API_KEY"


def test_named_variable_holds_the_key(resolved):
    """--api-key-env."""
    given = {**OURS, "api-key-env": "AZURE_KEY"}

    settings = resolved(given, {"AZURE_KEY": "their-key-1", "CONFORMANCE_API_KEY": "sk-number-1"})

    assert settings.api_key.reveal() == "their-key-1"
    assert settings.api_key_env == "AZURE_KEY"


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"OPENAI_API_KEY": "sk-openai"}, "OPENAI_API_KEY"),
        (
            {"OPENAI_API_KEY": "sk-openai", "CONFORMANCE_API_KEY": "sk-conformance"},
            "CONFORMANCE_API_KEY",
        ),
    ],
)
@pytest.mark.parametrize("url", ["https://api.openai.com/v1", "https://API.OpenAI.com"])
def test_openai_key_goes_to_openai(resolved, url, environ, variable):
    """Where the suite's own variable is not set."""
    settings = resolved({"base-url": url}, environ)

    assert settings.api_key_env == variable
    assert settings.api_key.reveal() == environ[variable]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/v1",
        "https://api.openai.com.example.org/v1",
        "https://example.org/api.openai.com",
        "https://eu.api.openai.com/v1",
        "http://127.0.0.1:8000/v1",
    ],
)
@pytest.mark.parametrize("option", [None, "api-key-env", "second-api-key-env"])
def test_openai_key_goes_nowhere_else(resolved, url, option):
    """Neither by default nor when it is asked for."""
    given = {"base-url": url} | ({option: "OPENAI_API_KEY"} if option else {})
    own = {"CONFORMANCE_API_KEY": "sk-our-own"} if option == "second-api-key-env" else {}

    with pytest.raises(UsageError, match="CONFORMANCE_API_KEY") as refused:
        resolved(given, {"OPENAI_API_KEY": "sk-openai", **own})

    assert "sk-openai" not in str(refused.value)


def test_openai_key_is_not_given_to_the_reference(resolved):
    """The embedded reference makes keys of its own."""
    assert resolved({}, {"OPENAI_API_KEY": "sk-openai"}).api_key is None
    with pytest.raises(UsageError, match="not to the embedded reference"):
        resolved({"api-key-env": "OPENAI_API_KEY"}, {"OPENAI_API_KEY": "sk-openai"})


BAD_KEYS = {
    "empty": ("", "is empty"),
    "blank": ("sk 1", "white space"),
    "newline": ("sk-1\n", "white space or a line break"),
    "tab": ("\tsk-1", "white space"),
    "umlaut": ("sk-ü", "printable ASCII"),
    "control": ("sk-\x07", "printable ASCII"),
}


@pytest.mark.parametrize(("key", "told"), BAD_KEYS.values(), ids=BAD_KEYS)
@pytest.mark.parametrize("which", ["own", "named", "second", "descriptor"])
def test_malformed_key_is_refused(resolved, which, key, told):
    """Rather than sent and refused by the target for reasons that nobody can see."""
    given, environ = dict(OURS), {"CONFORMANCE_API_KEY": "sk-our-own"}
    if which == "own":
        environ = {"CONFORMANCE_API_KEY": key}
    elif which == "descriptor":
        given["api-key-fd"] = str(_descriptor(key.encode() + b"\n"))
    else:
        given["api-key-env" if which == "named" else "second-api-key-env"] = "THEIRS"
        environ["THEIRS"] = key

    with pytest.raises(UsageError) as refused:
        resolved(given, environ)

    assert told in str(refused.value)
    assert not key.strip() or key.strip() not in str(refused.value)


def _descriptor(content):
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    return reading


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_key_comes_from_a_descriptor(resolved, end):
    """One line end behind it is the shell's."""
    given = {**OURS, "api-key-fd": str(_descriptor(b"sk-from-fd" + end))}

    assert resolved(given).api_key.reveal() == "sk-from-fd"


def test_closed_descriptor_is_refused(resolved):
    """With the way to open one."""
    with pytest.raises(UsageError, match=r"--api-key-fd 987 can't be read .*987<keyfile"):
        resolved({**OURS, "api-key-fd": "987"})


def test_endless_descriptor_is_refused(resolved):
    """Reading stops; a key is short."""
    with Path("/dev/zero").open("rb") as endless, pytest.raises(UsageError, match="more than"):
        resolved({**OURS, "api-key-fd": str(endless.fileno())})


def test_two_sources_of_one_key_are_refused(resolved):
    """Nobody can tell which one was meant."""
    with pytest.raises(UsageError, match="both give a key"):
        resolved({**OURS, "api-key-fd": "3", "api-key-env": "THEIRS"}, {"THEIRS": "x"})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (OURS, "CONFORMANCE_API_KEY is not set"),
        (OPENAI, "CONFORMANCE_API_KEY or OPENAI_API_KEY is not set"),
        ({**OURS, "api-key-env": "THEIRS"}, "THEIRS is not set"),
        ({**OPENAI, "api-key-env": "THEIRS"}, "THEIRS is not set"),
        ({"api-key-env": "THEIRS"}, "THEIRS is not set"),
        ({"second-api-key-env": "THEIRS"}, "THEIRS is not set"),
    ],
)
def test_missing_key_is_refused(resolved, given, told):
    """Before the first request."""
    with pytest.raises(UsageError, match=told):
        resolved(given)


def test_empty_key_that_nobody_needs_counts_as_unset(resolved):
    """CI systems pass secrets that nobody has set as empty."""
    environ = {"CONFORMANCE_API_KEY": "", "CONFORMANCE_SECOND_API_KEY": ""}

    settings = resolved({}, environ)

    assert settings.api_key is None
    assert settings.second_api_key is None


def test_no_key_is_needed_without_authentication(resolved):
    """Nor is one taken."""
    settings = resolved({**OURS, "auth": "none"}, {"CONFORMANCE_API_KEY": "sk-number-1"})

    assert settings.api_key is None


def test_second_key_is_another_one(resolved):
    """The same key twice would show nothing about isolation."""
    environ = {"CONFORMANCE_API_KEY": "sk-number-1", "CONFORMANCE_SECOND_API_KEY": "sk-number-2"}

    assert resolved(OURS, environ).second_api_key.reveal() == "sk-number-2"
    with pytest.raises(UsageError, match="Both keys are the same"):
        resolved(OURS, {**environ, "CONFORMANCE_SECOND_API_KEY": "sk-number-1"})


def test_secret_is_never_shown():
    """However it is turned into text."""
    secret = Secret("sk-hidden")

    shown = (repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret]))
    assert not any("hidden" in text for text in shown)
    assert secret.reveal() == "sk-hidden"
    assert secret == Secret("sk-hidden")
    assert pickle.loads(pickle.dumps(secret)) == secret
