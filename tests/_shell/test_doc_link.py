"""The diagram of every estimator leads to the page of its class."""

import pytest
from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow._shell import doc_link
from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner
from tests.contract.discovery import public_objects

ESTIMATORS = {
    path: thing
    for path, thing in public_objects().items()
    if isinstance(thing, type) and issubclass(thing, BaseEstimator)
}


@pytest.mark.parametrize("path", sorted(ESTIMATORS))
def test_every_public_estimator_links_to_its_own_page(path, monkeypatch):
    monkeypatch.setenv("MLKNOW_DOCS", "https://docs.example/mlknow/")
    _, room, name = path.split(".")
    estimator = ESTIMATORS[path].__new__(ESTIMATORS[path])  # the link needs no parameters
    assert estimator._get_doc_link() == f"https://docs.example/mlknow/reference/{room}/{name}.html"


def test_a_diagram_links_our_steps_to_us_and_others_to_theirs(monkeypatch):
    monkeypatch.setenv("MLKNOW_DOCS", "../..")
    html = make_pipeline(EqualWidthBinner(), StandardScaler())._repr_html_()
    assert 'href="../../reference/binning/EqualWidthBinner.html"' in html
    assert "scikit-learn.org" in html


def test_built_pages_are_found_and_without_any_there_is_no_link(monkeypatch, tmp_path):
    monkeypatch.delenv("MLKNOW_DOCS", raising=False)
    monkeypatch.setattr(doc_link, "BUILT", tmp_path)
    assert EqualWidthBinner()._get_doc_link() == ""
    (tmp_path / "index.html").touch()
    assert EqualWidthBinner()._get_doc_link() == f"{tmp_path.as_uri()}/reference/binning/EqualWidthBinner.html"


def test_what_is_not_public_and_what_is_not_ours_has_no_link(monkeypatch):
    monkeypatch.setenv("MLKNOW_DOCS", "https://docs.example")

    class Mine(EqualFrequencyBinner):
        pass

    class Hidden(EqualFrequencyBinner):
        __module__ = "sklearn_mlknow.binning.somewhere"

    assert Mine()._get_doc_link() == "" and Hidden()._get_doc_link() == ""
