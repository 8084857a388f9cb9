"""Evidence survives what happens to files and processes."""

import gc
import stat

import pytest

from conformance.errors import UsageError
from conformance.evidence import Evidence, EvidenceWriter, TruncatedEvidence
from conformance.evidence.heading import NEEDED
from conformance.evidence.merging import merge

HEADER = {
    "suite": {"version": "1", "catalogue_sha256": "a", "spec_sha256": "b"},
    "target": {"base_url": "http://127.0.0.1/v1", "name": "t", "profile": "core", "claims": {}},
    "run": {
        "id": "r",
        "seed": 1,
        "started_at": "2026-01-01T00:00:00.000Z",
        "fuzz": "off",
        "strict": False,
    },
}
BODY = {"size": 0, "truncated": False, "sha256": "", "text": ""}


def exchange(id_):
    """An exchange of that id, to which no answer came."""
    return {
        "id": id_,
        "operation": None,
        "credential": "own",
        "throttled": False,
        "started_at": "2026-01-01T00:00:00.000Z",
        "elapsed_ms": 1.0,
        "trouble": None,
        "request": {"method": "GET", "url": "http://127.0.0.1/v1", "headers": [], "body": BODY},
        "response": None,
    }


CASE = {
    "kind": "case",
    "case": "a::b",
    "attempt": 1,
    "duration_s": 0.0,
    "consistency_s": 0.0,
    "claims": [],
    "exchanges": [exchange("1")],
}
CLAIM = {"requirement": "a.b.c", "outcome": "passed", "message": "", "exchange": None}
FOOTER = {
    "duration_s": 0.0,
    "interrupted": False,
    "limit": None,
    "fault": None,
    "filtered": False,
    "requests": 2,
    "containers_created": 0,
    "containers_left": 0,
    "left": [],
    "throttled": 0,
    "waited_s": 0.0,
}
PLAN = {"kind": "plan", "plan": {"a.b.c": ["a::b"]}}
CLEANING = {"kind": "cleaning", "exchanges": [exchange("2")]}


@pytest.fixture
def written(tmp_path):
    """The path of evidence with one line of each kind."""
    path = tmp_path / "evidence.jsonl"
    writer = EvidenceWriter(path, HEADER)
    for line in (PLAN, CASE, CLEANING):
        writer.append(line)
    writer.close(FOOTER)
    return path


def test_evidence_is_read_as_written(written):
    """Every kind of line is where it belongs."""
    evidence = Evidence.from_file(written)

    assert evidence.header == {"kind": "header", **HEADER}
    assert evidence.records == (CASE,)
    assert evidence.plan == PLAN["plan"]
    assert evidence.cleaning == (CLEANING,)
    assert evidence.footer == {"kind": "footer", **FOOTER}
    assert evidence.unreadable == 0
    assert [each["id"] for each in evidence.exchanges()] == ["1", "2"]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({}, [None] * 3),
        ({"key_variables": {}}, [None] * 3),
        ({"key_variables": {"own": "OURS"}}, ["OURS", None, "OURS"]),
        ({"key_variables": {"own": "OURS", "second": "_2"}}, ["OURS", "_2", "OURS"]),
    ],
)
def test_exchange_is_told_with_the_variable_of_its_key(tmp_path, named, told):
    """As the header names it, whatever a line of a stranger's has in its place."""
    path = tmp_path / "evidence.jsonl"
    writer = EvidenceWriter(path, {**HEADER, "target": {**HEADER["target"], **named}})
    writer.append({**CASE, "exchanges": [{**exchange("1"), "key_variable": "X;reboot"}]})
    other = {**exchange("2"), "credential": "second"}
    writer.append({**CLEANING, "exchanges": [other, {**exchange("3"), "credential": "wrong"}]})
    writer.close(FOOTER)

    evidence = Evidence.from_file(path)

    assert [each["key_variable"] for each in evidence.exchanges()] == told


