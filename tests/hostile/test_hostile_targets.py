"""A target may attack as it likes: a verdict comes, in time, and nothing is harmed or told."""

import base64
import re
from urllib.parse import quote

import pytest

from conformance.reporting import as_html
from tests.hostile import bodies, conduct, framing, texts
from tests.hostile.opened import active_in
from tests.hostile.registry import VICES
from tests.hostile.trial import attempt

MODULES = (bodies, conduct, framing, texts)

#: Peak memory that a run may take, in MiB.
MOST_MIB = 300

#: What the page runs of its own; nothing else may run.
OWN_SCRIPT = f"<script>{as_html._script()}</script>"

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]")


def spellings(key):
    """The ways to write *key* that would betray it."""
    raw = key.encode()
    ways = {raw, quote(key, safe="").encode(), raw.hex().encode(), raw[::-1]}
    ways |= {"".join(f"%{each:{form}}" for each in raw).encode() for form in ("02x", "02X")}
    for before in (b"", b"u:", b"Bearer ", b"xx"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            # The ends also hold a neighbour's bits.
            ways.add(encode(before + raw)[4 * -(-len(before) // 3) + 4 : -6])
    return ways


def each_form():
    """Every vice in each of its forms; all forms but the first take their turn when asked for."""
    seen = set()
    for name in VICES:
        family = name.partition("[")[0]
        yield pytest.param(name, marks=[pytest.mark.further_form] if family in seen else [])
        seen.add(family)


def test_there_are_vices_enough():
    """At least forty ways to attack are known."""
    assert len({each.act for each in VICES.values()}) >= 40


@pytest.mark.end_to_end
@pytest.mark.parametrize("name", list(each_form()))
def test_hostile_target_gets_a_verdict_and_nothing_else(name, tmp_path):
    """Time, memory, exit status, terminal, reports, keys, and what is another's are all safe."""
    vice = VICES[name]
    tried = attempt(vice, tmp_path)
    said = tried.said.decode("utf-8", "replace")

    assert tried.status in vice.exits, said
    assert "Traceback" not in said, said
    assert not CONTROLS.search(said), said
    assert tried.peak_mib < MOST_MIB
    assert tried.verdict or tried.status == 3, said
    assert not tried.target.strayed
    for place, text in tried.written.items():
        for key in (tried.target.key, tried.target.second):
            assert not any(each in text for each in spellings(key)), place
        assert b"\x1b" not in text or place.startswith("ledger"), place
    _pages_are_dead(tried)
    _nothing_foreign_was_touched(tried)
    _nothing_is_left_in_silence(tried, vice)


def _pages_are_dead(tried):
    """Nothing in what people open runs, fetches or leads away."""
    for name in ("report.html", "report.md", "junit.xml"):
        text = tried.written.get(name, b"").decode("utf-8")
        if name == "report.html" and text:
            assert text.count(OWN_SCRIPT) == 1
            text = text.replace(OWN_SCRIPT, "")
        if name == "report.md":  # code is shown as it stands
            text = re.sub(
                r"^( *)(`{3,}).*?^ *\2`* *$|(`+)[^\n]*?\3", "", text, flags=re.MULTILINE | re.DOTALL
            )
        assert "<script" not in text.lower(), name
        assert "<img" not in text.lower(), name
        assert name != "report.html" or not active_in(text)


def _nothing_foreign_was_touched(tried):
    """No request named the container that was there before, and it is still there."""
    foreign = tried.target.foreign
    assert tried.names.get(foreign["id"]) == foreign["name"]
    assert not [each for each in tried.target.heard if foreign["id"] in each[1].partition("?")[0]]


def _nothing_is_left_in_silence(tried, vice):
    """What is left behind is listed; where deleting was possible, nothing is."""
    ours = {key: name for key, name in tried.names.items() if key != tried.target.foreign["id"]}
    assert vice.leaves or not ours
    assert vice.denies or len(tried.left) >= len(ours)
