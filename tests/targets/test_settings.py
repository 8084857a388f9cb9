"""Settings: which source wins, what they carry, how they cross to other processes."""

import json
import os
import re

import pytest

from conformance.targets import OPTIONS, Settings, resolve, shown_config
from conformance.targets.options import BY_NAME

OURS = {"base-url": "https://example.org/v1"}

#: An option, two values as text, and what the second one becomes.
SOURCES = ["command line", "environment", "target file", "config file"]


def _settings(resolved, write, sources):
    """Settings with max-requests from each of *sources*, which tells which one it was."""
    values = {source: 100 + number for number, source in enumerate(SOURCES)}
    given, environ = {}, {}
    if "command line" in sources:
        given["max-requests"] = str(values["command line"])
    if "environment" in sources:
        environ["CONFORMANCE_MAX_REQUESTS"] = str(values["environment"])
    if "target file" in sources:
        write("its.toml", f"max-requests = {values['target file']}\n")
        given["target"] = "its.toml"
    if "config file" in sources:
        write("conformance.toml", f"# ours\nmax-requests = {values['config file']}\n")
    return resolved(given, environ), values


@pytest.mark.parametrize("first", range(len(SOURCES)))
def test_first_source_wins(resolved, write, first):
    """Command line over environment over target file over config file."""
    settings, values = _settings(resolved, write, SOURCES[first:])

    assert settings.max_requests == values[SOURCES[first]]


def test_origins_name_the_place(resolved, write):
    """Whoever wonders about a value can go there."""
    write("conformance.toml", "# ours\nmax-requests = 3\n")
    write("its.toml", "[features]\nfile-copy = true\n")
    given = {"timeout": "4", "target": "its.toml"}

    origins = resolved(given, {"CONFORMANCE_SLOW": "1"}).origins

    assert origins["max-requests"] == "conformance.toml, line 2"
    assert origins["timeout"] == "command line"
    assert origins["slow"] == "environment, CONFORMANCE_SLOW"
    assert origins["features.file-copy"] == "its.toml, line 2"
    assert origins["profile"] == "default"
    assert origins["config"] == "found in the working directory"


def test_default_is_the_embedded_reference(resolved):
    """Nothing at all is needed."""
    settings = resolved()

    assert settings.is_embedded
    assert settings.is_loopback
    assert settings.tries_expensive
    assert (settings.host, settings.name) == ("reference", "reference")
    assert (settings.profile, settings.fuzz, settings.workers) == ("core", "standard", "auto")
    assert (settings.max_containers, settings.max_requests) == (50, 2000)
    assert (settings.max_duration, settings.timeout, settings.consistency) == (900, 30, 10)


def test_defaults_of_the_table_and_of_the_values_agree(resolved):
    """What help says is what happens."""
    settings = resolved({"seed": "0"})

    for option in OPTIONS:
        if option.default is not None and option.field != "features":
            assert getattr(settings, option.field) == option.default, option.name


def test_seed_is_random_unless_given(resolved):
    """Two runs differ, and a run can be repeated."""
    assert resolved().seed != resolved().seed
    assert resolved({"seed": "0"}).seed == 0


def test_claims_are_merged_name_by_name(resolved, write):
    """A command line that disclaims one feature leaves the file's other claims alone."""
    write("conformance.toml", "[features]\nfile-copy = true\nname-filter = true\n")

    settings = resolved({"no-feature": ["file-copy"]})

    assert settings.features == {"file-copy": False, "name-filter": True}


def test_lists_are_replaced_whole(resolved, write):
    """A header on the command line stands for itself."""
    write("conformance.toml", 'header = ["A: 1", "B: 2"]\n')

    assert resolved({"header": ["C: 3"]}).headers == (("C", "3"),)


def test_lists_in_variables_are_split(resolved):
    """Names at commas and blanks, headers at line ends only."""
    environ = {
        "CONFORMANCE_FEATURE": "file-copy, name-filter",
        "CONFORMANCE_ONLY": "container.* file.*",
        "CONFORMANCE_HEADER": "A: 1, 2\nB: 3\n",
    }

    settings = resolved({}, environ)

    assert settings.features == {"file-copy": True, "name-filter": True}
    assert settings.only == ("container.*", "file.*")
    assert settings.headers == (("A", "1, 2"), ("B", "3"))


