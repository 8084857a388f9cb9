"""Whatever is typed is either understood or refused in one line; nothing else comes out."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.errors import UsageError
from conformance.targets import OPTIONS, Settings, resolve, shown_config
from conformance.targets.files import OptionsFile
from conformance.targets.layers import of_file
from conformance.targets.options import Where

#: Those that neither write where they are told to, nor read from this process.
HARMLESS = [each.name for each in OPTIONS if each.name not in ("report-dir", "api-key-fd")]

TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "https://a.b",
        "http://[::1]",
        "http://[v1.a]/",
        "https://a.b:99999",
        "1/2",
        "a=b",
        "A: b",
        "header:x",
        "~",
        "/dev/null/x",
        "." * 5000,
        "a/" * 3000,
        "x" * 300,
    ]
)

TOML = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def _tried(act, *arguments):
    """What *act* gives, and what it says where it refuses."""
    try:
        return act(*arguments), ""
    except UsageError as error:
        return None, str(error)


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(HARMLESS), TEXTS | st.lists(TEXTS, max_size=2), max_size=2))
def test_any_command_line_is_understood_or_refused(typed):
    """What is understood can be shown and can cross to another process."""
    with tempfile.TemporaryDirectory() as directory:
        found, told = _tried(
            resolve, typed, {"CONFORMANCE_API_KEY": "sk-number-1"}, Path(directory)
        )

    assert "\n" not in told
    if found:
        assert Settings.from_json(found.to_json()) == found
        assert shown_config(found).count("\n") >= len(OPTIONS) - 2


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(
    st.dictionaries(
        st.sampled_from([*HARMLESS, "features", "name"]) | st.text(max_size=4), TOML, max_size=2
    )
)
def test_any_target_file_is_understood_or_refused(table):
    """Whatever types its values have."""
    file = OptionsFile(Path("its.toml"), "its.toml", table, "", "timeout = 1\n[features]\n")

    _, told = _tried(of_file, file, Where.ANY_FILE)

    assert not told or told.startswith("its.toml")
    assert "\n" not in told
