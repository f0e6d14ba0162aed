"""The page of outcomes in the documentation is current."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def sections(page):
    """The parts of the page by their heading."""
    return {part.split("\n", 1)[0]: part for part in page.split("\n## ")}


def test_the_page_says_what_the_cases_say():
    spec = importlib.util.spec_from_file_location("outcomes", DOCS / "outcomes.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written, current = (DOCS / "outcomes.md").read_text(encoding="utf-8"), script.page()
    for heading in ("By case", "What falls short"):
        assert sections(written)[heading] == sections(current)[heading], "run: python docs/outcomes.py"
    assert all(f"| {name} |" in written for name in script.ESTIMATORS), "run: python docs/outcomes.py"
