import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from sklearn_mlknow.distributed import fit_batches
from tests.distributed.running_mean import SubtractMean

RNG = np.random.default_rng(0)
X = RNG.normal(size=(100, 3)).round(3)
FRAME = pd.DataFrame(X, columns=["a", "b", "c"])
Y = (X[:, 0] > 0).astype(int)


def parts(table, n=7):
    cuts = np.linspace(0, len(table), n + 1).astype(int)
    return [table[low:high] for low, high in zip(cuts, cuts[1:])]


@pytest.mark.parametrize("convert", [np.asarray, pd.DataFrame, lambda X: pl.DataFrame(X, schema=["a", "b", "c"])])
def test_batches_of_any_library_equal_fit(convert):
    table = convert(X)
    whole = SubtractMean().fit(table)
    batched = fit_batches(SubtractMean(), parts(table))
    np.testing.assert_allclose(batched.means_, whole.means_, rtol=1e-12)
    assert batched.n_features_in_ == 3
    assert batched.transform(table).shape == (100, 3)


def test_the_same_object_comes_back_fitted():
    estimator = SubtractMean()
    assert fit_batches(estimator, parts(X)) is estimator
    assert hasattr(estimator, "means_")


def test_partial_fit_sees_the_batches_in_order():
    by_hand = StandardScaler()
    for part in parts(X):
        by_hand.partial_fit(part)
    batched = fit_batches(StandardScaler(), parts(X))
    assert batched.mean_.tolist() == by_hand.mean_.tolist()


def test_a_classifier_learns_all_classes_first():
    ordered = np.argsort(Y)  # the first batches hold one class only
    pairs = list(zip(parts(X[ordered]), parts(Y[ordered])))
    model = fit_batches(SGDClassifier(random_state=0), pairs)
    assert model.classes_.tolist() == [0, 1]


def test_a_pipeline_takes_a_pass_for_each_step():
    looks = []

    def batches():
        looks.append(1)
        return zip(parts(FRAME), parts(Y))

    steps = make_pipeline(SubtractMean(), FunctionTransformer(), MinMaxScaler(), SGDClassifier(random_state=0))
    pipeline = fit_batches(steps, batches)
    assert len(looks) == 4  # centre, scale, classes, classifier
    centred = SubtractMean().fit_transform(FRAME)
    np.testing.assert_allclose(pipeline[2].data_min_, centred.min(axis=0), rtol=1e-12)
    assert pipeline.predict(FRAME).shape == (100,)


def test_a_column_transformer_takes_one_pass_for_all_branches_that_merge():
    looks = []

    def batches():
        looks.append(1)
        return iter(parts(FRAME))

    whole = ColumnTransformer(
        [
            ("one", SubtractMean(), ["a"]),
            ("two", SubtractMean(), make_column_selector(pattern="b")),
            ("none", "drop", []),
        ],
        remainder=SubtractMean(),
    )
    batched = fit_batches(clone(whole), batches)
    assert len(looks) == 1
    expected = whole.fit(FRAME)
    np.testing.assert_allclose(batched.transform(FRAME), expected.transform(FRAME), rtol=1e-9, atol=1e-12)
    assert batched.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()
    assert isinstance(batched.named_transformers_["one"], SubtractMean)
    assert isinstance(batched.transformers[0][1], SubtractMean)


def test_nested_pipelines_and_column_transformers():
    inner = make_pipeline(SubtractMean(), MinMaxScaler())
    whole = make_pipeline(ColumnTransformer([("x", inner, ["a", "b"]), ("y", StandardScaler(), ["c"])]), SubtractMean())
    batched = fit_batches(clone(whole), lambda: iter(parts(FRAME)))
    np.testing.assert_allclose(batched.transform(FRAME), whole.fit(FRAME).transform(FRAME), atol=1e-12)


def test_steps_that_are_fitted_already_stay():
    pca = PCA(2).fit(X)
    pipeline = fit_batches(make_pipeline(FrozenEstimator(pca), SubtractMean()), parts(X))
    np.testing.assert_allclose(pipeline[1].means_, pca.transform(X).mean(axis=0), atol=1e-12)


def test_what_cannot_be_fitted_in_batches_says_so():
    with pytest.raises(TypeError, match="PCA cannot be fitted from batches.*FrozenEstimator"):
        fit_batches(make_pipeline(SubtractMean(), PCA(2)), parts(X))


def test_a_failed_fit_leaves_the_earlier_state():
    estimator = SubtractMean().fit(X)
    means = estimator.means_.copy()
    with pytest.raises(ValueError, match="features"):
        fit_batches(estimator, [X, X[:, :2]])
    assert estimator.means_.tolist() == means.tolist()


def test_empty_batches_and_batches_without_weight_count_nothing():
    weights = np.ones(100)
    weights[50:60] = 0
    with_empty = [
        (X[:50], None, weights[:50]),
        (X[50:50], None, weights[50:50]),
        (X[50:60], None, weights[50:60]),
        (X[60:], None, weights[60:]),
    ]
    batched = fit_batches(SubtractMean(), with_empty)
    np.testing.assert_allclose(batched.means_, SubtractMean().fit(X, sample_weight=weights).means_, rtol=1e-12)


def test_target_and_weights_can_be_columns():
    frame = FRAME.assign(y=Y, w=1.0)
    batched = fit_batches(SGDClassifier(random_state=0), parts(frame), "y", "w")
    assert batched.n_features_in_ == 3
    assert batched.feature_names_in_.tolist() == ["a", "b", "c"]
    with pytest.raises(ValueError, match="y='nope' is not a column"):
        fit_batches(SGDClassifier(), parts(frame), "nope")


@pytest.mark.parametrize("write", ["to_parquet", "to_csv"])
def test_a_folder_of_files(tmp_path, write):
    for i, part in enumerate(parts(FRAME)):
        getattr(part, write)(tmp_path / f"part-{i}.{write[3:]}", index=False)
    batched = fit_batches(SubtractMean(), tmp_path)
    expected = fit_batches(SubtractMean(), parts(FRAME))
    assert batched.means_.tolist() == expected.means_.tolist()


def test_a_column_of_blanks_in_one_batch_keeps_its_kind():
    frame = pd.DataFrame({"city": ["u", "v", None, None], "a": [1.0, 2.0, 3.0, 6.0]})
    second = pd.DataFrame({"city": [np.nan, np.nan], "a": [3.0, 6.0]})
    estimator = SubtractMean()
    batched = fit_batches(estimator, [frame[:2], second])
    assert batched.means_.tolist() == [3.0]
    assert batched.columns_ == ["a"]


def test_sources_that_are_none(tmp_path):
    with pytest.raises(TypeError, match="one ndarray instead of batches"):
        fit_batches(SubtractMean(), X)
    with pytest.raises(ValueError, match="no rows"):
        fit_batches(SubtractMean(), [X[:0]])
    with pytest.raises(ValueError, match="spent after one"):
        fit_batches(make_pipeline(SubtractMean(), StandardScaler()), iter(parts(X)))
    with pytest.raises(FileNotFoundError, match="no .parquet and no .csv"):
        fit_batches(SubtractMean(), tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no"):
        fit_batches(SubtractMean(), tmp_path / "nowhere")


@pytest.mark.parametrize("batch", [None, {"a": [1]}, [[1, 2]]])
def test_a_batch_that_is_no_table(batch):
    with pytest.raises(TypeError, match="a batch is a"):
        fit_batches(StandardScaler(), [batch])
