"""One failing section never costs the report: the page, the terminal and the exit code tell which and why."""

import json
from dataclasses import replace

import pandas as pd

from sklearn_mlknow.cli import main
from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.study.report import making, page
from tests.study.report.test_page import ALLOWED, read


def failing(*given, **asked):
    raise ZeroDivisionError("nothing to\ndivide <b>by</b>")


def scores(context):
    failing()


def test_every_section_can_be_made(context):
    assert page.sections_of(context)[1] == {}


def test_a_section_that_fails_is_named_and_the_others_stay(context, monkeypatch):
    monkeypatch.setattr(page, "SECTIONS", [scores if one.__name__ == "scores" else one for one in page.SECTIONS])
    sections, failures = page.sections_of(context)
    assert failures == {"the section 'scores'": "nothing to divide <b>by</b>"} and len(sections) > 8
    reader = read(text := page.page_of(context, sections, failures))
    assert reader.tags <= ALLOWED and "not-made" in reader.ids and "scores" not in reader.ids
    assert "Could not be made: the section &#x27;scores&#x27;." in text and "divide &lt;b&gt;by" in text


def test_a_page_without_explanation_has_the_rest(context):
    sections, failures = page.sections_of(replace(context, explained=None, failures={"the explanation": "why not"}))
    keys = {section.key for section in sections}
    assert failures == {"the explanation": "why not"} and {"scores", "bins"} <= keys and "importance" not in keys


def test_the_command_ends_with_1_and_says_why(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(making, "attribute", failing)
    frame: pd.DataFrame = load_penguins().frame.sample(80, random_state=0)
    frame[["species", "bill_length_mm", "island"]].to_csv(tmp_path / "few.csv", index=False)
    arguments = ["--target", "species", "--studies", "0s", "--quiet", "--json", "--out", str(tmp_path / "out")]
    assert main(["report", str(tmp_path / "few.csv"), *arguments]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["failures"] == {"the explanation": "nothing to divide <b>by</b>"}
    assert said.err == "mlknow report: could not make the explanation: nothing to divide <b>by</b>\n"
    assert "the explanation" in (tmp_path / "out" / "index.html").read_text("utf-8")
