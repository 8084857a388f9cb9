"""What could not be deleted is told so that somebody can find it, and delete it."""

import subprocess
from pathlib import Path

import pytest

from conformance.ledger import Ledger, Limits
from conformance.ledger.book import Entry
from conformance.plugin import cleaning, leftovers, target
from conformance.targets import resolve

URL = "http://127.0.0.1:1/v1"
KEY, THEIRS, TOKEN = "sk-of-a-test-1", "sk-of-a-test-2", "s3cret&token-3"

#: A shell's function in place of curl: a word a line.
SAYING = """curl() { printf '%s\\n' "$@"; }; """


@pytest.fixture(name="api_of")
def _api_of(tmp_path):
    """Makes the API of a target as options reach it; nothing is sent."""
    made = []

    def make(environ=None, **given):
        options = {name.replace("_", "-"): value for name, value in given.items()}
        keys = environ or {"CONFORMANCE_API_KEY": KEY}
        settings = resolve({"base-url": URL, **options}, keys, Path(tmp_path))
        ledger = Ledger(tmp_path / "ledger.sqlite", Limits(9, 9, 9))
        made.append(target.api_of(settings, URL, ledger, "main"))
        return made[-1]

    yield make
    for api in made:
        api.wire.connection.close()
        api.wire.ledger.close()


def said(left, **variables):
    """The words that the command of what is *left* gives to curl, in a shell."""
    for secret in (KEY, THEIRS, TOKEN):
        assert secret not in left["command"]
    done = subprocess.run(
        ["sh", "-c", SAYING + left["command"]],
        env=variables,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout.splitlines()


def container(state="held", tenant="own"):
    """A container that could not be deleted."""
    return Entry(1, "container", "cntr_1", "conformance-1", "a case", state, tenant)


def test_command_deletes_as_the_run_would_have(api_of):
    """By default it sends a bearer token that is read from the usual variable."""
    left = leftovers.told(api_of(), container())

    assert said(left, CONFORMANCE_API_KEY=KEY) == [
        "-i",
        *("-X", "DELETE"),
        f"{URL}/containers/cntr_1",
        *("-H", f"Authorization: Bearer {KEY}"),
    ]


def test_command_has_the_header_query_and_variable_of_the_options(api_of):
    """What a target like Azure's wants is in it, secrets as variables."""
    api = api_of(
        {"AZURE_KEY": KEY},
        api_key_env="AZURE_KEY",
        auth="header:api-key",
        query=["api-version=2025-04-01"],
        header=["X-Stage: blue 'n green", f"X-Token: {TOKEN}"],
    )

    words = said(leftovers.told(api, container()), AZURE_KEY=KEY, SECRET_X_TOKEN=TOKEN)

    assert words[:4] == ["-i", "-X", "DELETE", f"{URL}/containers/cntr_1?api-version=2025-04-01"]
    assert words[4::2] == ["-H"] * 3
    assert words[5::2] == ["X-Stage: blue 'n green", f"X-Token: {TOKEN}", f"api-key: {KEY}"]


def test_secret_of_the_query_is_read_from_a_variable(api_of):
    """It is named after the parameter."""
    api = api_of(query=["api-version=1", "sig=s3cret-token-4"])

    left = leftovers.told(api, container())

    assert "s3cret" not in left["command"]
    words = said(left, CONFORMANCE_API_KEY=KEY, SECRET_SIG="s3cret-token-4")
    assert words[3] == f"{URL}/containers/cntr_1?api-version=1&sig=s3cret-token-4"


def test_command_without_a_key_sends_none(api_of):
    """Where the run sent none either."""
    left = leftovers.told(api_of(auth="none"), container())

    assert said(left) == ["-i", "-X", "DELETE", f"{URL}/containers/cntr_1"]


def test_second_tenants_command_has_the_variable_of_its_key(api_of):
    """As --second-api-key-env names it."""
    keys = {"CONFORMANCE_API_KEY": KEY, "THEIR_KEY": THEIRS}

    left = leftovers.told(api_of(keys, second_api_key_env="THEIR_KEY"), container(tenant="second"))

    assert said(left, **keys)[-1] == f"Authorization: Bearer {THEIRS}"


def test_upload_whose_id_never_came_is_told_with_where_to_look(api_of):
    """A sweep could not find it either."""
    entry = Entry(number=1, kind="file", id=None, name=None, case="a case", state="asked")

    [left] = cleaning.clean(api_of(), [entry])

    assert left["kind"] == "file"
    assert left["name"]
    assert said(left)[:2] == ["-i", f"{URL}/files"]


def test_thing_that_may_be_anothers_is_looked_at_before_it_is_deleted(api_of):
    """The command only looks, and says what follows."""
    left = leftovers.told(api_of(), container("doubtful"))

    assert said(left)[:2] == ["-i", f"{URL}/containers/cntr_1"]
    assert left["command"].endswith("# yours, by its name? then the same with -X DELETE")
