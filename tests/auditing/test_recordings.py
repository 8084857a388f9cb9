"""Recordings of different clients: what each shows is judged, and what none shows is not."""

import base64
import json

import pytest
from recording_clients import BYTES, KEY, STYLES, har

from conformance.verdicts.outcome import EXIT_STATUS, Verdict

#: Lies that need nothing but statuses, and lies that need bodies, with what finds them.
BY_STATUS = {
    "confirms_without_deleting[container]": "container.delete.removes-the-container",
    "confirms_without_deleting[file]": "file.delete.removes-the-file",
    "redirects[retrieveContainer, 307]": "container.retrieve.is-not-redirected",
    "crashes_always[listContainerFiles]": "file.list.is-never-a-server-error",
}
BY_BODY = {
    "disagrees_with_itself[retrieveContainer, name lowered]": (
        "container.retrieve.name-is-as-created"
    ),
    "answers_a_field_wrongly[createContainer, last_active_at in ms]": (
        "container.create.last-active-at-is-unix-seconds"
    ),
    "ignores_the_limit[listContainers]": "container.list.limit-is-honoured",
    "confirms_a_deletion_wrongly[deleteContainer, deleted false]": (
        "container.delete.answers-the-deletion"
    ),
    "never_lists_what_is_created[listContainers]": "container.list.shows-the-created",
    "drops_the_last_byte": "file.content.bytes-are-identical",
}


def entries(heard, style):
    """What was *heard* as that style records it."""
    return [STYLES[style](*each) for each in heard]


@pytest.mark.parametrize("style", STYLES)
def test_reference_is_found_to_keep_what_the_recording_shows(sessions, audited, style):
    """Nothing fails, however little was recorded, and something is in scope."""
    report, failed = audited(har(entries(sessions(), style)))

    assert failed == set()
    assert report.verdict == "conformant"
    assert report.target["base_url"].endswith("/v1")
    assert {each.outcome for each in report.requirements} == {"passed"}
    assert len(report.requirements) > 20


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("lie", "requirement"), BY_STATUS.items(), ids=BY_STATUS)
def test_lie_that_a_status_shows_is_found_in_every_recording(
    sessions, audited, style, lie, requirement
):
    """Even where nothing else was recorded."""
    report, failed = audited(har(entries(sessions(lie), style)))

    assert requirement in failed
    assert EXIT_STATUS[Verdict(report.verdict)] == 1


@pytest.mark.parametrize("style", ["whole", "chrome", "mitmproxy"])
@pytest.mark.parametrize(("lie", "requirement"), BY_BODY.items(), ids=BY_BODY)
def test_lie_that_a_body_shows_is_found_where_bodies_were_recorded(
    sessions, audited, style, lie, requirement
):
    """And only the operation at fault is blamed."""
    report, failed = audited(har(entries(sessions(lie), style)))

    assert requirement in failed
    blamed = {each.operation for each in report.requirements if each.id in failed}
    assert len(blamed) == 1


@pytest.mark.parametrize("style", ["bodiless", "bare"])
@pytest.mark.parametrize("lie", BY_BODY)
def test_what_was_not_recorded_is_not_judged(sessions, audited, style, lie):
    """A recording without bodies blames nobody for bodies."""
    assert audited(har(entries(sessions(lie), style)))[1] == set()


def test_bytes_that_were_written_as_text_are_not_compared(sessions, audited):
    """The client lost them, not the target."""
    report, failed = audited(har(entries(sessions(), "lossy")))

    assert failed == set()
    assert "file.content.bytes-are-identical" not in {each.id for each in report.requirements}


def test_upload_that_was_recorded_is_compared_byte_by_byte(sessions, audited):
    """Not only by its size."""
    heard = entries(sessions(), "whole")
    content = next(each for each in heard if each["request"]["url"].endswith("/content"))
    changed = bytes([BYTES[0] ^ 1]) + BYTES[1:]
    content["response"]["content"] |= {
        "text": base64.b64encode(changed).decode(),
    }

    assert audited(har(heard))[1] == {"file.content.bytes-are-identical"}


def test_exchanges_outside_the_api_are_counted_and_left_alone(sessions, audited):
    """Other hosts, other paths, other methods, other APIs that have containers, caches."""
    heard = entries(sessions(), "whole")
    base_url = heard[0]["request"]["url"].removesuffix("/containers")
    others = [
        ("GET", "https://example.org/index.html"),
        ("GET", "https://docker.example/v1.43/containers/json"),
        ("GET", "https://docker.example/containers"),
        ("GET", f"{base_url}/models"),
        ("OPTIONS", f"{base_url}/containers"),
        ("PATCH", f"{base_url}/containers/x"),
        ("GET", f"{base_url}/containers/x/files/y/z"),
        ("GET", "http://["),
        ("GET", ""),
    ]
    strange = []
    for method, url in others:
        entry = json.loads(json.dumps(heard[1]))
        entry["request"] |= {"method": method, "url": url}
        entry["response"]["status"] = 500
        entry["response"]["content"] = {}
        strange.append(entry)
    cached = json.loads(json.dumps(heard[0]))
    cached |= {"_fromCache": "disk", "response": {"status": 500}}
    report, failed = audited(har([*strange, *heard, cached]))

    assert failed == set()
    assert report.run["requests"] == len(heard)
    assert f"{len(others) + 1} other entries" in " ".join(report.notes)
    assert report.publishable is False


