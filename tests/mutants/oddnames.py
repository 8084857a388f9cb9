"""Lies about odd names and odd bodies: changed where they are taken, or met with a crash."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp

from tests.mutants import forms
from tests.mutants.altering import (
    Answer,
    Ask,
    Request,
    answering,
    handling,
    objecting,
    refusal,
    requesting,
)
from tests.mutants.registry import Lie, mutant, mutants

_CREATE, _UPLOAD = "createContainer", "createContainerFile"
_KEEPS = ("container.create.keeps-unicode-names",)
_DIGITS = ("container.create.keeps-names-of-digits",)
_ODD = ("file.create.path-keeps-odd-names",)
_NO_CRASH = ("container.create.is-never-a-server-error",)
_ANY = ("container.create.*",)


def _body(request: Request) -> dict[str, Any]:
    return request.json if isinstance(request.json, dict) else {}


def _named(request: Request) -> str:
    name = _body(request).get("name")
    return name if isinstance(name, str) else ""


@mutants(
    Lie("composed", _KEEPS, (lambda name: unicodedata.normalize("NFC", name),), _ANY),
    Lie("without tags", _KEEPS, (lambda name: re.sub(r"<[^>]*>", "", name),), _ANY),
    Lie("without backslashes", _KEEPS, (lambda name: name.replace("\\", ""),), _ANY),
    Lie("with single blanks", _KEEPS, (lambda name: re.sub(r" +", " ", name),), _ANY),
    Lie("without percent signs", _KEEPS, (lambda name: re.sub(r"%41", "A", name),), _ANY),
    Lie("without plus signs", _KEEPS, (lambda name: name.replace("+", " "),), _ANY),
)
def cleans_container_names(app: ASGIApp, change: Callable[[str], str]) -> ASGIApp:
    """Keeps a container under a name that is tidier than the one sent."""

    def rename(request: Request) -> None:
        if _named(request):
            request.json["name"] = change(_named(request)) or "x"

    return requesting(app, _CREATE, rename)


@mutants(
    Lie("as numbers", _DIGITS, (int,), _ANY),
    Lie("without zeros in front", _DIGITS, (lambda name: str(int(name)),), _ANY),
    Lie("as powers", _DIGITS, (lambda name: f"{float(name):g}",), _ANY),
)
def takes_names_of_digits_for_numbers(app: ASGIApp, change: Callable[[str], Any]) -> ASGIApp:
    """Answers a creation with a name of digits as a template without quotes has it."""

    def rename(created: dict[str, Any]) -> None:
        if created["name"].isdecimal():
            created["name"] = change(created["name"])

    return objecting(app, _CREATE, rename)


@mutant(breaks=["container.create.keeps-blanks-at-the-end"], also=_ANY)
def trims_container_names(app: ASGIApp) -> ASGIApp:
    """Keeps the name of a container without the blanks at its ends."""

    def rename(request: Request) -> None:
        if _named(request).strip():
            request.json["name"] = _named(request).strip()

    return requesting(app, _CREATE, rename)


@mutant(breaks=_KEEPS, also=_ANY)
def breaks_pairs_of_surrogates(app: ASGIApp) -> ASGIApp:
    """Reads each half of an escaped pair of surrogates as a letter that it does not know."""

    def rename(request: Request) -> None:
        if re.search(rb"\\u[dD][89abAB]", request.body) and _named(request):
            name = _named(request)
            request.json["name"] = re.sub("[\U00010000-\U0010ffff]", "\ufffd\ufffd", name)

    return requesting(app, _CREATE, rename)


def _has_a_charset(request: Request) -> bool:
    return "charset" in request.headers.get("content-type", "").lower()


def _is_null(request: Request) -> bool:
    return any(value is None for key, value in _body(request).items() if key != "name")


def _is_empty(request: Request) -> bool:
    return any(_body(request).get(key) == [] for key in ("file_ids", "skills"))


_KNOWN = {"name", "file_ids", "expires_after", "memory_limit", "network_policy", "skills"}


def _is_unknown(request: Request) -> bool:
    return bool(_body(request).keys() - _KNOWN)


@mutants(
    Lie("a charset", _NO_CRASH, (_has_a_charset,), _ANY),
    Lie("NUL", _NO_CRASH, (lambda request: "\0" in _named(request),), _ANY),
    Lie("null for an option", _NO_CRASH, (_is_null,), _ANY),
    Lie("an empty array", _NO_CRASH, (_is_empty,), _ANY),
    Lie("an unknown field", _NO_CRASH, (_is_unknown,), _ANY),
)
def crashes_at_a_creation_with(app: ASGIApp, wrong: Callable[[Request], bool]) -> ASGIApp:
    """Answers 500 to a creation that some clients send."""
    return _crashing(app, wrong)


def _crashing(app: ASGIApp, wrong: Callable[[Request], bool], operation: str = _CREATE) -> ASGIApp:
    async def handle(request: Request, ask: Ask) -> Answer:
        if "authorization" in request.headers and wrong(request):
            return refusal(500, "Internal error.", "server_error")
        return await ask(request)

    return handling(app, operation, handle)


@mutant(breaks=_NO_CRASH, also=_ANY, fuzz="quick")
def crashes_at_half_a_pair_of_surrogates(app: ASGIApp) -> ASGIApp:
    """Answers 500 to a name with one half of a pair of surrogates."""
    return _crashing(app, lambda request: bool(re.search("[\ud800-\udfff]", _named(request))))


@mutant(breaks=["container.create.echoes-expires-after"], also=_ANY)
def refuses_the_longest_idle_time(app: ASGIApp) -> ASGIApp:
    """Answers 400 to the largest number of minutes that is documented."""

    async def handle(request: Request, ask: Ask) -> Answer:
        expiry = _body(request).get("expires_after")
        is_longest = isinstance(expiry, dict) and expiry.get("minutes") == 20
        return refusal(400, "Less than 20, please.") if is_longest else await ask(request)

    return handling(app, _CREATE, handle)


def _renamed(app: ASGIApp, change: Callable[[str], str]) -> ASGIApp:
    def rename(each: dict[str, Any]) -> None:
        head, slash, name = each["path"].rpartition("/")
        each["path"] = head + slash + change(name)

    return objecting(app, [_UPLOAD, "retrieveContainerFile", "listContainerFiles"], rename)


@mutants(
    Lie("plus signs as blanks", _ODD, (lambda name: name.replace("+", " "),)),
    Lie("percent signs decoded", _ODD, (lambda name: name.replace("%41", "A"),)),
    Lie("single blanks", _ODD, (lambda name: re.sub(r" +", " ", name),)),
    Lie("no blank at the end", _ODD, (str.strip,)),
    Lie(
        "one ending",
        ("file.create.path-ends-with-the-name",),
        (lambda name: re.sub(r"(?<=\w)\.\w+(?=\.\w+$)", "", name),),
    ),
    Lie(
        "small endings",
        ("file.create.path-ends-with-the-name",),
        (lambda name: re.sub(r"\.[A-Z]+$", lambda end: end[0].lower(), name),),
    ),
)
def tidies_file_names(app: ASGIApp, change: Callable[[str], str]) -> ASGIApp:
    """Keeps a file under a name that is tidier than the one sent."""
    return _renamed(app, change)


@mutant(breaks=["file.list.shows-the-created"], also=["file.list.*"])
def hides_files_with_a_dot_in_front(app: ASGIApp) -> ASGIApp:
    """Does not list files whose name begins with a dot."""

    def alter(answer: Answer, _: Request) -> None:
        body = answer.json
        body["data"] = [each for each in body["data"] if "-." not in each["path"]]
        ids = [each["id"] for each in body["data"]] or [None]
        body["first_id"], body["last_id"] = ids[0], ids[-1]

    return answering(app, "listContainerFiles", alter)


@mutant(breaks=["file.retrieve.is-never-a-server-error"], also=["file.retrieve.*"])
def crashes_at_long_names_of_files(app: ASGIApp) -> ASGIApp:
    """Answers 500 to the retrieval of a file with a name of more than 100 characters."""

    async def handle(request: Request, ask: Ask) -> Answer:
        answer = await ask(request)
        if answer.is_good and len(answer.json["path"]) > 150:
            return refusal(500, "Value too long.", "server_error")
        return answer

    return handling(app, "retrieveContainerFile", handle)


def _is_nameless(request: Request) -> bool:
    heads = [part.partition(b"\r\n\r\n")[0] for part in forms.parts(request)]
    return any(b'name="file"' in head and b"filename" not in head for head in heads)


def _is_both(request: Request) -> bool:
    heads = b"".join(part.partition(b"\r\n\r\n")[0] for part in forms.parts(request))
    return b'name="file_id"' in heads and b'name="file"' in heads


@mutants(
    Lie("without a name", ("file.create.is-never-a-server-error",), (_is_nameless,),
        ("file.create.*",)),
    Lie("beside a file_id", ("file.create.is-never-a-server-error",), (_is_both,),
        ("file.create.*",)),
)  # fmt: skip
def crashes_at_a_file(app: ASGIApp, wrong: Callable[[Request], bool]) -> ASGIApp:
    """Answers 500 to an upload as some clients send it."""
    return _crashing(app, wrong, _UPLOAD)


@mutant(breaks=["container.create.minutes-over-20-are-kept-or-refused"], also=_ANY)
def takes_any_expiry_for_the_longest(app: ASGIApp) -> ASGIApp:
    """Takes more minutes than 20, and keeps 20."""

    def cut(request: Request) -> None:
        expiry = _body(request).get("expires_after")
        if isinstance(expiry, dict) and isinstance(expiry.get("minutes"), int):
            expiry["minutes"] = min(expiry["minutes"], 20)

    return requesting(app, _CREATE, cut)


@mutant(breaks=["container.create.charset-is-accepted"], also=_ANY)
def refuses_json_with_a_charset(app: ASGIApp) -> ASGIApp:
    """Answers 415 to JSON whose content type names its charset."""

    async def handle(request: Request, ask: Ask) -> Answer:
        if _has_a_charset(request):
            return refusal(415, "Unsupported media type.")
        return await ask(request)

    return handling(app, _CREATE, handle)
