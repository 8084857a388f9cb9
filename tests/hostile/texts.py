"""Vices in texts: what attacks an address, a file system, a terminal, a browser, a spreadsheet."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, unquote

from tests.hostile.registry import ALL, vice, vices
from tests.hostile.target import Answer, Call

SCRIPT = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>"
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b]8;;http://evil.example\x07\x9b31m\x7f\r\b\u202e\u200b"
FORMULA = "=cmd|' /C calc'!A0"


@vices(
    0,
    1,
    4,
    given={
        "a slash": "a/b/",
        "a climb": "../../v1/files/",
        "an encoded NUL": "%00",
        "a line end": "a\r\nX-Evil: 1\r\n\r\n",
        "HTML": SCRIPT,
        "escapes": ESCAPES,
        "a formula": FORMULA,
        "a query": "?a=b&c#d",
        "an address": "http://169.254.169.254/",
        "a template": "{{7*7}}${7*7}%s%n{0}",
        "Markdown": "](javascript:alert(1)) ![x](http://evil.example/x) `| a | b |",
        "XML": "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>",
        "letters of everywhere": "é漢🎉\u0301\u2028",
    },
)
def gives_ids_with(call: Call, prefix: str) -> None:
    """Puts an attack before every id, and knows things by such ids."""
    own = call.path.partition("?")[0].split("/")
    query = call.path.partition("?")[2].replace(quote(prefix, safe=""), "")
    path = "/".join(quote(unquote(each).removeprefix(prefix), safe="") for each in own)
    answer = call.honest(f"{path}?{query}" if query else path)
    body = answer.json
    if isinstance(body, dict) and answer.status == 200:
        _put_before(body, prefix)
        _encode(answer, body)
    call.write(answer.bytes())


def _put_before(body: dict[str, Any], prefix: str) -> None:
    for name in ("id", "container_id", "first_id", "last_id"):
        if isinstance(body.get(name), str):
            body[name] = prefix + body[name]
    for each in body.get("data", ()):
        _put_before(each, prefix)


def _encode(answer: Answer, body: object) -> None:
    import json  # noqa: PLC0415 - a name that vices use otherwise

    answer.body = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


@vices(
    0,
    1,
    4,
    given={
        "a dot": ".",
        "two dots": "..",
        "encoded dots": "%2e%2e",
        "a slash": "/",
        "containers": "containers",
        "files": "files",
        "a hundred thousand letters": "a" * 100_000,
        "nothing": "",
        "a space": " ",
        "a number": 7,
        "true": True,
        "an array": ["cntr_1"],
    },
    leaves=ALL,
    denies=("encoded dots", "a slash", "containers", "files", "a space"),
)
def gives_the_id(call: Call, id_: object) -> None:
    """Gives the same odd id to everything, by which nothing is found."""
    call.altered(lambda each: each.update(id=id_))


@vices(0, 1, 4, given={"HTML": SCRIPT, "escapes": ESCAPES, "a formula": FORMULA}, leaves=ALL)
def writes_in_every_field(call: Call, text: str) -> None:
    """Puts an attack into every text of every answer but ids."""

    def alter(each: dict[str, Any]) -> None:
        for name, value in each.items():
            if isinstance(value, str) and name not in ("id", "container_id"):
                each[name] = text
        each[text] = text

    call.altered(alter)


@vices(1, 4, given={"HTML": SCRIPT, "escapes": ESCAPES, "a formula": FORMULA})
def refuses_with(call: Call, text: str) -> None:
    """Refuses everything with an attack in its error."""
    call.say_json({"error": {"message": text, "type": text, "code": text, "param": text}}, 400)


@vices(1, 4, given={"HTML": SCRIPT, "escapes": "\x1b]0;owned\x07\x9b31m", "a formula": FORMULA})
def writes_in_its_headers(call: Call, text: str) -> None:
    """Puts an attack into headers and the reason of the status."""
    call.write(
        f"HTTP/1.1 500 {text}\r\nContent-Type: {text}\r\nx-request-id: {text}\r\n"
        f"Content-Encoding: {text}\r\nLocation: {text}\r\n{text}: {text}\r\n"
        f"Content-Length: 2\r\n\r\n{{}}".encode("latin-1")
    )
    call.hang_up()


@vices(1, 4, given={"HTML": SCRIPT, "escapes": "\x9b31m\x85\xad", "a formula": FORMULA})
def writes_in_proper_headers(call: Call, text: str) -> None:
    """Puts an attack into the values of headers alone."""
    names = ("x-request-id", "Content-Encoding", "Location", "Retry-After", "x-should-retry")
    call.say(b"<p>", 500, *(f"{name}: {text}" for name in names), media=text)


@vices(
    0,
    1,
    4,
    given={
        "a climb": "../../../../../../../../tmp/owned",
        "a drive": "C:\\Windows\\owned",
        "a NUL": "a\0b",
        "a pipe": "| touch /tmp/owned",
        "the report": "report.html",
    },
)
def gives_paths(call: Call, path: str) -> None:
    """Answers file names, and offers downloads, that lead elsewhere."""

    def alter(each: dict[str, Any]) -> None:
        each.update(path=path, filename=path, name=each.get("name", path))

    if call.operation == "retrieveContainerFileContent":
        safe = path.replace("\0", "")
        call.pass_on(f'Content-Disposition: attachment; filename="{safe}"')
    else:
        call.altered(alter)


def _bearer(call: Call) -> str:
    return call.headers.get("authorization", "")


def _spellings(call: Call) -> list[str]:
    own = _bearer(call)
    key = own.removeprefix("Bearer ")
    return [
        own,
        key,
        base64.b64encode(own.encode()).decode(),
        base64.b64encode(key.encode()).decode(),
        base64.urlsafe_b64encode(b"u:" + key.encode()).decode(),
        quote(own, safe=""),
        "".join(f"%{each:02x}" for each in key.encode()),
        key.encode().hex(),
    ]


@vice(0, 1, 4)
def echoes_the_key_in_headers(call: Call) -> None:
    """Sends the Authorization header back, in the clear and encoded."""
    call.pass_on(*(f"x-echo-{n}: {each}" for n, each in enumerate(_spellings(call))))


@vice(0, 1, 4)
def echoes_the_key_in_header_names(call: Call) -> None:
    """Sends the key back as a header's name."""
    call.pass_on(f"{_bearer(call).removeprefix('Bearer ')}: yes")


