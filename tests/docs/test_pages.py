"""The pages as a whole: nothing is out of reach, formulas can be drawn, and every guide answers the same questions."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$`\w])\$([^$`\n]+?)\$(?![\w$`])", re.DOTALL)
TOCTREE = re.compile(r"```\{toctree\}\n(.*?)```", re.DOTALL)
QUESTIONS = {
    "which one": r"^\| ",
    "the maths": r"^## .*maths|^\$\$",
    "the cost": r"cost|price",
    "the limits": r"^## .*(not do|not tell|serves better|limits)",
    "the references": r"^## References",
}


def formulas(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    return [block or inline for block, inline in FORMULA.findall(text)]


def listed(page):
    """Return the pages that a page's tables of contents list."""
    lines = [line.strip() for tree in TOCTREE.findall(page.read_text("utf-8")) for line in tree.splitlines()]
    entries = [line for line in lines if line and not line.startswith(":")]
    return [re.sub(r".*<(.+)>$", r"\1", entry) for entry in entries]


@pytest.mark.parametrize("page", [page for page in PAGES if formulas(page)], ids=lambda page: page.name)
def test_formulas_are_understood(page):
    latex = pytest.importorskip("docutils.utils.math.latex2mathml")
    for formula in formulas(page):
        drawn = latex.tex2mathml(formula, as_block=True)
        assert "\\" not in drawn and "<merror" not in drawn, formula


def test_every_page_can_be_reached():
    listings = [entry for page in PAGES for entry in listed(page)]
    assert {page.stem for page in PAGES} - {"index"} <= set(listings)
    assert len(listings) == len(set(listings)), "a page is listed twice"


GUIDES = ["studies", "binning", "features", "selection", "extraction", "drift"]
GUIDES += ["neural", "fewshot", "glassbox", "explain"]


@pytest.mark.parametrize("name", GUIDES)
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_guide_answers(name, question):
    text = (DOCS / f"{name}.md").read_text("utf-8")
    assert re.search(QUESTIONS[question], text, re.MULTILINE | re.IGNORECASE)
