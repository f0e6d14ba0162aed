"""Every Python block of the README and of the docs runs, in order, as a reader would type them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").glob("*.md"))]
# a block after a comment `<!-- not run: why -->` is left out
BLOCK = re.compile(r"^(?<! -->\n)```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def run_blocks(page):
    """Run the blocks of a page one after the other and return the names they made."""
    names: dict[str, object] = {"__name__": "page"}
    for block in BLOCK.findall(page.read_text("utf-8")):
        exec(compile(block, page.name, "exec"), names)  # noqa: S102
    return names


# whole_idea.md is run by test_whole_idea.py, which looks at the result as well
WITH_CODE = [page for page in PAGES if BLOCK.search(page.read_text("utf-8")) and page.name != "whole_idea.md"]


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.name)
def test_code_of_a_page_runs(page, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_blocks(page)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_our_own_files_lead_somewhere(page):
    for link in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / link).exists(), link


def test_readme_names_the_two_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    assert "make demo" in text and "make test" in text and "mlknow report" in text
