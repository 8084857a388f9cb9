"""Containers: what may be asked for, and what comes back."""

import re

import pytest


def test_created_container_has_every_documented_field(api):
    """The defaults are echoed; a network policy that nobody asked for is left out."""
    created = api.post("/containers", json={"name": "notes"})

    assert created.status_code == 200
    body = created.json()
    assert re.fullmatch("cntr_[0-9a-f]{48}", body["id"])
    assert body == {
        "id": body["id"],
        "object": "container",
        "created_at": body["last_active_at"],
        "status": "running",
        "expires_after": {"anchor": "last_active_at", "minutes": 20},
        "last_active_at": body["last_active_at"],
        "memory_limit": "1g",
        "name": "notes",
    }
    assert type(body["created_at"]) is int


def test_retrieval_and_list_show_the_container_as_created(api):
    """The three answers agree."""
    created = api.post("/containers", json={"name": "notes"}).json()

    assert api.get(f"/containers/{created['id']}").json() == created
    assert api.get("/containers").json() == {
        "object": "list",
        "data": [created],
        "first_id": created["id"],
        "last_id": created["id"],
        "has_more": False,
    }


def test_everything_that_is_asked_for_is_echoed_but_secrets(api):
    """Secrets and skills are taken and never shown."""
    domains = ["example.org", "example.com"]
    secret = {"domain": "example.org", "name": "TOKEN", "value": "hush"}
    source = {"type": "base64", "media_type": "application/zip", "data": "UEsFBg=="}
    asked = {
        "name": "é \0 \U0001f600",
        "memory_limit": "64g",
        "expires_after": {"anchor": "last_active_at", "minutes": 7.0},
        "network_policy": {
            "type": "allowlist",
            "allowed_domains": domains,
            "domain_secrets": [secret],
        },
        "skills": [
            {"type": "skill_reference", "skill_id": "skill_1", "version": "latest"},
            {"type": "inline", "name": "n", "description": "d", "source": source},
        ],
        "custom_llm_provider": "openai",
    }
    created = api.post("/containers", json=asked)

    assert created.status_code == 200
    assert "hush" not in created.text
    body = created.json()
    assert body["name"] == asked["name"]
    assert body["memory_limit"] == "64g"
    assert body["expires_after"] == {"anchor": "last_active_at", "minutes": 7}
    assert body["network_policy"] == {"type": "allowlist", "allowed_domains": domains}
    assert not {"skills", "custom_llm_provider"} & set(body)
    assert api.get(f"/containers/{body['id']}").json() == body


def test_disabled_network_is_echoed(api):
    """The other network policy is kept too."""
    asked = {"name": "a", "network_policy": {"type": "disabled"}}

    assert api.post("/containers", json=asked).json()["network_policy"] == {"type": "disabled"}


def test_optional_parts_may_be_left_out(api):
    """Secrets of an allowlist, the version of a skill, and whole empty lists."""
    asked = {
        "name": "a",
        "file_ids": [],
        "network_policy": {"type": "allowlist", "allowed_domains": ["example.org"]},
        "skills": [{"type": "skill_reference", "skill_id": "skill_1"}],
    }
    created = api.post("/containers", json=asked)

    assert created.status_code == 200
    assert created.json()["network_policy"] == asked["network_policy"]


_ANCHORED = {"anchor": "last_active_at"}
_SOURCE = {"type": "base64", "media_type": "application/zip", "data": "UEs="}
_INLINE = {"type": "inline", "name": "n", "description": "d", "source": _SOURCE}