@pytest.mark.parametrize(("second", "told"), [("OURS", "OURS"), ("THEIRS", None)])
def test_merged_parts_tell_the_variable_that_held_the_key_on_all_machines(tmp_path, second, told):
    """Where it was another on one of them, none is told, so that the usual one is meant."""
    parts = []
    for number, name in enumerate(("OURS", second), 1):
        target = {**HEADER["target"], "key_variables": {"own": name}}
        run = {**HEADER["run"], "id": f"r{number}", "shard": [number, 2]}
        path = tmp_path / f"{number}.jsonl"
        writer = EvidenceWriter(path, {**HEADER, "target": target, "run": run})
        writer.append(CASE)
        writer.close(FOOTER)
        parts.append(Evidence.from_file(path))

    assert {each["key_variable"] for each in merge(parts).exchanges()} == {told}


@pytest.mark.parametrize("name", ["", "X;reboot", "A B", "1A", "A\n", "$A", "Ä", None, 1, ["A"]])
@pytest.mark.parametrize("whose", ["own", "second"])
def test_variable_that_no_shell_has_is_refused(tmp_path, name, whose):
    """It would stand in a command that somebody copies."""
    path = tmp_path / "evidence.jsonl"
    target = {**HEADER["target"], "key_variables": {whose: name}}
    EvidenceWriter(path, {**HEADER, "target": target}).close(FOOTER)

    with pytest.raises(UsageError, match=r"target\.key_variables is none of a run"):
        Evidence.from_file(path)


def test_evidence_is_its_owners_only(written):
    """Nobody else may read what a target has said, whatever the umask."""
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_evidence_is_begun_anew(tmp_path):
    """A second run into the same file leaves nothing of the first."""
    path = tmp_path / "evidence.jsonl"
    EvidenceWriter(path, {**HEADER, "run": {"id": "old"}}).close({})
    EvidenceWriter(path, HEADER).close({})

    assert Evidence.from_file(path).header["run"]["id"] == "r"
    assert "old" not in path.read_text()


def test_each_line_is_on_disk_before_the_next(tmp_path):
    """A process that is killed loses at most the line that it was writing."""
    path = tmp_path / "evidence.jsonl"
    writer = EvidenceWriter(path, HEADER)
    writer.append(CASE)

    evidence = Evidence.from_file(path)
    writer.close({})

    assert evidence.records == (CASE,)
    assert evidence.footer is None


@pytest.mark.parametrize("text", ["\u2028\u0085", "\ud800", "a\nb\rc", "\0\x1b[2J", "ä🙂"])
def test_any_text_stays_on_its_line(tmp_path, text):
    """Line separators, lone surrogates and control characters come back as they were."""
    path = tmp_path / "evidence.jsonl"
    writer = EvidenceWriter(path, HEADER)
    writer.append({**CASE, "case": text})
    writer.close(FOOTER)

    evidence = Evidence.from_file(path)
    assert [each["case"] for each in evidence.records] == [text]
    assert evidence.unreadable == 0
    assert path.read_bytes().isascii()


def test_evidence_cut_anywhere_is_still_read(written):
    """However short the file is, what is whole is read, and a missing end is told."""
    whole = written.read_bytes()
    end_of_header = whole.index(b"\n")
    for length in range(0, len(whole), 7):
        written.write_bytes(whole[:length])
        if length < end_of_header:
            with pytest.raises(TruncatedEvidence, match="no header"):
                Evidence.from_file(written)
            continue
        evidence = Evidence.from_file(written)
        assert evidence.footer is None or length >= len(whole) - 1
        assert evidence.unreadable <= 1


