"""What the tests of the settings share."""

import pytest

from conformance.targets import Known, resolve

KNOWN = Known(
    profiles=("core", "openai"),
    features=("file-copy", "name-filter"),
    requirements=("container.create.succeeds", "file.content.bytes-are-identical"),
    operations=("createContainer", "retrieveContainerFileContent"),
)


@pytest.fixture
def resolved(tmp_path):
    """Resolves settings in an empty working directory, with the names of a tiny catalogue."""

    def resolve_there(given=None, environ=None, **more):
        return resolve(given or {}, environ or {}, tmp_path, **{"known": KNOWN, **more})

    return resolve_there


@pytest.fixture
def write(tmp_path):
    """Writes a file into the working directory."""

    def write_there(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write_there
