"""Compared with: every class that the page names of another package is in that package, where it is installed."""

import importlib
import re
import warnings
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "compared.md").read_text("utf-8")
MODULES = {
    "feature-engine": [
        f"feature_engine.{part}"
        for part in ["discretisation", "imputation", "outliers", "timeseries.forecasting", "selection", "creation"]
    ],
    "optbinning": ["optbinning"],
    "skrub": ["skrub"],
    "category_encoders": ["category_encoders"],
    "pytabkit": ["pytabkit"],
    "TabM": ["tabm"],
    "skorch": ["skorch", "skorch.callbacks"],
    "shap": ["shap"],
    "shapiq": ["shapiq"],
    "metric-learn": ["metric_learn"],
    "mrmr-selection": ["mrmr"],
    "Boruta": ["boruta"],
}
ROWS = {
    cells[0]: cells[1]
    for line in PAGE.partition("## Package by package")[2].partition("## ")[0].splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| package"))
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}


def test_every_peer_has_a_row_and_something_that_we_lack():
    assert set(ROWS) == set(MODULES)
    assert all(len(has) > 10 for has in ROWS.values())


@pytest.mark.parametrize("package", MODULES)
def test_what_a_peer_has_is_there(package):
    named = re.findall(r"`(\w+)`", ROWS[package])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        modules = [pytest.importorskip(module, exc_type=ImportError) for module in MODULES[package]]
    missing = [name for name in named if not any(hasattr(module, name) for module in modules)]
    assert missing == []


def test_the_page_types_no_figure_by_hand():
    words = re.sub(r"`[^`]*`", "", PAGE)
    assert re.findall(r"\d", words) == []


def test_names_of_ours_are_public():
    ours = importlib.import_module("sklearn_mlknow.selection")
    assert "`ShapSelector` of ours" in PAGE and "ShapSelector" in ours.__all__
