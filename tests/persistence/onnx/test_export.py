"""The export as a whole: pipelines, refusals that name everything, files that are whole."""

import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_mlknow.binning import EqualWidthBinner
from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.features import CountFeatures, DistributionScaler, PatternFeatures
from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.persistence import export_onnx, onnx_inputs
from sklearn_mlknow.persistence.onnx import registry
from sklearn_mlknow.selection import MutualInformationSelector
from sklearn_mlknow.study.report.typed_columns import TypedColumns

RNG = np.random.default_rng(0)
X = pd.DataFrame({"a": RNG.normal(size=120), "b": RNG.normal(size=120), "c": RNG.choice(["u", "v"], 120)})
Y = np.where(X["a"] > 0, "yes", "no")


@pytest.mark.parametrize(
    "front",
    [
        make_column_transformer((StandardScaler(), ["a"]), (OneHotEncoder(), ["c"]), remainder="passthrough"),
        make_column_transformer((StandardScaler(), make_column_selector(dtype_include=float)), ("drop", [2])),
        make_column_transformer((StandardScaler(), slice(0, 2)), (StandardScaler(), []), (OneHotEncoder(), [-1])),
        make_column_transformer((StandardScaler(), slice("a", "b")), (OneHotEncoder(), slice("c", None))),
        make_column_transformer((StandardScaler(), [True, False, False]), ("passthrough", ["b"])),
        ColumnTransformer([("binned", EqualWidthBinner(3, encode="onehot-dense"), slice(None, "b"))]),
    ],
    ids=["remainder", "selector", "positions", "names", "mask", "to the name"],
)
def test_columns_are_chosen_as_scikit_learn_does(agree, front):
    agree(make_pipeline(front, LogisticRegression()).fit(X, Y), X, X[::-1])


def test_a_union_puts_parts_side_by_side(agree):
    union = FeatureUnion([("s", StandardScaler()), ("b", EqualWidthBinner(3)), ("p", "passthrough"), ("d", "drop")])
    agree(union.fit(X[["a", "b"]]), X[["a", "b"]], X[["a", "b"]][:9])


def test_a_whole_pipeline_of_ours(agree):
    steps = [TypedColumns(), DriftMonitor(), "passthrough", MutualInformationSelector()]
    front = make_pipeline(*steps).set_output(transform="pandas").fit(X.astype({"c": "category"}), Y)
    net = NeuralClassifier(hidden_units=[4], max_epochs=2).fit(front.transform(X), Y)
    whole = make_pipeline(front, net)
    agree(whole, X, pd.DataFrame({"a": [1.0, np.inf], "b": [np.nan, 2.0], "c": ["u", "w"]}))


def test_selectors_of_scikit_learn(agree):
    frame = X[["a", "b"]]
    agree(make_pipeline(SelectKBest(k=1), LogisticRegression()).fit(frame, Y), frame, frame[:5])


def test_single_precision_enters_as_double(agree):
    frame = X[["a", "b"]].astype(np.float32)
    agree(make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, Y), frame, frame.astype(np.float64))
    array = frame.to_numpy()
    agree(EqualWidthBinner(4).fit(array), array, array.astype(np.float64))


def test_lists_and_polars(exported):
    polars = pytest.importorskip("polars")
    frame = polars.from_pandas(X)
    run = exported(EqualWidthBinner(3).set_output(transform="polars").fit(frame), frame)
    assert run(frame)["output_c"].tolist() == X["c"].tolist()
    rows = [[0.0, 1.0], [2.0, 3.0]]
    np.testing.assert_array_equal(exported(StandardScaler().fit(rows), rows)(rows)["output"], [[-1, -1], [1, 1]])


def test_everything_that_has_no_graph_is_named(tmp_path):
    frame = X[["a", "b"]]
    union = FeatureUnion([("p", PCA(1)), ("f", FunctionTransformer(np.exp))], transformer_weights={"p": 2.0})
    scaler = DistributionScaler(("quantile-normal",))
    model = make_pipeline(scaler, union, LogisticRegression()).fit(frame, Y)
    (tmp_path / "model.onnx").write_bytes(b"old")
    with pytest.raises(TypeError) as raised:
        export_onnx(model, frame, tmp_path / "model.onnx")
    said = str(raised.value)
    for part in (
        "export_onnx: 5 parts have no graph",
        "step 'distributionscaler' (DistributionScaler): column 'a' is on the quantile-normal scale",
        "step 'featureunion' (FeatureUnion): transformer_weights has no graph",
        "step 'featureunion' > transformer 'p' (PCA): it has no ONNX graph",
        "step 'featureunion' > transformer 'f' (FunctionTransformer): func=exp has no graph",
    ):
        assert part in said
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]
    assert (tmp_path / "model.onnx").read_bytes() == b"old"