@pytest.mark.parametrize(
    ("field", "value", "param"),
    [
        ("name", "", "name"),
        ("name", None, "name"),
        ("name", 1, "name"),
        ("name", "x" * 1025, "name"),
        ("colour", "red", "colour"),
        ("custom_llm_provider", {}, "custom_llm_provider"),
        ("file_ids", "file-1", "file_ids"),
        ("file_ids", [1], "file_ids[0]"),
        ("file_ids", ["x"] * 51, "file_ids"),
        ("memory_limit", "2g", "memory_limit"),
        ("memory_limit", 1, "memory_limit"),
        ("expires_after", {}, "expires_after.anchor"),
        ("expires_after", None, "expires_after"),
        ("expires_after", {"minutes": 5}, "expires_after.anchor"),
        ("expires_after", _ANCHORED, "expires_after.minutes"),
        ("expires_after", {"anchor": "created_at", "minutes": 5}, "expires_after.anchor"),
        ("expires_after", {**_ANCHORED, "minutes": 0}, "expires_after.minutes"),
        ("expires_after", {**_ANCHORED, "minutes": 21}, "expires_after.minutes"),
        ("expires_after", {**_ANCHORED, "minutes": 10**300}, "expires_after.minutes"),
        ("expires_after", {**_ANCHORED, "minutes": 1.5}, "expires_after.minutes"),
        ("expires_after", {**_ANCHORED, "minutes": "5"}, "expires_after.minutes"),
        ("expires_after", {**_ANCHORED, "minutes": True}, "expires_after.minutes"),
        ("expires_after", {**_ANCHORED, "minutes": 5, "x": 1}, "expires_after.x"),
        ("network_policy", {}, "network_policy.type"),
        ("network_policy", {"type": "open"}, "network_policy.type"),
        ("network_policy", {"type": "allowlist"}, "network_policy.allowed_domains"),
        (
            "network_policy",
            {"type": "allowlist", "allowed_domains": []},
            "network_policy.allowed_domains",
        ),
        (
            "network_policy",
            {"type": "allowlist", "allowed_domains": [1]},
            "network_policy.allowed_domains[0]",
        ),
        (
            "network_policy",
            {"type": "disabled", "allowed_domains": ["a"]},
            "network_policy.allowed_domains",
        ),
        (
            "network_policy",
            {
                "type": "allowlist",
                "allowed_domains": ["a"],
                "domain_secrets": [{"domain": "a", "name": "b", "value": ""}],
            },
            "network_policy.domain_secrets[0].value",
        ),
        ("skills", {}, "skills"),
        ("skills", ["x"], "skills[0]"),
        ("skills", [{}], "skills[0].type"),
        ("skills", [{"type": "skill_reference"}], "skills[0].skill_id"),
        ("skills", [{"type": "skill_reference", "skill_id": "x" * 65}], "skills[0].skill_id"),
        (
            "skills",
            [{"type": "skill_reference", "skill_id": "x", "version": "0"}],
            "skills[0].version",
        ),
        ("skills", [{**_INLINE, "description": 1}], "skills[0].description"),
        ("skills", [{**_INLINE, "source": {}}], "skills[0].source.type"),
    ],
)
def test_bad_field_is_refused_by_its_name(api, is_error, field, value, param):
    """Nothing is created, and the error says which field is at fault."""
    is_error(api.post("/containers", json={"name": "a", field: value}), 400, param=param)

    assert api.get("/containers").json()["data"] == []


def test_container_without_a_name_is_refused(api, is_error):
    """The one required field is required."""
    is_error(api.post("/containers", json={}), 400, param="name")


def test_deleted_container_is_gone(api, is_error, container):
    """Every operation on it answers 404, also a second deletion."""
    deleted = api.delete(f"/containers/{container}")

    assert deleted.status_code == 200
    assert deleted.json() == {"id": container, "object": "container.deleted", "deleted": True}
    is_error(api.delete(f"/containers/{container}"), 404)
    is_error(api.get(f"/containers/{container}"), 404)
    is_error(api.get(f"/containers/{container}/files"), 404)
    is_error(api.post(f"/containers/{container}/files", files={"file": b"x"}), 404)
    assert api.get("/containers").json()["data"] == []


@pytest.mark.parametrize(
    "given",
    [
        {"headers": {"content-type": "application/json"}},
        {"headers": {"content-length": "0"}},
        {"json": {"custom_llm_provider": "openai"}},
        {"content": b"{", "headers": {"content-type": "application/json"}},
    ],
)
def test_deletion_takes_whatever_body_clients_send(api, container, given):
    """Python sends a Content-Type without a body, others a length of nought or JSON."""
    assert api.request("DELETE", f"/containers/{container}", **given).status_code == 200


def test_files_named_at_creation_are_copied(api, upload):
    """Each is there once, under its own id and name."""
    asked = {"name": "a", "file_ids": [upload["id"], upload["id"]]}
    created = api.post("/containers", json=asked).json()

    files = api.get(f"/containers/{created['id']}/files").json()["data"]
    assert [each["path"] for each in files] == [f"/mnt/data/{upload['id']}-data.csv"]


def test_unknown_file_at_creation_creates_nothing(api, is_error, upload):
    """A container with half of its files is no container."""
    asked = {"name": "a", "file_ids": [upload["id"], "file-none"]}

    is_error(api.post("/containers", json=asked), 404, param="file_ids")
    assert api.get("/containers").json()["data"] == []
