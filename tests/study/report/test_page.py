"""The page: complete, self-contained, safe, and written whole or not at all."""

import doctest
import importlib
import os
import pkgutil
from html.parser import HTMLParser
from unittest import mock

import pandas as pd
import pytest

from sklearn_mlknow.study import report
from sklearn_mlknow.study.report import render, write
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.page import refuse_folder
from sklearn_mlknow.study.report.sections import SECTIONS
from tests.study.report.conftest import HOSTILE, make_context, make_frame

ALLOWED = frozenset(
    [
        *("html", "head", "meta", "title", "style", "body", "header", "main", "article", "section", "footer", "nav"),
        *("div", "p", "h1", "h2", "b", "strong", "i", "small", "span", "ol", "ul", "li", "a", "label", "input"),
        *("figure", "figcaption", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"),
        *("svg", "g", "rect", "line", "circle", "text", "polyline"),
    ]
)


class Reader(HTMLParser):
    """Notes elements and attributes, and checks that what is opened is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.ids, self.texts = [], set(), [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes
        self.ids += [value for name, value in attributes if name == "id"]
        self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data.replace("\xa0", " "))  # a number and its per cent stay on one line


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


def test_page_is_well_formed_and_has_every_section(context):
    reader = read(render(context))
    assert len(set(reader.ids)) == len(reader.ids)
    keys = [section.key for make in SECTIONS if (section := make(context)) is not None]
    assert len(set(keys)) == len(keys) and set(keys) <= set(reader.ids)
    links = {value for name, value in reader.attributes if name == "href"}
    assert links == {f"#{key}" for key in keys}


def test_page_needs_nothing_and_runs_nothing(context):
    page = render(context)
    reader = read(page)
    assert reader.tags <= ALLOWED
    names = {name for name, _ in reader.attributes}
    assert not {name for name in names if name.startswith("on")} and not names & {"src", "srcset", "action"}
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    style = page.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style and "@import" not in style and "</" not in style


def test_hostile_names_are_shown_as_text(context):
    page = render(context)
    assert "<script" not in page and "\x1b" not in page
    assert any("<script>alert" in text for text in read(page).texts)


def test_numbers_on_the_page_are_finite(context):
    for name, value in read(render(context)).attributes:
        if name in ("x", "y", "width", "height", "cx", "cy", "x1", "x2", "y1", "y2", "points"):
            assert "nan" not in value and "inf" not in value, (name, value)


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_tables_of_one_kind_of_column(kind):
    frame = make_frame(kind)
    assert "<h2>" in render(make_context(frame[["size", "y"]]))
    assert "<h2>" in render(make_context(frame[[HOSTILE, "y"]]))


def test_wide_tables_are_cut_and_say_so():
    frame = make_frame("binary")
    wide = pd.concat([frame, *[frame[["size"]].rename(columns={"size": f"copy {k}"}) for k in range(60)]], axis=1)
    page = render(make_context(wide))
    assert "columns more" in page or "more: " in page
    assert len(page) < 1_500_000


def test_page_replaces_the_old_one_at_once(tmp_path):
    first = write("one", tmp_path / "new" / "folder")
    assert write("two", first.parent) == first and first.read_text() == "two"
    assert os.listdir(first.parent) == ["index.html"]
    assert first.stat().st_mode & 0o444 == 0o666 & ~_umask() & 0o444


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("fault", ["os.fsync", "os.replace"])
def test_a_fault_while_writing_leaves_the_old_page(tmp_path, fault):
    write("old", tmp_path)
    with (
        mock.patch(fault, side_effect=OSError(28, "No space left on device")),
        pytest.raises(ReportError, match="space"),
    ):
        write("new", tmp_path)
    assert (tmp_path / "index.html").read_text() == "old" and os.listdir(tmp_path) == ["index.html"]


def test_an_interrupt_while_writing_leaves_nothing_behind(tmp_path):
    with mock.patch("os.fsync", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        write("new", tmp_path)
    assert os.listdir(tmp_path) == []


def test_a_file_in_place_of_the_folder_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ReportError, match="is a file, not a folder"):
            refuse_folder(place)
    refuse_folder(tmp_path / "new" / "deeper")


def test_examples_of_the_small_functions():
    for found in pkgutil.walk_packages(report.__path__, "sklearn_mlknow.study.report."):
        failed, _ = doctest.testmod(importlib.import_module(found.name))
        assert failed == 0, found.name