BROKEN = {
    "cut in the middle": b'{"kind": "case", "ca',
    "no JSON": b"hello",
    "no object": b"[1]",
    "no kind": b'{"case": "a"}',
    "invalid UTF-8": b"\xff\xfe",
    "too deep": b"[" * 100_000,
    "too many digits": b"1" * 100_000,
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
def test_unreadable_line_is_counted(written, line):
    """A line that can't be read is told, and hides no other."""
    head, _, rest = written.read_bytes().partition(b"\n")
    written.write_bytes(head + b"\n" + line + b"\n" + rest)

    evidence = Evidence.from_file(written)
    assert evidence.unreadable == 1
    assert evidence.records == (CASE,)
    assert evidence.footer


@pytest.mark.parametrize("content", [b"", b"\n\n", b"{}\n", b'{"kind": "case"}\n', b"\0" * 100])
def test_file_without_header_is_no_evidence(tmp_path, content):
    """And says so in a sentence for the person at the terminal."""
    path = tmp_path / "evidence.jsonl"
    path.write_bytes(content)

    with pytest.raises(TruncatedEvidence, match=r"evidence\.jsonl has no header line") as caught:
        Evidence.from_file(path)
    assert isinstance(caught.value, UsageError)


LACKING = [(name, key) for name, keys in NEEDED.items() for key in keys]


@pytest.mark.parametrize(("section", "key"), LACKING, ids=map(".".join, LACKING))
@pytest.mark.parametrize("broken", [None, [1], "absent"])
def test_header_that_lacks_something_is_refused(tmp_path, section, key, broken):
    """In a sentence that names what is missing, whether it is absent or of another kind."""
    path = tmp_path / "evidence.jsonl"
    fields = {**HEADER[section], key: broken}
    if broken == "absent":
        del fields[key]
    EvidenceWriter(path, {**HEADER, section: fields}).close({})

    with pytest.raises(UsageError, match=f"no proper {section}.{key}"):
        Evidence.from_file(path)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ({**HEADER, "waivers": ["x"]}, "waivers is none of a run"),
        ({**HEADER, "waivers": [{"requirement": "a", "reason": "r", "until": "soon"}]}, "waivers"),
        ({**HEADER, "waivers": [{"requirement": "a", "reason": "r", "other": 1}]}, "waivers"),
        ({**HEADER, "run": {**HEADER["run"], "shard": [1]}}, "run.shard is none"),
        ({**HEADER, "run": {**HEADER["run"], "recording": 1}}, "run.recording is none"),
        ({**HEADER, "target": {**HEADER["target"], "claims": {"a": 1}}}, "target.claims is none"),
        ({**HEADER, "code": {"file": "a.py"}}, "code is none"),
        ({**HEADER, "run": {**HEADER["run"], "started_at": "0001-01-01T00:00+14:00"}}, "no time"),
        ({**HEADER, "run": 1}, "no proper run.id"),
        ({**HEADER, "run": {**HEADER["run"], "started_at": "soon"}}, "started_at is no time"),
        ({**HEADER, "waivers": {}}, "waivers are no list"),
    ],
)
def test_header_of_another_kind_is_refused(tmp_path, header, told):
    """Before anything in it is judged."""
    path = tmp_path / "evidence.jsonl"
    EvidenceWriter(path, header).close({})

    with pytest.raises(UsageError, match=told):
        Evidence.from_file(path)


@pytest.mark.parametrize("name", ["absent.jsonl", "."])
def test_unreadable_file_is_a_wrong_call(tmp_path, name):
    """A path that is no file is named."""
    with pytest.raises(UsageError, match="can't be read"):
        Evidence.from_file(tmp_path / name)


def test_unfinished_evidence_has_no_plan(tmp_path):
    """A run that broke off before its plan has none, which differs from an empty one."""
    path = tmp_path / "evidence.jsonl"
    EvidenceWriter(path, HEADER).close({})

    assert Evidence.from_file(path).plan is None


def test_reading_is_no_time_to_look_for_garbage(tmp_path):
    """Or each look would go through all that was read before; afterwards it is looked for again."""
    path = tmp_path / "evidence.jsonl"
    writer = EvidenceWriter(path, HEADER)
    for _ in range(3000):
        writer.append({**CASE, "claims": [dict(CLAIM) for _ in range(20)]})
    writer.close({})
    looks = []
    gc.callbacks.append(lambda *told: looks.append(told))
    try:
        evidence = Evidence.from_file(path)
    finally:
        gc.callbacks.pop()

    assert len(evidence.records) == 3000
    assert len(looks) < 10  # of more than a hundred
    assert gc.isenabled()
