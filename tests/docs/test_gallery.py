"""Every example of the gallery runs, draws, and every public class has one."""

import importlib.util
import inspect
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from tests.contract.discovery import public_objects

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = sorted((DOCS / "gallery").rglob("*.py"))
SLOW = {"explain/shap_explainer", "study/model_family_study"}


def name_of(path):
    return path.relative_to(DOCS / "gallery").with_suffix("").as_posix()


def reference_pages():
    spec = importlib.util.spec_from_file_location("reference_pages", DOCS / "reference_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = [
    pytest.param(path, id=name_of(path), marks=[pytest.mark.long] if name_of(path) in SLOW else []) for path in EXAMPLES
]


@pytest.mark.parametrize("path", CASES)
def test_example_runs_and_draws(path, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plt, "show", lambda: None)
    plt.close("all")
    try:
        exec(compile(path.read_text("utf-8"), path.name, "exec"), {"__name__": "__main__"})  # noqa: S102
        for number in plt.get_fignums():
            plt.figure(number).draw_without_rendering()
        assert plt.get_fignums()
    finally:
        plt.close("all")
    assert capsys.readouterr().err == ""


def test_every_public_class_has_an_example():
    told = set().union(*reference_pages().told_names().values())
    classes = {thing.__name__ for thing in public_objects().values() if inspect.isclass(thing)}
    assert classes - told == set()


def test_every_public_name_has_an_example():
    pages = reference_pages()
    assert [path for path in public_objects() if not pages.examples_of(path.rsplit(".", 1)[1])] == []


def test_every_introduction_tells_of_public_names_only():
    public, told = {path.rsplit(".", 1)[1] for path in public_objects()}, reference_pages().told_names()
    for path in EXAMPLES:
        introduction = inspect.cleandoc(path.read_text("utf-8").split('"""')[1])
        assert introduction.splitlines()[1] == "=" * len(introduction.splitlines()[0]), path
        assert told[path.relative_to(DOCS).as_posix()] & public, path


def test_every_room_of_the_gallery_has_a_heading():
    for folder in {path.parent for path in EXAMPLES}:
        assert (folder / "GALLERY_HEADER.rst").exists(), folder


def test_every_public_name_gets_a_page(tmp_path):
    pages = reference_pages()
    pages.write_reference_pages(tmp_path)
    written = {path.relative_to(tmp_path).with_suffix("").as_posix() for path in tmp_path.rglob("*.rst")}
    expected = {".".join(path.split(".")[1:]).replace(".", "/") for path in public_objects()}
    assert written == expected | {room.split("/")[0] for room in expected} | {"index"}
    page = (tmp_path / "binning" / "OptimalBinner.rst").read_text("utf-8")
    assert ".. minigallery:: gallery/binning/binning_display.py" not in page  # told of another class there
    assert "gallery/binning/optimal_binner.py" in page


def test_a_function_without_an_introduction_shows_where_it_is_used():
    pages = reference_pages()
    assert pages.examples_of("feature_suggestions") == ["gallery/explain/explanation.py"]
    assert len(pages.examples_of("load_penguins")) == pages.MOST_EXAMPLES
    assert pages.examples_of("OptimalBinner") == ["gallery/binning/optimal_binner.py"]  # told of, so no longer list