def test_columns_without_a_graph_are_named(tmp_path):
    zoned = X.assign(day=pd.date_range("2026-01-01", periods=120, tz="UTC"), label=1.0)
    net = NeuralClassifier(hidden_units=[4], max_epochs=1).fit(zoned, Y)
    with pytest.raises(TypeError, match="column 'day' has a time zone, .*column 'label' is called as an output"):
        export_onnx(net, zoned, tmp_path / "a")
    line = make_pipeline(PatternFeatures("c", "(?P<first>u)", keep_inputs=False)).fit(X[["c"]])
    with pytest.raises(TypeError, match="PatternFeatures.*has no ONNX graph, for the regular expressions"):
        export_onnx(line, X[["c"]], tmp_path / "a")
    texts = pd.DataFrame({"c": ["<missing>", "u"]})
    with pytest.raises(TypeError, match="'<missing>', which stands for missing values"):
        export_onnx(OneHotEncoder().fit(texts), texts, tmp_path / "a")
    with pytest.raises(TypeError, match="column 'x0' of an array holds texts; pass a DataFrame"):
        export_onnx(OneHotEncoder().fit(texts.to_numpy()), texts.to_numpy(object), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_levels_that_a_graph_cannot_tell_apart_are_named(tmp_path):
    mixed = pd.DataFrame({"c": pd.Series([1, "1", 2, "2"], dtype=object)})
    with pytest.raises(TypeError, match="levels of different types that are the same text"):
        export_onnx(CountFeatures().fit(mixed), mixed, tmp_path / "a")
    learned = CountFeatures().fit(pd.DataFrame({"c": ["<missing>", "u"]}))
    with pytest.raises(TypeError, match="CountFeatures: column 'c' holds '<missing>', which stands for"):
        export_onnx(learned, pd.DataFrame({"c": ["u", "u"]}), tmp_path / "a")
    with pytest.raises(TypeError, match="a column of numbers is compared with levels that are texts"):
        export_onnx(CountFeatures().fit(pd.DataFrame({"c": ["v", "u"]})), pd.DataFrame({"c": [1.0]}), tmp_path / "a")


def test_other_parts_without_a_graph(tmp_path):
    frame, two = X[["a", "b"]], np.column_stack([Y, Y])
    for model, message in (
        (DecisionTreeClassifier(max_depth=1).fit(frame, two), "several outputs of classes have no graph"),
        (SimpleImputer(missing_values=-1).fit(frame), "missing_values=-1 has no graph; use NaN"),
    ):
        with pytest.raises(TypeError, match=message):
            export_onnx(model, frame, tmp_path / "a")


def test_columns_of_lists_are_named(tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"a": [1.0, 2.0], "many": [[1], [2]]})
    assert list(onnx_inputs(frame)) == ["a"]
    with pytest.raises(TypeError, match="column 'many' holds neither numbers nor texts"):
        export_onnx(StandardScaler().fit(X[["a"]]), frame, tmp_path / "a")


def test_what_exporting_needs_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ImportError, match=r"sklearn-mlknow\[onnx\]"):
        export_onnx(StandardScaler().fit(X[["a"]]), X[["a"]], tmp_path / "a")


def test_columns_of_times_may_be_dropped(agree):
    frame = X.assign(day=pd.date_range("2026-01-01", periods=120))
    front = make_column_transformer((StandardScaler(), ["a"]), (FunctionTransformer(), ["b"]))
    agree(make_pipeline(front, LogisticRegression()).fit(frame, Y), frame, frame[:5])


def test_kinds_that_do_not_fit_are_named(tmp_path):
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    scaler = StandardScaler().fit(frame)
    with pytest.raises(TypeError, match="StandardScaler: column 'b' holds texts where numbers are needed"):
        export_onnx(scaler, frame.assign(b=["x", "y"]), tmp_path / "a")


def test_a_graph_that_differs_is_not_written(tmp_path, monkeypatch):
    frame = X[["a", "b"]]
    scaler = StandardScaler().fit(frame)
    export_onnx(scaler, frame, tmp_path / "a")
    before = (tmp_path / "a").read_bytes()
    wrong = registry.CONVERTERS["sklearn.StandardScaler"]._replace(convert=lambda graph, estimator, columns: columns)
    monkeypatch.setitem(registry.CONVERTERS, "sklearn.StandardScaler", wrong)
    with pytest.raises(ValueError, match=r"differs from the pipeline: 'output' in \d+ of 240 values; nothing was"):
        export_onnx(scaler, frame, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == before


def test_the_same_model_gives_the_same_bytes(tmp_path):
    frame = X[["a", "b"]]
    for name in "ab":
        export_onnx(StandardScaler().fit(frame), frame, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_unfitted_pipeline_is_refused(tmp_path):
    with pytest.raises(NotFittedError):
        export_onnx(StandardScaler(), X, tmp_path / "a")


def test_a_subclass_is_not_taken_for_its_parent(tmp_path):
    class Other(StandardScaler):
        """Answers otherwise."""

    with pytest.raises(TypeError, match="Other: it has no ONNX graph"):
        export_onnx(Other().fit(X[["a"]]), X[["a"]], tmp_path / "a")


def test_inputs_of_a_runtime():
    fed = onnx_inputs(pd.DataFrame({"n": pd.array([1, None], "Int64"), "b": [True, False], "c": ["u", None]}))
    np.testing.assert_array_equal(fed["n"], [[1.0], [np.nan]])
    assert fed["b"].tolist() == [[1.0], [0.0]] and fed["c"].tolist() == [["u"], ["<missing>"]]