@pytest.mark.parametrize("prefix", ["", "/v1", "/openai/v1", "/a/containers/b", "/@x/~y"])
def test_base_url_is_found_behind_any_prefix(sessions, audited, prefix):
    """Whatever stands before the path of the API."""
    text = har(entries(sessions(), "whole"))
    base_url = sessions()[0][1].url
    root = f"{base_url.scheme}://{base_url.netloc.decode()}"
    report, failed = audited(text.replace(f"{root}/v1", f"https://provider.example{prefix}"))

    assert failed == set()
    assert report.target["base_url"] == f"https://provider.example{prefix}"
    assert report.run["requests"] == len(sessions())


def test_of_two_targets_the_one_that_is_asked_more_is_judged(sessions, audited):
    """Or the one that somebody names."""
    heard = entries(sessions(), "whole")
    lying = entries(sessions("redirects[retrieveContainer, 307]"), "whole")[:8]
    base_url = lying[0]["request"]["url"].removesuffix("/containers")

    assert audited(har([*lying, *heard]))[1] == set()
    assert audited(har([*lying, *heard]), base_url=base_url)[1] == {
        "container.retrieve.is-not-redirected"
    }


def test_requests_that_overlap_prove_nothing(sessions, audited):
    """What was asked before the deletion was answered may still be there."""
    heard = entries(sessions("confirms_without_deleting[container]"), "whole")
    for entry in heard:
        entry["startedDateTime"] = "2026-01-01T00:00:00Z"
        entry["time"] = 10_000

    assert "container.delete.removes-the-container" not in audited(har(heard))[1]


def test_order_of_the_file_is_not_the_order_of_the_clock(sessions, audited):
    """A proxy may write what was answered first."""
    heard = entries(sessions("confirms_without_deleting[container]"), "whole")

    assert audited(har(entries(sessions(), "whole")[::-1]))[1] == set()
    assert "container.delete.removes-the-container" in audited(har(heard))[1]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_recording_that_is_cut_is_judged_as_far_as_it_goes(sessions, audited, share):
    """And says that it is cut."""
    text = har(entries(sessions("redirects[retrieveContainer, 307]"), "whole"))
    report, failed = audited(text[: int(len(text) * share)])

    assert "is cut" in " ".join(report.notes)
    assert failed <= {"container.retrieve.is-not-redirected"}
    assert failed or share < 0.9


def test_byte_order_mark_is_no_hindrance(sessions, audited):
    """Some clients write one."""
    text = har(entries(sessions(), "whole"))

    assert audited(b"\xef\xbb\xbf" + text.encode())[0].verdict == "conformant"


def test_recording_without_the_api_is_inconclusive(audited):
    """Nothing ran."""
    entry = {"request": {"method": "GET", "url": "https://example.org/"}, "response": {}}
    report, _ = audited(har([entry]))

    assert EXIT_STATUS[Verdict(report.verdict)] == 4
    assert report.requirements == ()


def test_secrets_of_a_recording_stay_in_it(sessions, audited, tmp_path):
    """Keys, cookies, passwords, and domain secrets, wherever they stand."""
    heard = entries(sessions(), "whole")
    base_url = heard[0]["request"]["url"].removesuffix("/containers")
    first = heard[0]
    first["request"]["url"] += "?api_key=query-0123456789&sig=short"
    first["request"]["headers"] += [
        {"name": "X-Api-Key", "value": "header-0123456789"},
        {"name": "Proxy-Authorization", "value": "Basic proxy-0123456789"},
    ]
    first["response"]["headers"].append(
        {"name": "Set-Cookie", "value": "id=setcookie-0123456789; Path=/"}
    )
    secret = {"domain": "example.com", "name": "A", "value": "domain-0123456789"}
    policy = {"type": "allowlist", "allowed_domains": ["a.b"], "domain_secrets": [secret]}
    first["request"]["postData"] = {
        "mimeType": "application/json",
        "text": json.dumps({"name": f"x {KEY}", "network_policy": policy}),
    }
    audited(har(heard), base_url=base_url)

    written = (tmp_path / "evidence.jsonl").read_text("utf-8")
    for each in ("query", "header", "proxy", "setcookie", "domain", "cookie"):
        assert f"{each}-0123456789" not in written
    assert KEY not in written
    assert "sig=short" not in written
