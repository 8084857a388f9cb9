"""The body of a request to create a container, checked field by field.

Whole numbers may come as `20.0`, as some clients send them. `custom_llm_provider` is taken and
means nothing here. Secrets and skills are checked and not kept: nothing is executed here.
"""

import re
from collections.abc import Collection, Sequence

from conformance.reference import errors
from conformance.reference.pages import within
from conformance.reference.records import Draft, JsonObject, JsonValue

IGNORED = frozenset({"custom_llm_provider"})
_MAX_NAME = 1024
_MAX_MINUTES = 20
_MEMORY_LIMITS = ("1g", "4g", "16g", "64g")
_MAX_FILES = 50
_MAX_SKILLS = 200
_MAX_SKILL_ID = 64
_MAX_SKILL_DATA = 70_254_592  # characters of base64
_MAX_SECRET = 10_485_760
_VERSION = re.compile(r"latest|[1-9][0-9]{0,17}")


def draft(body: JsonObject) -> Draft:
    """The container that *body* asks for.

    Raises:
        Refusal: if a field is missing, unknown or has a value that is not allowed.
    """
    optional = {"file_ids", "expires_after", "memory_limit", "network_policy", "skills"}
    fields(body, "", required=("name",), optional=optional | IGNORED)
    _skills(body.get("skills", []))
    return Draft(
        name=text(body["name"], "name", most=_MAX_NAME),
        file_ids=_file_ids(body.get("file_ids", [])),
        minutes=_minutes(body["expires_after"]) if "expires_after" in body else _MAX_MINUTES,
        memory_limit=one_of(body.get("memory_limit", "1g"), "memory_limit", _MEMORY_LIMITS),
        network_policy=_policy(body["network_policy"]) if "network_policy" in body else None,
    )


def fields(
    value: JsonValue, param: str, *, required: Sequence[str], optional: Collection[str] = ()
) -> JsonObject:
    """The object *value*, if it has what it must have and nothing that is unknown."""
    if not isinstance(value, dict):
        raise errors.wrong_type(param, "an object")
    inside = f"{param}." if param else ""
    for name in value:
        if name not in required and name not in optional:
            raise errors.unknown_parameter(inside + name)
    for name in required:
        if name not in value:
            raise errors.missing(inside + name)
    if not isinstance(value.get("custom_llm_provider", ""), str):
        raise errors.wrong_type(f"{inside}custom_llm_provider", "a string")
    return value


def text(value: JsonValue, param: str, *, most: int) -> str:
    """The string *value*, if it has from one to *most* characters."""
    if not isinstance(value, str):
        raise errors.wrong_type(param, "a string")
    if not value:
        message = f"Invalid '{param}': empty string. Expected at least one character."
        raise errors.invalid(message, param, "empty_string")
    if len(value) > most:
        message = f"Invalid '{param}': string too long. Expected at most {most} characters."
        raise errors.invalid(message, param, "string_above_max_length")
    return value


def one_of(value: JsonValue, param: str, allowed: Sequence[str]) -> str:
    """The string *value*, if it is one of those *allowed*."""
    if not isinstance(value, str):
        raise errors.wrong_type(param, "a string")
    if value not in allowed:
        raise errors.invalid(f"Invalid value for '{param}'. Supported: {list(allowed)}.", param)
    return value


def _array(value: JsonValue, param: str, *, most: int, least: int = 0) -> list[JsonValue]:
    if not isinstance(value, list):
        raise errors.wrong_type(param, "an array")
    if len(value) > most:
        message = f"Invalid '{param}': array too long. Expected at most {most} items."
        raise errors.invalid(message, param, "array_above_max_length")
    if len(value) < least:
        message = f"Invalid '{param}': array too short. Expected at least {least} items."
        raise errors.invalid(message, param, "array_below_min_length")
    return value


def _file_ids(value: JsonValue) -> tuple[str, ...]:
    ids = _array(value, "file_ids", most=_MAX_FILES)
    return tuple(text(each, f"file_ids[{at}]", most=_MAX_NAME) for at, each in enumerate(ids))


def _minutes(value: JsonValue) -> int:
    given = fields(value, "expires_after", required=("anchor", "minutes"))
    one_of(given["anchor"], "expires_after.anchor", ("last_active_at",))
    minutes, param = given["minutes"], "expires_after.minutes"
    is_integral = isinstance(minutes, int) or (isinstance(minutes, float) and minutes.is_integer())
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not is_integral:
        raise errors.wrong_type(param, "an integer")
    return within(param, int(minutes), 1, _MAX_MINUTES)


def _policy(value: JsonValue) -> JsonObject:
    param = "network_policy"
    kinds = ("type", "allowed_domains", "domain_secrets")
    given = fields(value, param, required=("type",), optional=kinds)
    kind = one_of(given["type"], f"{param}.type", ("disabled", "allowlist"))
    if kind == "disabled":
        fields(value, param, required=("type",))
        return {"type": kind}
    fields(value, param, required=("type", "allowed_domains"), optional=kinds)
    domains = _array(given["allowed_domains"], f"{param}.allowed_domains", most=1000, least=1)
    for at, domain in enumerate(domains):
        if not isinstance(domain, str):
            raise errors.wrong_type(f"{param}.allowed_domains[{at}]", "a string")
    if "domain_secrets" in given:
        _secrets(given["domain_secrets"], f"{param}.domain_secrets")
    return {"type": kind, "allowed_domains": domains}


def _secrets(value: JsonValue, param: str) -> None:
    for at, secret in enumerate(_array(value, param, most=1000, least=1)):
        here = f"{param}[{at}]"
        given = fields(secret, here, required=("domain", "name", "value"))
        text(given["domain"], f"{here}.domain", most=_MAX_NAME)
        text(given["name"], f"{here}.name", most=_MAX_NAME)
        text(given["value"], f"{here}.value", most=_MAX_SECRET)


def _skills(value: JsonValue) -> None:
    for at, skill in enumerate(_array(value, "skills", most=_MAX_SKILLS)):
        here = f"skills[{at}]"
        if not isinstance(skill, dict):
            raise errors.wrong_type(here, "an object")
        if "type" not in skill:
            raise errors.missing(f"{here}.type")
        kind = one_of(skill["type"], f"{here}.type", ("skill_reference", "inline"))
        (_inline_skill if kind == "inline" else _skill_reference)(skill, here)


def _skill_reference(skill: JsonObject, here: str) -> None:
    fields(skill, here, required=("type", "skill_id"), optional=("version",))
    text(skill["skill_id"], f"{here}.skill_id", most=_MAX_SKILL_ID)
    if "version" in skill:
        version = text(skill["version"], f"{here}.version", most=_MAX_SKILL_ID)
        if not _VERSION.fullmatch(version):
            message = f"Invalid '{here}.version': expected a positive integer or 'latest'."
            raise errors.invalid(message, f"{here}.version")


def _inline_skill(skill: JsonObject, here: str) -> None:
    fields(skill, here, required=("type", "name", "description", "source"))
    for name in ("name", "description"):
        if not isinstance(skill[name], str):
            raise errors.wrong_type(f"{here}.{name}", "a string")
    parts = ("type", "media_type", "data")
    source = fields(skill["source"], f"{here}.source", required=parts)
    one_of(source["type"], f"{here}.source.type", ("base64",))
    one_of(source["media_type"], f"{here}.source.media_type", ("application/zip",))
    text(source["data"], f"{here}.source.data", most=_MAX_SKILL_DATA)
