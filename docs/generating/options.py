"""The options of a run, from the one table that command line, environment and files come from."""

from __future__ import annotations

from conformance.targets.options import DEFAULT_SHOWN, OPTIONS, Group, Option, Where
from generating.tables import code, table

HEAD = ("option", "default", "meaning", "environment", "in a file")

FILES = {
    Where.ANY_FILE: "target, config",
    Where.CONFIG_FILE: "config",
    Where.NO_FILE: "",
}


def written() -> str:
    """A section a group of options."""
    return "\n".join(map(_section, Group))


def _section(group: Group) -> str:
    """The options of *group*."""
    rows = [_row(option) for option in OPTIONS if option.group is group]
    return f"## {group.value}\n\n{table(HEAD, rows)}"


def _row(option: Option) -> tuple[str, ...]:
    """What there is to say about *option*."""
    typed = f"{option.spelled} {option.metavar or ''}".rstrip()
    sentence = option.help + (" May be repeated." if option.repeatable else "")
    file = FILES[option.where]
    return (code(typed), _default(option), sentence, code(option.variable), file)


def _default(option: Option) -> str:
    """What holds where *option* is not given."""
    if option.name in DEFAULT_SHOWN:
        return DEFAULT_SHOWN[option.name].replace("<", "\\<")
    if option.metavar is None:
        return "" if option.default is None else "off"
    if isinstance(option.default, float):
        return f"{option.default:g}"
    return code(str(option.default)) if option.default not in (None, ()) else ""
