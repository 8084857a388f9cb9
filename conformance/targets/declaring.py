"""The options declared to argparse and to pytest, and read back from what they parsed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Protocol

from conformance.targets.options import DEFAULT_SHOWN, OPTIONS, Group, Option

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Parser(Protocol):
    """What argparse's groups and pytest's have in common, by different names."""

    def __call__(self, *flags: str, **settings: Any) -> Any: ...  # noqa: ANN401 - of argparse


def _help(option: Option) -> str:
    default = DEFAULT_SHOWN.get(option.name, option.default)
    told = (
        ""
        if default in (None, (), False)
        else f" [{default:g}]"
        if isinstance(default, float)
        else f" [{default}]"
    )
    return option.help + told


def _add(add: _Parser, option: Option, prefix: str, dest: str) -> None:
    """Declare *option*; its text is read by `resolve` alone, so that every fault is told alike."""
    flag = option.spelled if prefix == "--" else f"{prefix}{option.name}"
    if option.metavar is None:
        add(flag, dest=dest, action="store_const", const=True, default=None, help=_help(option))
        add(
            f"{prefix}no-{option.name}",
            dest=dest,
            action="store_const",
            const=False,
            default=None,
            help=argparse.SUPPRESS,
        )
        return
    action = "append" if option.repeatable else "store"
    add(flag, dest=dest, action=action, metavar=option.metavar, default=None, help=_help(option))


def add_to_argparse(
    parser: argparse.ArgumentParser, groups: Iterable[Group] = tuple(Group)
) -> None:
    """Declare every option of *groups* on *parser*, under its heading."""
    for group in groups:
        section = parser.add_argument_group(group.value)
        for option in OPTIONS:
            if option.group is group:
                _add(section.add_argument, option, "--", option.dest)


#: What goes before each option's name in pytest.
PYTEST_PREFIX = "--conformance-"


def add_to_pytest(parser: Any) -> None:  # noqa: ANN401 - this room does not import pytest
    """Declare every option on pytest's *parser* as ``--conformance-<name>``.

    Workers are left to pytest-xdist's own ``-n``.
    """
    section = parser.getgroup("conformance", "conformance of a containers API")
    for option in OPTIONS:
        if option.name != "n":
            _add(section.addoption, option, PYTEST_PREFIX, f"conformance_{option.dest}")


def given_by(namespace: object, prefix: str = "") -> dict[str, object]:
    """What stands on the command line, of an argparse *namespace*; `resolve` reads it.

    In pytest the namespace is ``config.option`` and *prefix* ``conformance_``.
    """
    found = {option.name: getattr(namespace, prefix + option.dest, None) for option in OPTIONS}
    return {name: value for name, value in found.items() if value is not None}
