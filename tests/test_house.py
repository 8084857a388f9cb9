"""The code is as CONTRIBUTING.md says that it is."""

import io
import re
import subprocess
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = sorted(
    subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
)

#: An ignore with its reason: behind a hyphen, or in a comment of its own.
REASONED = re.compile(
    r"# noqa: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - \S|# type: ignore\[[a-z, -]+\]  # \S"
)


def _ignores(path):
    """The comments of the file at *path* by which a rule is ignored, with their lines."""
    with io.StringIO((ROOT / path).read_text("utf-8")) as source:
        for token in tokenize.generate_tokens(source.readline):
            if token.type == tokenize.COMMENT and re.search(r"noqa|type: *ignore", token.string):
                yield token.start[0], token.string


#: Files that have ignores without a reason still; none is added.
BARE = {
    "conformance/plugin/record.py",
    "conformance/verdicts/judge.py",
    "tests/mutants/run.py",
}


def test_every_ignore_says_why():
    """In the form that this project has for it."""
    bare = {
        f"{path}:{line}: {text}": path
        for path in CODE
        for line, text in _ignores(path)
        if not REASONED.match(text)
    }

    assert [told for told, path in bare.items() if path not in BARE] == []