def test_empty_variable_counts_as_unset(resolved):
    """CI systems pass inputs that nobody filled in as empty."""
    assert resolved({}, {"CONFORMANCE_PROFILE": "", "CONFORMANCE_TIMEOUT": " "}).timeout == 30


def test_switch_can_be_switched_off_again(resolved):
    """The command line wins over the environment in both directions."""
    assert not resolved({"strict": False}, {"CONFORMANCE_STRICT": "yes"}).strict


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        ("https://Example.ORG", "https://example.org"),
        ("https://example.org/", "https://example.org"),
        ("http://127.0.0.1:4000/a/b/c//", "http://127.0.0.1:4000/a/b/c"),
        ("http://[::1]:80/v1", "http://[::1]:80/v1"),
        ("http://api.localhost/v1", "http://api.localhost/v1"),
    ],
)
def test_base_url_is_kept_without_its_last_slash(resolved, given, kept):
    """Paths of operations begin with a slash."""
    assert resolved({"base-url": given, "auth": "none"}).base_url == kept


def test_plain_http_is_taken_where_it_is_allowed(resolved):
    """Some targets live in a network of their own."""
    given = {"base-url": "http://example.org", "auth": "none", "allow-insecure": True}

    settings = resolved(given)

    assert not settings.is_loopback
    assert not settings.tries_expensive


def test_expensive_sizes_can_be_asked_for(resolved):
    """The option wins over where the target is."""
    given = {"base-url": "https://example.org", "auth": "none", "expensive": True}

    assert resolved(given).tries_expensive
    assert not resolved({"expensive": False}).tries_expensive


@pytest.mark.parametrize(
    ("auth", "name"), [("bearer", "Authorization"), ("header:api-key", "api-key"), ("none", None)]
)
def test_auth_names_the_header(resolved, auth, name):
    """The header that carries the key."""
    assert resolved({"auth": auth}).auth_header == name


def test_report_directory_is_not_made_before_a_run_opens(resolved, tmp_path):
    """Who only asks for settings leaves nothing behind."""
    settings = resolved({"report-dir": "out/here"})

    assert settings.report_dir == tmp_path / "out" / "here"
    assert list(tmp_path.iterdir()) == []


def test_waivers_can_be_drafted_in_a_directory_of_ours(resolved, tmp_path):
    """Nothing is written before there is something to draft."""
    assert resolved({"write-waivers": "drafts.yaml"}).write_waivers == tmp_path / "drafts.yaml"
    assert not (tmp_path / "drafts.yaml").exists()


def test_existing_report_directory_is_kept(resolved, tmp_path):
    """A second run into the same directory is the user's decision."""
    (tmp_path / "out").mkdir()

    assert resolved({"report-dir": "out"}).report_dir == tmp_path / "out"


def test_attributes_may_name_the_options_too(resolved):
    """The plugin may say max_requests and workers."""
    settings = resolved({"max_requests": "3", "workers": "0", "headers": ["A: 1"]})

    assert (settings.max_requests, settings.workers, settings.headers) == (3, "0", (("A", "1"),))


def test_names_are_not_checked_without_a_catalogue(tmp_path):
    """Whoever has no catalogue at hand can still resolve."""
    assert resolve({"profile": "ours", "only": ["x"]}, {}, tmp_path).profile == "ours"


def _everything(resolved, write):
    write("waivers.yaml", "[]")
    given = {
        "base-url": "https://example.org/v1",
        "header": ["X-Api-Token: tok-hidden", "X-Tenant: ours"],
        "query": ["api-version=1", "sig=sig-hidden"],
        "proxy": "http://me:pw-hidden@127.0.0.1:3128",
        "shard": "1/2",
        "only": ["container.*"],
        "feature": ["file-copy"],
        "waivers": "waivers.yaml",
        "report-dir": "out",
        "rps": "2.5",
    }
    keys = {"CONFORMANCE_API_KEY": "sk-hidden", "CONFORMANCE_SECOND_API_KEY": "sk-hidden-2"}
    return resolved(given, keys)


