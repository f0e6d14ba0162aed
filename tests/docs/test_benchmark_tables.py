"""Every result of the benchmarks is on the page, and every figure is read from its file."""

import importlib.util
import json
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
RESULTS = sorted((DOCS.parent / "benchmarks" / "results").glob("*.json"))


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("benchmark_tables", DOCS / "benchmark_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("result", RESULTS, ids=lambda path: path.stem)
def test_a_result_has_its_program_and_a_table(tables, result):
    assert tables.program_of(result).exists(), "a result is named after the program that writes it"
    pieces = tables.tables_of(json.loads(result.read_text("utf-8")))
    assert any(piece.startswith("| ") for piece in pieces)


def test_the_page_holds_every_program_once(tables, tmp_path):
    tables.write_benchmark_tables(tmp_path / "tables")
    text = (tmp_path / "tables" / "all.md").read_text("utf-8")
    programs = {tables.program_of(result).stem for result in RESULTS}
    for program in programs:
        assert text.count(f"## {tables.TITLES.get(program, program)}\n") == 1
    assert text.count("\n## ") + 1 == len(programs)


def test_shapes_of_results(tables):
    records = tables.tables_of([{"case": "a|b", "ratio": 3.14159, "holds": True, "rows": 1_000_000}])
    assert records[0].splitlines()[-1] == "| a/b | 3.14 | yes | 1 000 000 |"
    by_name = tables.tables_of({"models": {"ours": {"rank": [1.5, 1.0, 2.0]}, "theirs": {"rank": None}}})
    assert "| ours | 1.5 (1 to 2) |" in by_name[1] and "| theirs | – |" in by_name[1]
    single = tables.tables_of({"python": "3.11.7", "torch": "2.13.0", "seconds": {"fit": 0.123456}})
    assert "| 0.123 |" in single[1] and single[-1] == "*Measured with python 3.11.7, torch 2.13.0.*"


def test_the_page_types_no_figure_by_hand():
    text = (DOCS / "benchmarks.md").read_text("utf-8")
    assert not any(character.isdigit() for character in text.replace("above 1", ""))
