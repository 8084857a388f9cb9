"""Every option of a run, once: command line, pytest, environment and files come from this table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from conformance.targets import urls, values

if TYPE_CHECKING:
    from collections.abc import Callable


class Where(Enum):
    """Which files an option may stand in; command line and environment take every one."""

    ANY_FILE = "target and config files"
    CONFIG_FILE = "config files only"
    NO_FILE = "no file"


class Group(Enum):
    """The headings that options are listed under."""

    TARGET = "whom to ask"
    SCOPE = "what to ask"
    LIMITS = "how much"
    OUTPUT = "what to write"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a run; without *metavar* it is a switch."""

    name: str
    group: Group
    help: str
    parse: Callable[[str], Any]
    metavar: str | None = None
    default: Any = None
    repeatable: bool = False
    where: Where = Where.ANY_FILE
    attribute: str = ""  # in Settings, where it differs from the name
    separators: str = "\n"  # between several values in one environment variable
    numeric: bool = False  # a number in files

    @property
    def field(self) -> str:
        """The attribute of `Settings` that holds its value."""
        return self.attribute or self.name.replace("-", "_")

    @property
    def dest(self) -> str:
        """The attribute of an argparse namespace that holds its text."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"CONFORMANCE_{self.dest.upper()}"

    @property
    def spelled(self) -> str:
        """How it stands on the command line."""
        return f"-{self.name}" if len(self.name) == 1 else f"--{self.name}"


def _target_options() -> tuple[Option, ...]:
    return (*_key_options(), *_sent_options(), *_transport_options(), *_file_options())


def _key_options() -> tuple[Option, ...]:
    group = Group.TARGET
    return (
        Option("base-url", group, "What comes before /containers.", urls.base_url, "URL"),
        Option("api-key-env", group, "The variable that holds the key.", values.variable, "NAME"),
        Option(
            "api-key-fd",
            group,
            "Read the key from this file descriptor.",
            values.integer(0, values.MOST_DESCRIPTORS),
            "N",
            where=Where.NO_FILE,
        ),
        Option(
            "second-api-key-env",
            group,
            "Another tenant's key: tests isolation.",
            values.variable,
            "NAME",
        ),
        Option("auth", group, "bearer, header:NAME or none.", values.auth, "HOW", "bearer"),
    )


def _sent_options() -> tuple[Option, ...]:
    group = Group.TARGET
    return (
        Option(
            "header",
            group,
            "'Name: value', sent with every request.",
            values.header,
            "LINE",
            (),
            repeatable=True,
            attribute="headers",
        ),
        Option(
            "query",
            group,
            "name=value, sent with every request.",
            values.query,
            "PAIR",
            (),
            repeatable=True,
        ),
    )


def _transport_options() -> tuple[Option, ...]:
    group, path = Group.TARGET, values.path
    return (
        Option("ca-file", group, "Certificates to trust, PEM.", path, "FILE"),
        Option("client-cert", group, "Our certificate, PEM.", path, "FILE"),
        Option("client-key", group, "Its key, PEM.", path, "FILE"),
        Option("proxy", group, "The proxy on the way, as for httpx.", urls.proxy, "URL"),
        Option(
            "allow-insecure",
            group,
            "Allow plain http beyond this machine.",
            values.flag,
            default=False,
        ),
    )


def _file_options() -> tuple[Option, ...]:
    group, path = Group.TARGET, values.path
    return (
        Option(
            "target",
            group,
            "TOML: these options and [features].",
            path,
            "FILE",
            where=Where.CONFIG_FILE,
        ),
        Option(
            "targets",
            group,
            "TOML: several target files, in one go.",
            path,
            "FILE",
            where=Where.NO_FILE,
        ),
    )


def _scope_options() -> tuple[Option, ...]:
    group = Group.SCOPE
    return (
        Option("profile", group, "A named set of requirements.", values.name, "NAME", "core"),
        Option("slow", group, "Also what takes minutes.", values.flag, default=False),
        Option("expensive", group, "Also 16g and 64g; auto: on loopback.", values.flag),
        _names("feature", "Claim an optional feature."),
        _names("no-feature", "Disclaim one; neither: it is probed."),
        _names("only", "Requirement or operation ids, a glob."),
        Option(
            "fuzz",
            group,
            "off, quick, standard or deep.",
            values.choice("off", "quick", "standard", "deep"),
            "LEVEL",
            "standard",
        ),
        Option("seed", group, "Repeats a run.", values.integer(0), "N", numeric=True),
        Option("shard", group, "Part I of N of a run.", values.shard, "I/N"),
    )


def _names(name: str, sentence: str) -> Option:
    """An option that takes names, several times; claims stand under [features] in files."""
    where = Where.ANY_FILE if name == "only" else Where.NO_FILE
    metavar = "PATTERN" if name == "only" else "NAME"
    return Option(
        name,
        Group.SCOPE,
        sentence,
        values.name,
        metavar,
        (),
        repeatable=True,
        where=where,
        attribute="" if name == "only" else "features",
        separators=", \n\t",
    )


def _limit(
    name: str, metavar: str, sentence: str, parse: Callable[[str], Any], default: float | None
) -> Option:
    return Option(name, Group.LIMITS, sentence, parse, metavar, default, numeric=True)


def _limit_options() -> tuple[Option, ...]:
    count, number = values.integer(1), values.number
    return (
        Option(
            "n",
            Group.LIMITS,
            "Worker processes; 0: none.",
            values.workers,
            "N",
            "auto",
            attribute="workers",
            numeric=True,
        ),
        _limit("max-containers", "N", "Create at most N.", count, 50),
        _limit("max-requests", "N", "Send at most N.", count, 2000),
        _limit("max-duration", "S", "Seconds for the whole run.", number("seconds"), 900.0),
        _limit("rps", "R", "Requests a second.", number("requests a second"), None),
        _limit("timeout", "S", "Seconds for one request.", number("seconds"), 30.0),
        _limit("consistency", "S", "Seconds a list may lag.", number("seconds", zero=True), 10.0),
    )


def _output_options() -> tuple[Option, ...]:
    group, path = Group.OUTPUT, values.path
    return (
        Option("report-dir", group, "Where everything is written.", path, "DIR"),
        Option("waivers", group, "YAML: exceptions, with reasons.", path, "FILE"),
        Option("write-waivers", group, "Draft one for all that failed.", path, "FILE"),
        Option("sarif-file", group, "Your file that results.sarif points to.", path, "FILE"),
        Option("strict", group, "SHOULD counts like MUST.", values.flag, default=False),
        Option(
            "config",
            group,
            "Options from a TOML file.",
            path,
            "FILE",
            where=Where.NO_FILE,
        ),
        Option(
            "show-config",
            group,
            "Print each option and its origin.",
            values.flag,
            default=False,
            where=Where.NO_FILE,
        ),
    )


#: The options of a run, in the order of its help.
OPTIONS: tuple[Option, ...] = (
    *_target_options(),
    *_scope_options(),
    *_limit_options(),
    *_output_options(),
)

BY_NAME = {option.name: option for option in OPTIONS}

#: What each option that was not given is shown as, where its default is no plain value.
DEFAULT_SHOWN = {
    "base-url": "the embedded reference",
    "api-key-env": "CONFORMANCE_API_KEY",
    "second-api-key-env": "CONFORMANCE_SECOND_API_KEY",
    "seed": "random",
    "rps": "unlimited",
    "report-dir": "reports/<host>/<run id>",
    "sarif-file": "spec/openapi.yaml",
    "config": "conformance.toml, pyproject.toml",
}
