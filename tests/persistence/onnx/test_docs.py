"""The page on saving lists what has a graph and what has none: neither more nor less than the program."""

import re
from pathlib import Path

from sklearn_mlknow.persistence.onnx import export
from sklearn_mlknow.persistence.onnx.registry import CONVERTERS, REASONS
from tests.contract.discovery import public_estimators

PAGE = Path(__file__).parents[3] / "docs" / "saving.md"


def named_in(title):
    """Names of classes in a part of the page."""
    text = PAGE.read_text(encoding="utf-8").split(f"### {title}\n")[1].split("\n#")[0]
    return re.findall(r"`([A-Z]\w+)`", text)


def test_the_page_lists_every_class_that_has_a_graph():
    export._require()
    has_graph = {key.split(".")[1] for key in CONVERTERS} - {"TypedColumns"}  # a step of the report's own pipelines
    listed = named_in("What has a graph")
    assert len(listed) == len(set(listed)) and set(listed) == has_graph


def test_every_estimator_is_on_one_list_or_the_other():
    has_graph, has_none = set(named_in("What has a graph")), set(named_in("What has none"))
    ours = {cls.__name__ for cls in public_estimators()}
    assert ours <= has_graph | has_none
    assert {key.split(".")[1] for key in REASONS} == ours - has_graph  # each error says why
    only_some_settings = {"GroupFeatures", "JoinFeatures", "DistributionScaler", "PrototypeClassifier"}
    assert has_graph & has_none == only_some_settings
