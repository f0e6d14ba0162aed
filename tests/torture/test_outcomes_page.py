"""The page of outcomes in the documentation is current."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_says_what_the_cases_say():
    spec = importlib.util.spec_from_file_location("outcomes", DOCS / "outcomes.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written = (DOCS / "outcomes.md").read_text(encoding="utf-8")
    assert written == script.page(), "run: python docs/outcomes.py"
    assert all(f"| {name} |" in written for name in script.ESTIMATORS)