def test_settings_survive_the_way_to_another_process(resolved, write):
    """Everything arrives in a worker, secrets too."""
    settings = _everything(resolved, write)

    read_back = Settings.from_json(json.loads(json.dumps(settings.to_json())))

    assert read_back == settings
    assert read_back.api_key.reveal() == "sk-hidden"


def test_settings_never_show_a_secret(resolved, write):
    """Neither in a traceback nor in --show-config."""
    settings = _everything(resolved, write)

    for text in (repr(settings), str(settings), f"{settings.api_key}", shown_config(settings)):
        assert "hidden" not in text
    assert "X-Tenant: ours" in shown_config(settings)


def test_secrets_are_told_to_the_redactor(resolved, write):
    """All that must be masked, and nothing else."""
    assert set(_everything(resolved, write).secrets) == {
        "sk-hidden",
        "sk-hidden-2",
        "tok-hidden",
        "sig-hidden",
        "pw-hidden",
    }


TELLTALE = ["X-Api-Token", "apiKey", "sessionTokens", "COOKIE", "sig", "x_access_key", "APIKey"]
HARMLESS = ["bypass", "X-Design", "author", "X-Monkey", "keyboard", "compass-id", "signal"]


@pytest.mark.parametrize("name", TELLTALE)
def test_value_of_a_telltale_name_is_a_secret(resolved, name):
    """Whichever way the words of the name are joined."""
    assert "longer-than-that" in resolved({"header": [f"{name}: longer-than-that"]}).secrets


@pytest.mark.parametrize("name", HARMLESS)
def test_value_of_a_harmless_name_is_no_secret(resolved, name):
    """A name that merely holds the letters of a telltale word betrays nothing."""
    assert resolved({"query": [f"{name}=longer-than-that"]}).secrets == ()


def test_short_value_is_no_secret(resolved):
    """Masking it would mask every 1 in the evidence."""
    given = {"query": ["sig=1"], "header": ["X-Token: abcdefg"], "proxy": "http://a:b@127.0.0.1:1"}

    assert resolved(given).secrets == ()


def test_shown_config_has_a_line_for_each_option(resolved):
    """Options with their values and origins; claims where there are some."""
    lines = shown_config(resolved({"feature": ["file-copy"], "no-feature": ["name-filter"]}))

    shown = [line.split()[0] for line in lines.splitlines()]
    assert shown == [
        *(option.spelled for option in OPTIONS if option.field != "features"),
        "--feature",
        "--no-feature",
    ]
    assert re.search(r"--feature +file-copy +command line\n", lines)
    assert re.search(r"--timeout +30 +default\n", lines)


def test_variables_follow_the_names():
    """CONFORMANCE_ and the option's name."""
    assert BY_NAME["max-requests"].variable == "CONFORMANCE_MAX_REQUESTS"
    assert BY_NAME["n"].variable == "CONFORMANCE_N"


@pytest.mark.parametrize(
    ("given", "environ", "named"),
    [
        ({}, {}, {}),
        (OURS, {"CONFORMANCE_API_KEY": "sk-1"}, {"own": "CONFORMANCE_API_KEY"}),
        ({**OURS, "api-key-env": "THEIRS"}, {"THEIRS": "sk-1"}, {"own": "THEIRS"}),
        ({**OURS, "api-key-env": "sk_an_unused_key", "auth": "none"}, {}, {}),
        (
            {**OURS, "second-api-key-env": "OTHER"},
            {"CONFORMANCE_API_KEY": "sk-1", "OTHER": "sk-2"},
            {"own": "CONFORMANCE_API_KEY", "second": "OTHER"},
        ),
    ],
)
def test_variables_of_the_keys_are_told_where_they_held_one(resolved, given, environ, named):
    """What was never looked up may be a key that stands where a name should."""
    assert resolved(given, environ).key_variables == named


def test_key_of_a_descriptor_has_no_variable(resolved):
    """Not even the one that something else names."""
    reading, writing = os.pipe()
    os.write(writing, b"sk-1")
    os.close(writing)

    settings = resolved(
        {**OURS, "api-key-fd": str(reading)}, {"CONFORMANCE_API_KEY_ENV": "THEIRS", "THEIRS": "x"}
    )

    os.close(reading)
    assert settings.key_variables == {}
