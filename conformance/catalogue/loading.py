"""Loads the catalogue from spec/: checked strictly, refused with the line and the mend."""

from __future__ import annotations

import contextlib
import copy
import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.catalogue import keeping, plain
from conformance.catalogue.model import OPERATIONS
from conformance.errors import SuiteError, UsageError

if TYPE_CHECKING:
    from conformance.catalogue.model import (
        Document,
        Feature,
        Operation,
        Profile,
        Requirement,
        Untested,
    )


@dataclass(frozen=True, slots=True)
class Contents:
    """What the files of a catalogue say."""

    requirements: dict[str, Requirement]
    untested: tuple[Untested, ...]
    features: dict[str, Feature]
    documents: dict[str, Document]
    profiles: dict[str, Profile]


@dataclass(frozen=True, slots=True)
class Catalogue(Contents):
    """What must hold: the requirements, and all that gives them their meaning."""

    directory: Path
    sha256: str
    spec_sha256: str
    operations: tuple[Operation, ...] = OPERATIONS

    def asked_by(self, profile: str, *, proxied: bool) -> tuple[str, ...]:
        """The ids that *profile* asks for, and where a proxy is seen from both sides, its own."""
        rows = self.requirements.values()
        own = {each.id for each in rows if proxied and each.is_of_proxies and not each.retired_in}
        return tuple(sorted({*self.profiles[profile].requirements, *own}))

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document of the nine operations; a copy of the caller's own."""
        return copy.deepcopy(_openapi(self.directory / "openapi.yaml"))


def load(spec: Path | None = None) -> Catalogue:
    """The catalogue below *spec*, or the one that came with this package."""
    return _load((spec or _packaged()).resolve())


@functools.cache
def _load(directory: Path) -> Catalogue:
    files = _Files(directory)
    contents = _remembered(files) if directory == _packaged().resolve() else _read(files)
    return Catalogue(
        contents.requirements,
        contents.untested,
        contents.features,
        contents.documents,
        contents.profiles,
        directory,
        files.sha256,
        hashlib.sha256(_bytes(directory / "openapi.yaml")).hexdigest(),
    )


def _remembered(files: _Files) -> Contents:
    """What *files* say, from the last time that the same code read the same files."""
    checksum = keeping.checksum_of_code(Path(__file__).parent, files.sha256)
    if told := keeping.kept("catalogue", checksum):
        # Whoever else may have written it made mistakes; then the files themselves are read.
        with contextlib.suppress(LookupError, TypeError, ValueError, AttributeError):
            return Contents(**{name: getattr(plain, name)(rows) for name, rows in told.items()})
    contents = _read(files)
    keeping.keep("catalogue", checksum, plain.to_json(contents))
    return contents


def _read(files: _Files) -> Contents:
    from conformance.catalogue.profiles import (  # noqa: PLC0415 - parsing is slow to load
        ProfileReader,
        read_profile,
    )
    from conformance.catalogue.rows import (  # noqa: PLC0415 - as above
        RowReader,
        read_documents,
        read_features,
    )

    features = read_features(*files.one("features.yaml"))
    documents = read_documents(*files.one("sources.yaml"))
    rows = RowReader(features, documents)
    for path, value in files.all("requirements"):
        rows.read(path, value)
    tables = {path.stem: (path, read_profile(path, value)) for path, value in files.all("profiles")}
    profiles = ProfileReader(tables, rows.requirements, features)
    return Contents(
        requirements=rows.requirements,
        untested=tuple(rows.untested),
        features=features,
        documents=documents,
        profiles={name: profiles.expand(name) for name in tables},
    )


class _Files:
    """The files of a catalogue, read once each, and the one checksum of them all."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        names = ("features.yaml", "sources.yaml", *self._in("requirements"), *self._in("profiles"))
        self._contents = {name: _bytes(directory / name) for name in names}
        digest = hashlib.sha256()
        for name, content in self._contents.items():
            digest.update(f"{name} {len(content)}\n".encode() + content)
        self.sha256 = digest.hexdigest()

    def one(self, name: str) -> tuple[Path, object]:
        from conformance.catalogue.reading import read  # noqa: PLC0415 - parsing is slow to load

        path = self._directory / name
        try:
            return path, read(path, self._contents[name].decode("utf-8"))
        except UnicodeDecodeError as error:
            raise UsageError(f"{name} is not UTF-8: {error}; save it as UTF-8") from error

    def all(self, folder: str) -> list[tuple[Path, object]]:
        return [self.one(name) for name in self._contents if name.startswith(f"{folder}/")]

    def _in(self, folder: str) -> list[str]:
        found = sorted(path.name for path in (self._directory / folder).glob("*.yaml"))
        if not found:
            raise UsageError(f"{self._directory / folder} has no *.yaml; name a whole catalogue")
        return [f"{folder}/{name}" for name in found]


def _bytes(path: Path) -> bytes:
    """The file's content with the line ends of Unix, so that a checkout can't change a checksum."""
    try:
        return path.read_bytes().replace(b"\r\n", b"\n")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}; put the file there") from error


def _packaged() -> Path:
    package = Path(__file__).resolve().parents[1]
    for candidate in (package / "spec", package.parent / "spec"):
        if (candidate / "requirements").is_dir():
            return candidate
    raise SuiteError("the directory spec/ is missing from this installation; install it again")


@functools.cache
def _openapi(path: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - slow to load

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(_bytes(path), Loader=loader)  # noqa: S506 - a safe loader
    return document
