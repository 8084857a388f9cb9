"""Where options come from: command line, environment, target file, config file.

Each becomes a layer of read values, which know where they stood; the first layer that
has an option wins. Claims of features are entries of their own, ``features.NAME``, so that
one layer may claim one feature and the next another.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.errors import UsageError
from conformance.targets.options import BY_NAME, OPTIONS, Option, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.targets.files import OptionsFile

#: Keys of a target file that are no options.
TARGET_NAME = "name"
FEATURES = "features"

#: How like an option's name a variable must be to count as its misspelling.
ALIKE = 0.8

VARIABLES = "CONFORMANCE_"


@dataclass(frozen=True, slots=True)
class Given:
    """An option's value, where it came from, and how a sentence about it begins."""

    value: Any
    origin: str
    spelled: str


Layer = dict[str, Given]


def hint(wrong: str, known: Iterable[str]) -> str:
    """What somebody who wrote *wrong* may have meant; empty where nothing is close."""
    close = get_close_matches(wrong, list(known), n=3)
    return f"did you mean {' or '.join(close)}" if close else ""


def _read(option: Option, text: str, spelled: str, base: Path) -> Any:  # noqa: ANN401 - by option
    """One value of *option* from *text*; paths are relative to *base*."""
    try:
        value = option.parse(text)
    except ValueError as error:
        raise UsageError(f"{spelled} {error}.") from None
    return base / value if isinstance(value, Path) else value


def _values(option: Option, raw: object, spelled: str, base: Path) -> Any:  # noqa: ANN401 - by option
    if option.repeatable:
        each = raw if isinstance(raw, list | tuple) else [raw]
        return tuple(_read(option, str(one), spelled, base) for one in each)
    return _read(option, str(raw), spelled, base)


def _put(layer: Layer, option: Option, given: Given) -> None:
    """Enter *given* under its option's name, or under each feature that it claims."""
    if option.field != FEATURES:
        layer[option.name] = given
        return
    claimed = option.name == "feature"
    for name in given.value:
        key = f"{FEATURES}.{name}"
        if key in layer and layer[key].value is not claimed:
            raise UsageError(f"{given.spelled} contradicts {layer[key].spelled} on {name}.")
        layer[key] = Given(claimed, given.origin, given.spelled)


def of_command_line(given: Mapping[str, object], cwd: Path, prefix: str) -> Layer:
    """The options that somebody typed, by name or attribute.

    Raises:
        UsageError: if one can't be understood.
    """
    layer: Layer = {}
    names = {option.dest: option for option in OPTIONS}
    names |= {option.field: option for option in OPTIONS if option.field != FEATURES}
    for key, raw in given.items():
        option = names.get(key.replace("-", "_"))
        if option is None:
            raise UsageError(f"{prefix}{key} is no option{_mended(key)}.")
        if raw is None:
            continue
        spelled = option.spelled if prefix == "--" else prefix + option.name
        value = _values(option, raw, spelled, cwd)
        _put(layer, option, Given(value, "command line", spelled))
    return layer


def _mended(wrong: str) -> str:
    meant = hint(wrong, BY_NAME)
    return f": {meant}?" if meant else ": containers-conformance run --help-all lists them"


def _pieces(text: str, separators: str) -> list[str]:
    for separator in separators[1:]:
        text = text.replace(separator, separators[0])
    return [piece.strip() for piece in text.split(separators[0]) if piece.strip()]


def of_environment(environ: Mapping[str, str], cwd: Path) -> Layer:
    """The options in ``CONFORMANCE_…`` variables; an empty one counts as unset.

    Raises:
        UsageError: if one can't be understood, or looks like a misspelling.
    """
    layer: Layer = {}
    for option in OPTIONS:
        text = environ.get(option.variable, "")
        if text.strip():
            raw = _pieces(text, option.separators) if option.repeatable else text
            value = _values(option, raw, option.variable, cwd)
            _put(layer, option, Given(value, f"environment, {option.variable}", option.variable))
    _refuse_misspelt(environ)
    return layer


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    """A limit whose variable is misspelt would cost money; names with KEY are their owner's."""
    known = [option.variable.removeprefix(VARIABLES) for option in OPTIONS]
    for variable in environ:
        name = variable.removeprefix(VARIABLES)
        if variable.startswith(VARIABLES) and "KEY" not in name and name not in known:
            close = get_close_matches(name, known, n=1, cutoff=ALIKE)
            if close:
                raise UsageError(f"{variable} sets no option: did you mean {VARIABLES}{close[0]}?")


def of_file(file: OptionsFile, where: Where) -> Layer:
    """The options in *file*, which is a target file or a config file by *where*.

    Raises:
        UsageError: if one can't be understood.
    """
    layer: Layer = {}
    for key, raw in file.table.items():
        place = file.place(key)
        if key == FEATURES:
            layer |= _claims(file, raw)
        elif key == TARGET_NAME and where is Where.ANY_FILE:
            if not isinstance(raw, str) or not raw.strip() or not raw.isprintable():
                raise UsageError(f"{place}: name wants a text of printable characters.")
            layer[TARGET_NAME] = Given(raw, place, f"{place}: name")
        else:
            option = _option_in_file(key, place, where)
            value = _value_in_file(option, raw, place, file.path.parent)
            layer[key] = Given(value, place, f"{place}: {key}")
    return layer


def _claims(file: OptionsFile, raw: object) -> Layer:
    if not isinstance(raw, dict):
        raise UsageError(
            f"{file.place(FEATURES)}: features is no table: write [features], then name = true."
        )
    layer: Layer = {}
    for name, claimed in raw.items():
        place = file.place(name, FEATURES)
        if not isinstance(claimed, bool):
            raise UsageError(f"{place}: feature {name!r} wants true or false.")
        layer[f"{FEATURES}.{name}"] = Given(claimed, place, f"{place}: feature")
    return layer


def _option_in_file(key: str, place: str, where: Where) -> Option:
    """The option that *key* is; keys of providers are sent where they belong."""
    option = BY_NAME.get(key)
    if key.replace("_", "-") in ("api-key", "second-api-key"):
        raise UsageError(
            f"{place}: a key never stands in a file: put it into an environment variable,"
            f" and name that with {key.replace('_', '-')}-env."
        )
    if option is None:
        raise UsageError(f"{place}: {key!r} is no option{_mended(key.replace('_', '-'))}.")
    if option.field == FEATURES:
        raise UsageError(f"{place}: features stand in a table: write [features], then name = true.")
    if option.where is Where.NO_FILE or (
        option.where is Where.CONFIG_FILE and where is Where.ANY_FILE
    ):
        raise UsageError(f"{place}: {key} can't stand in this file: give it as {option.spelled}.")
    return option


def _value_in_file(option: Option, raw: object, place: str, base: Path) -> Any:  # noqa: ANN401 - by the option
    spelled = f"{place}: {option.name}"
    if option.metavar is None:
        if not isinstance(raw, bool):
            raise UsageError(f"{spelled} wants true or false, without quotes.")
    elif option.repeatable:
        if not isinstance(raw, list) or not all(isinstance(each, str) for each in raw):
            raise UsageError(f'{spelled} wants a list of texts, as in ["…"].')
    elif option.numeric:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise UsageError(f"{spelled} wants a number.")
        if isinstance(raw, str) and raw != option.default:
            raise UsageError(f"{spelled} wants a number, without quotes.")
    elif not isinstance(raw, str):
        raise UsageError(f'{spelled} wants a text in quotes, as in {option.name} = "…".')
    return _values(option, raw, spelled, base)
