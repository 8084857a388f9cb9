"""A copy of the suite with its catalogue and its cases several times over."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"(?m)^- id: (\S+)$")


def grown(directory, times):
    """Copy the suite into *directory* with *times* as many cases and rows; returns where it is."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "conformance", directory / "conformance", ignore=ignore)
    shutil.copytree(ROOT / "spec", directory / "spec")
    for number in range(2, times + 1):
        for case in (ROOT / "conformance" / "scenarios").glob("test_*.py"):
            if case.stem != "test_generated":  # its budget is the run's, however many share it
                again = f"{case.stem}_{number}.py"
                shutil.copy(case, directory / "conformance" / "scenarios" / again)
    for rows in (directory / "spec" / "requirements").glob("*.yaml"):
        text = rows.read_text("utf-8")
        begin = ROW.search(text)
        body = text[begin.start() :] if begin else ""
        copies = (ROW.sub(rf"- id: \g<1>-{number}", body) for number in range(2, times + 1))
        rows.write_text("\n".join([text, *copies]), "utf-8")
    return directory
