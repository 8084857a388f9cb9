"""Target and config files: what they hold, and where a fault in them is."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from conformance.errors import UsageError
from conformance.targets import OPTIONS
from conformance.targets.options import Where

SCHEMAS = Path(__file__).parents[2] / "spec" / "schemas"

BAD = {
    "key-twice": ("slow = true\nslow = false", r"a key stands twice (at line 2, column"),
    "no-toml": ("timeout = soon", "is no TOML: Invalid value (at line 1, column 11)"),
    "unknown": ('\nbase-ulr = "x"', "line 2: 'base-ulr' is no option: did you mean base-url?"),
    "underscore": ('base_url = "https://example.org"', "line 1: 'base_url' is no option"),
    "key": ('api-key = "sk-1"', "line 1: a key never stands in a file"),
    "second-key": ('second_api_key = "sk-1"', "name that with second-api-key-env"),
    "text-for-number": ('timeout = "30"', "line 1: timeout wants a number, without quotes"),
    "list-for-number": ("timeout = [1]", "line 1: timeout wants a number"),
    "switch-for-number": ("seed = true", "line 1: seed wants a number"),
    "negative": ("\n\nmax-requests = -1", "line 3: max-requests wants a whole number from 1"),
    "fraction": ("max-requests = 1.5", "line 1: max-requests wants a whole number"),
    "infinite": ("rps = inf", "line 1: rps wants requests a second"),
    "number-for-text": ("profile = 1", "line 1: profile wants a text in quotes"),
    "text-for-switch": ('slow = "yes"', "line 1: slow wants true or false, without quotes"),
    "text-for-list": ('only = "a"', "line 1: only wants a list of texts"),
    "numbers-for-list": ("only = [1]", "line 1: only wants a list of texts"),
    "feature-as-option": ('feature = ["file-copy"]', "line 1: features stand in a table"),
    "features-no-table": ('features = ["file-copy"]', "line 1: features is no table"),
    "feature-unknown": ("[features]\nfile-cop = true", "line 2: feature: there is no feature"),
    "feature-text": ('[features]\nfile-copy = "yes"', "line 2: feature 'file-copy' wants true"),
    "not-in-files": ("api-key-fd = 3", "line 1: api-key-fd can't stand in this file"),
    "show-config": ("show-config = true", "line 1: show-config can't stand in this file"),
    "digits": ("seed = " + "1" * 5000, "a number of more digits than anybody counts"),
    "deep": ("a = " + "[" * 5000 + "]" * 5000, "nested too deep"),
}


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD)
@pytest.mark.parametrize("kind", ["target", "config"])
def test_fault_in_a_file_is_told_with_its_line(resolved, write, kind, text, told):
    """The sentence names the file, the line where one is plain, and the mend."""
    write("its.toml", text)

    with pytest.raises(UsageError) as refused:
        resolved({kind: "its.toml"})

    assert str(refused.value).startswith("its.toml")
    assert told in str(refused.value)


def test_file_that_is_no_text_is_refused(resolved, tmp_path):
    """A certificate given as a config is told apart from bad TOML."""
    (tmp_path / "its.toml").write_bytes(b"a = '\xff'")

    with pytest.raises(UsageError, match="not UTF-8 at byte 5"):
        resolved({"config": "its.toml"})


def test_target_file_can_not_name_a_target_file(resolved, write):
    """One target file is enough."""
    write("a.toml", 'target = "b.toml"')

    with pytest.raises(UsageError, match="line 1: target can't stand in this file"):
        resolved({"target": "a.toml"})


def test_config_file_can_not_name_the_target_for_reports(resolved, write):
    """The name belongs to the target, so it stands in its own file."""
    write("conformance.toml", 'name = "Ours"')

    with pytest.raises(UsageError, match="'name' is no option"):
        resolved()


@pytest.mark.parametrize("name", ["1", '""', '"\\u001b"'])
def test_unprintable_name_of_a_target_is_refused(resolved, write, name):
    """Names go to terminals and into reports."""
    write("a.toml", f"name = {name}")

    with pytest.raises(UsageError, match="line 1: name wants a text"):
        resolved({"target": "a.toml"})


def test_pyproject_is_read_from_its_table(resolved, write):
    """Without a conformance.toml the table in pyproject.toml counts, with its lines."""
    write("pyproject.toml", "[project]\nname = 'x'\n[tool.containers-conformance]\ntimeout = 3\n")

    settings = resolved()

    assert settings.timeout == 3.0
    assert settings.origins["timeout"] == "pyproject.toml, line 4"


def test_features_in_pyproject_have_their_line(resolved, write):
    """A misspelt feature is found in its table of a table."""
    write("pyproject.toml", "[tool.containers-conformance.features]\nfile-cop = true\n")

    with pytest.raises(UsageError, match=r"pyproject\.toml, line 2: .*did you mean file-copy\?"):
        resolved()


def test_pyproject_of_another_project_is_left_alone(resolved, write):
    """A pyproject.toml without our table is no config."""
    write("pyproject.toml", "[project]\nname = 'x'\n")

    assert resolved().config is None


@pytest.mark.parametrize("text", ["[tool]\ncontainers-conformance = 1", "tool = 1"])
def test_odd_pyproject_is_told_or_left_alone(resolved, write, text):
    """What is no table of ours is refused only where it has our name."""
    write("pyproject.toml", text)

    if "conformance" in text:
        with pytest.raises(UsageError, match="is no table"):
            resolved()
    else:
        assert resolved().config is None


def test_conformance_toml_wins_over_pyproject(resolved, write):
    """Only the first config that exists is read."""
    write("pyproject.toml", "[tool.containers-conformance]\ntimeout = 3\nstrict = true\n")
    write("conformance.toml", "timeout = 4\n")

    settings = resolved()

    assert (settings.timeout, settings.strict) == (4.0, False)


def test_paths_in_a_file_are_relative_to_it(resolved, write, tmp_path):
    """A target file can be used from every working directory."""
    write("targets/waivers.yaml", "[]")
    write("targets/ours.toml", 'waivers = "waivers.yaml"')

    assert resolved({"target": "targets/ours.toml"}).waivers == tmp_path / "targets/waivers.yaml"


def test_target_file_names_the_target(resolved, write):
    """Reports call the target by the name in its file."""
    write("a.toml", 'name = "Ours, staging"\nauth = "none"\nbase-url = "https://example.org"')

    assert resolved({"target": "a.toml"}).name == "Ours, staging"


def _schema(kind):
    return json.loads((SCHEMAS / f"{kind}.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("kind", "wheres"),
    [("target", {Where.ANY_FILE}), ("config", {Where.ANY_FILE, Where.CONFIG_FILE})],
)
def test_schema_names_exactly_the_options_of_the_file(kind, wheres):
    """Editors that complete by the schema offer what is read."""
    extra = {"features", "name"} if kind == "target" else {"features"}
    expected = {option.name for option in OPTIONS if option.where in wheres} | extra

    assert set(_schema(kind)["properties"]) == expected


#: What no schema can say: broken syntax, names of the catalogue, numbers beyond JSON.
BEYOND_SCHEMAS = ("no-toml", "key-twice", "feature-unknown", "infinite", "digits", "deep")


@pytest.mark.parametrize("name", [name for name in BAD if name not in BEYOND_SCHEMAS])
def test_schema_refuses_what_the_reader_refuses(name):
    """Editors mark what would be refused."""
    text, _ = BAD[name]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), _schema("config"))


WHOLE = """
base-url = "https://example.org/v1"
auth = "header:api-key"
header = ["X-Tenant: ours"]
query = ["api-version=1"]
allow-insecure = false
profile = "core"
slow = true
expensive = false
only = ["container.*"]
fuzz = "quick"
seed = 1
shard = "1/2"
n = 2
max-containers = 5
max-requests = 6
max-duration = 7
rps = 1.5
timeout = 8
consistency = 0
strict = true
[features]
file-copy = true
name-filter = false
"""


def test_schema_takes_what_the_reader_takes(resolved, write):
    """One file with most options passes both, and its values arrive typed."""
    write("its.toml", WHOLE)

    jsonschema.validate(tomllib.loads(WHOLE), _schema("target"))
    settings = resolved({"target": "its.toml"}, {"CONFORMANCE_API_KEY": "sk-number-1"})

    assert settings.features == {"file-copy": True, "name-filter": False}
    assert settings.headers == (("X-Tenant", "ours"),)
    assert (settings.shard, settings.workers, settings.rps) == ((1, 2), "2", 1.5)
    assert (settings.expensive, settings.slow, settings.consistency) == (False, True, 0.0)


def test_workers_may_be_auto_in_a_file(resolved, write):
    """Auto is the one text that stands for a number."""
    write("conformance.toml", 'n = "auto"')

    assert resolved().workers == "auto"
