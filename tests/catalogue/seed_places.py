"""Takes the seed documents apart into places: a heading and the terms below it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_QUOTED = re.compile(r"""["'`]([\w.]+)["'`]""")
_EXAMPLES = re.compile(r"\(e\.g\., ([^)]*)\)")


def _values(text: str) -> Iterator[str]:
    """The values that a description names: in quotes, or after 'e.g.'."""
    yield from _QUOTED.findall(text)
    for examples in _EXAMPLES.findall(text):
        yield from re.findall(r"[\w.]+", examples)


# --- a page of prose, tables and samples, without markup ------------------------------------

_HEADING = re.compile(r"(?:/[a-z]+|[A-Z][\w/,: ]*)")
_ITEM = re.compile(r"(?:^|\s)- ([A-Z][A-Za-z ]*?)(?=:$| to |$)")
_ROW = re.compile(r"(\w[\w.]*) \| \w+ \| (?:Yes|No) \| (.*) \|")
_FEATURE_ROW = re.compile(r"\| ([A-Z][\w ]*) \| .* \|")
_SAMPLES = (
    re.compile(r"\b(a?(?:create|list|retrieve|delete)_containers?)\("),
    re.compile(r"\b(client\.containers\.\w+)\("),
    re.compile(r"\{((?:container|result)\.\w+)\}"),
    re.compile(r"\b(extra_body)="),
    re.compile(r"^(api_key|base_url)="),
)
_CURL = re.compile(r'curl (?:-X (\w+) )?"http://[\w.:]+(/[^?"]*)')


def litellm(text: str) -> Iterator[str]:
    """The places of the page about the /containers route of LiteLLM."""
    heading, body = "", ""
    for line in text.splitlines():
        plain = re.sub(r"[^\x20-\x7e]+$", "", line).strip()
        if _HEADING.fullmatch(plain) and not plain.endswith("Server"):
            heading, body = plain.rstrip(":"), ""
        elif body or plain == "{":
            body += plain
            yield from (f"{heading} / {term}" for term in _json_terms(heading, body))
        else:
            yield from (f"{heading} / {term}" for term in _line_terms(plain))


def _line_terms(line: str) -> Iterator[str]:
    yield from _ITEM.findall(line)
    if row := _ROW.fullmatch(line):
        yield row[1]
        yield from (f"{row[1]} / {value}" for value in _values(row[2]))
    elif (row := _FEATURE_ROW.match(line)) and row[1] not in {"Feature", "Parameter"}:
        yield row[1]
    for sample in _SAMPLES:
        yield from sample.findall(line)
    if call := _CURL.search(line):
        yield f"{call[1] or 'GET'} {call[2]}"
    if re.fullmatch(r"[A-Z][^|]*[.]", line):
        yield "text"


def _json_terms(heading: str, body: str) -> Iterator[str]:
    if not heading.startswith(("Container", "Delete")) or " " in heading:
        return
    try:
        yield from _fields(json.loads(body), "")
    except ValueError:
        return  # the sample goes on in the next line


def _fields(value: dict[str, object], prefix: str) -> Iterator[str]:
    for key, inner in value.items():
        yield prefix + key
        if key in {"object", "status"}:
            yield f"{prefix}{key} / {inner}"
        for item in inner if isinstance(inner, list) else ():
            yield from _fields(item, f"{prefix}{key}.")


# --- a Markdown page of TypeScript declarations ---------------------------------------------

_FIELD = re.compile(r"(\w+)\??: (.+);")
_TAG = re.compile(r"\* @(\w+)(?: (\w+) -)?")


def typescript(text: str) -> Iterator[str]:
    """The places of the page about the containers resource of the TypeScript SDK."""
    heading, owner, comment = "", "", ""
    for line in re.sub(r"(?m)^\d+\n", "", text).splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith(("/**", "*")):
            comment = f"{comment}\n{line}" if line[0] == "*" else line
        elif declared := re.match(r"(function [\w.]+|interface \w+)", line):
            owner = declared[1]
            yield from (f"{owner}{term}" for term in _declared(comment))
            comment = ""
        elif owner and (named := _FIELD.fullmatch(line)):
            yield f"{owner} / {named[1]}"
            values = {*_values(named[2]), *_values(comment)}
            yield from (f"{owner} / {named[1]} / {value}" for value in sorted(values))
            comment = ""
        else:
            owner = "" if line.startswith("```") else owner
            yield from (f"{heading} / {term}" for term in _markdown_terms(heading, line))


def _declared(comment: str) -> Iterator[str]:
    yield ""
    if re.search(r"\n\* (?!@)\w[^\n]*\n\* (?!@)\w", comment):
        yield " / text"
    for tag, name in _TAG.findall(comment):
        yield f" / {name if tag == 'param' else '@' + tag}"


def _markdown_terms(heading: str, line: str) -> Iterator[str]:
    if heading == "Notes" and line.startswith("- "):
        yield " ".join(re.sub(r"[`]", "", line[2:]).split()[:4])
    elif step := re.match(r"// (\d)\. ", line):
        yield step[1]
    elif minutes := re.match(r"minutes: (\d+),", line):
        yield f"minutes {minutes[1]}"
    elif re.fullmatch(r"[A-Z][^`]*\.", line):
        yield "text"


# --- a reference page of commands, flattened to lines ---------------------------------------

_FLAG = re.compile(r"(--[\w-]+): (.*)")
_RETURN = re.compile(r"([A-Za-z]\w*): (.*)")
_TITLE = re.compile(r"(?:List|Create|Retrieve|Delete) (?:a )?container[a-z ]*")
_OBJECT = re.compile(r"object \{ ([^}]*) \}")
_KINDS = re.compile(r"([A-Z]\w+) or ([A-Z]\w+?)(?=(?:[A-Z][a-z]*)? )")


def cli(text: str) -> Iterator[str]:
    """The places of the reference page about the containers commands of the CLI."""
    for section in re.split(r"(?m)^(?=(?:List|Create|Retrieve|Delete) (?:a )?container)", text)[1:]:
        title = section.splitlines()[0]
        yield from (f"{title} / {term}" for term in _command(section))


def _command(section: str) -> Iterator[str]:
    head = section.split("\nExample\n", maxsplit=1)[0]
    parameters, _, returns = head.partition("\nReturns\n")
    for line in parameters.splitlines():
        if route := re.fullmatch(r"(get|post|delete) (/\S+)", line):
            yield f"{route[1].upper()} {route[2]}"
        elif flag := _FLAG.fullmatch(line):
            yield flag[1]
            yield from (f"{flag[1]} / {term}" for term in _flag_terms(flag[2]))
        elif re.fullmatch(r"[A-Z].* .*\.", line) and "--" not in parameters.split(line)[0]:
            yield "text"
    joined = re.sub(r"\(e\.g\.,\n", "(e.g., ", returns)
    yield from _returned([line for line in joined.splitlines() if line not in {"", "-"}])


def _flag_terms(described: str) -> Iterator[str]:
    for members in _OBJECT.findall(described):
        yield from members.split(", ")
    kind = re.split(r"(?<=[a-z\"}])(?=[A-Z](?!one|llowlist))", described)[0]
    yield from _QUOTED.findall(kind)
    for either in _KINDS.findall(described):
        yield from either


def _returned(lines: list[str]) -> Iterator[str]:
    """Fields with their full names: the counts in 'object { a, 2 more }' tell where one ends."""
    open_objects: list[list[object]] = []  # name, members still to come
    field = ""
    for line in lines:
        if re.fullmatch(r'"[\w.]+"(?: -)?', line):
            yield f"{field} / {line.strip('- ')[1:-1]}"
            continue
        found = _RETURN.fullmatch(line)
        if not found:
            continue
        while open_objects and open_objects[-1][1] == 0:
            open_objects.pop()
        if open_objects:
            open_objects[-1][1] -= 1
            names = [str(name) for name, _ in open_objects[1:]]
            field = ".".join([*names, found[1]])
            yield field
            yield from (f"{field} / {value}" for value in sorted(set(_values(found[2]))))
        else:
            yield f"Returns / {found[1]}"
        if members := _OBJECT.search(found[2]):
            open_objects.append([found[1], _count(members[1])])


def _count(members: str) -> int:
    return sum(
        int(part.split()[0]) if part.endswith(" more") else 1 for part in members.split(", ")
    )


PLACES: dict[str, Callable[[str], Iterator[str]]] = {
    "litellm-containers": litellm,
    "typescript-sdk-containers": typescript,
    "openai-cli-containers": cli,
}
