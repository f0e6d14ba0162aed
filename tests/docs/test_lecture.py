"""From the lecture to the class: the English and the Korean page list the same rows, and all of it exists."""

import inspect
import re
from pathlib import Path

import pytest

from tests.contract.discovery import public_estimators, public_objects

DOCS = Path(__file__).parents[2] / "docs"
ROLE = re.compile(r"\{(class|func)\}`~(sklearn_mlknow\.\w+\.\w+)`")
NAME = re.compile(r"`(\w+)(=|\(\))?")


def rows(page):
    """Return the cells of every row of every table, headings left out; "-" for a heading of a section."""
    found = []
    for line in (DOCS / page).read_text("utf-8").splitlines():
        if line.startswith("## "):
            found.append(["-"])
        elif line.startswith("|") and not line.startswith("|---"):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return [cells for cells in found if cells[-1] not in ("source", "출처")]


ENGLISH, KOREAN = rows("lecture.md"), rows("lecture_ko.md")


def test_both_pages_list_the_same_rows():
    assert [row[2:] for row in ENGLISH] == [row[2:] for row in KOREAN]
    assert len([row for row in ENGLISH if len(row) == 4]) > 60


@pytest.mark.parametrize("row", [row for row in ENGLISH if len(row) == 4], ids=lambda row: row[0])
def test_the_class_and_what_is_said_of_it_exist(row):
    role, path = ROLE.match(row[2]).groups()
    thing = public_objects()[path]
    assert inspect.isclass(thing) == (role == "class")
    parameters = inspect.signature(thing).parameters
    for name, kind in NAME.findall(row[2][ROLE.match(row[2]).end() :]):
        if kind == "=":
            assert name in parameters, name
        elif kind == "()":
            public = {path.rsplit(".", 1)[1] for path in public_objects()}
            assert hasattr(thing, name) or name in public, name
        else:
            assert f"{name} :" in thing.__doc__, name


def test_every_source_is_listed_in_full_and_none_without_use():
    listed = re.findall(r"^- \*\*(.+?)\*\* \S", (DOCS / "sources.md").read_text("utf-8"), re.M)
    cited = {source.strip() for row in ENGLISH if len(row) == 4 for source in row[3].split(";")}
    assert listed == sorted(listed) and set(listed) == cited


def test_korean_is_korean():
    for row in KOREAN:
        if len(row) == 4:
            assert re.search("[가-힣]", row[0]) and re.search("[가-힣]", row[1]), row
    for word in [
        "동일 간격 구간화",
        "동일 빈도 구간화",
        "평활화",
        "전이 학습",
        "퓨샷 학습",
        "원샷 학습",
        "설명 가능한 인공지능",
    ]:
        assert word in (DOCS / "lecture_ko.md").read_text("utf-8")


def test_every_estimator_is_in_the_lecture_but_for_regressors_told_with_their_classifier():
    told = {ROLE.match(row[2]).group(2).rsplit(".", 1)[1] for row in ENGLISH if len(row) == 4}
    missing = {cls.__name__ for cls in public_estimators()} - told
    assert missing == {"AttentionRegressor", "HybridRegressor"}