@vice(0, 1, 4)
def echoes_the_key_in_objects(call: Call) -> None:
    """Puts the Authorization header into every object, in the clear and encoded."""
    call.altered(lambda each: each.update(echo=_spellings(call), status=_bearer(call)))


@vice(1, 4)
def echoes_the_key_in_errors(call: Call) -> None:
    """Refuses everything with the Authorization header in its message."""
    told = " ".join(_spellings(call))
    call.say_json({"error": {"message": told, "type": told, "code": None, "param": None}}, 400)


@vice(1, 4)
def echoes_the_key_in_a_page(call: Call) -> None:
    """Answers everything with a page of HTML that shows the request."""
    call.say(" ".join(_spellings(call)).encode() * 500, 500, media="text/html")


@vice(1, 4)
def echoes_the_key_where_a_body_is_cut(call: Call) -> None:
    """Puts the key where what is kept of a body ends, for each of its letters."""
    start = b"x" * (16_384 - 10 - call.number)
    call.say(start + " ".join(_spellings(call)).encode() * 3, 500, media="text/plain")


@vice(1, 4)
def echoes_the_key_in_noise(call: Call) -> None:
    """Puts the key among bytes that are no text."""
    call.say(b"\xff\xfe\0" + _bearer(call).encode() + b"\xff\0", 500, media="image/png")


@vice(1, 4)
def echoes_the_key_in_a_redirect(call: Call) -> None:
    """Sends everybody elsewhere with the key in the address."""
    call.say(b"", 307, f"Location: {call.target.elsewhere}/?key={quote(_bearer(call))}")


@vices(1, 4, given={"status line": "{}\r\n\r\n", "header": "HTTP/1.1 200 OK\r\n{} x\r\n\r\n"})
def echoes_the_key_in_a_broken(call: Call, form: str) -> None:
    """Sends the Authorization header back where HTTP breaks."""
    call.write(form.format(_bearer(call)).encode())
    call.hang_up()


@vice(3, spared=0)
def echoes_the_key_in_place_of_http(call: Call) -> None:
    """Answers even the first look with the key alone."""
    call.write(f"HTTP/1.1 200 OK\r\n{_bearer(call)} {_bearer(call)}\r\n\r\n".encode())
    call.hang_up()


@vice(3, spared=0)
def echoes_the_key_and_refuses_it(call: Call) -> None:
    """Refuses the key and tells it."""
    told = f"Incorrect API key provided: {_bearer(call)}"
    call.say_json({"error": {"message": told}}, 401, f'WWW-Authenticate: Bearer realm="{told}"')


@vices(
    0,
    1,
    4,
    given={"container": "createContainer", "file": "createContainerFile"},
    leaves=("container",),
)
def gives_the_key_as_id_of_a(call: Call, operation: str) -> None:
    """Answers a creation with the key as the id."""
    if call.operation == operation:
        call.altered(lambda each: each.update(id=_bearer(call).removeprefix("Bearer ")))
    else:
        call.pass_on()


CORE = ("--profile", "core", "--only", "listContainer*", "--only", "retrieveContainerFile*")


@vice(0, 1, 4, options=CORE)
def echoes_the_key_in_what_is_shared(call: Call) -> None:
    """Puts the key into what cases share."""
    call.altered(lambda each: each.update(echo=_spellings(call)))
