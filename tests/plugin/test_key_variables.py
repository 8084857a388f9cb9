"""What somebody copies from a report reads the keys from the variables that the run read."""

import json

import pytest


@pytest.mark.end_to_end
def test_commands_of_a_report_read_the_keys_that_the_run_has_read(run, reference):
    """Each from the variable that an option has named; nothing else of it is kept."""
    ran = run(
        *("--base-url", reference.url, "--fuzz", "off", "-n", "0"),
        *("--api-key-env", "THEIR_KEY", "--second-api-key-env", "Other_Key2"),
        *("--only", "container.retrieve.*"),
        THEIR_KEY=reference.key,
        Other_Key2=reference.second,
    )

    assert ran.status == 0, ran.out
    lines = (ran.directory / "evidence.jsonl").read_text("utf-8").splitlines()
    named = json.loads(lines[0])["target"]["key_variables"]
    assert named == {"own": "THEIR_KEY", "second": "Other_Key2"}
    told = [each["curl"] for each in ran.report["requirements"] if each["curl"]]
    assert any("Bearer $THEIR_KEY" in each for each in told)
    assert any("Bearer $Other_Key2" in each for each in told)
    assert not any("CONFORMANCE_" in each for each in told)
    for name in ran.written:
        text = (ran.directory / name).read_text("utf-8")
        assert reference.key not in text, name
        assert reference.second not in text, name
