"""A catalogue as plain data and back, so that it can be kept as JSON."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from conformance.catalogue.model import (
    Document,
    Feature,
    Level,
    Profile,
    Requirement,
    Source,
    Untested,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalogue.loading import Contents


def to_json(contents: Contents) -> dict[str, Any]:
    """*contents* as plain data: for each value its fields, in their order."""
    return {
        "requirements": [_told(each) for each in contents.requirements.values()],
        "untested": [astuple(each) for each in contents.untested],
        "features": [astuple(each) for each in contents.features.values()],
        "documents": [astuple(each) for each in contents.documents.values()],
        "profiles": [_raised(each) for each in contents.profiles.values()],
    }


def _told(row: Requirement) -> list[Any]:
    id_, level, *rest = astuple(row)
    return [id_, level.value, *rest]


def _raised(profile: Profile) -> list[Any]:
    name, sentence, ids, levels, *rest = astuple(profile)
    return [name, sentence, ids, {id_: level.value for id_, level in levels.items()}, *rest]


def requirements(rows: Iterable[list[Any]]) -> dict[str, Requirement]:
    """The requirements that `to_json` told."""
    return {
        id_: Requirement(id_, Level(level), operation, sentence, _sources(sources), *rest)
        for id_, level, operation, sentence, sources, *rest in rows
    }


def untested(rows: Iterable[list[Any]]) -> tuple[Untested, ...]:
    """The sentences that no case speaks for, as `to_json` told them."""
    return tuple(Untested(sentence, _sources(cited), why) for sentence, cited, why in rows)


def features(rows: Iterable[list[Any]]) -> dict[str, Feature]:
    """The features that `to_json` told."""
    return {row[0]: Feature(*row) for row in rows}


def documents(rows: Iterable[list[Any]]) -> dict[str, Document]:
    """The documents that `to_json` told."""
    return {row[0]: Document(*row) for row in rows}


def profiles(rows: Iterable[list[Any]]) -> dict[str, Profile]:
    """The profiles that `to_json` told."""
    return {
        name: Profile(
            name,
            sentence,
            tuple(ids),
            {id_: Level(level) for id_, level in levels.items()},
            claims,
            tuple(cases),
        )
        for name, sentence, ids, levels, claims, cases in rows
    }


def _sources(cited: Iterable[list[str]]) -> tuple[Source, ...]:
    return tuple(Source(document, place) for document, place in cited)
