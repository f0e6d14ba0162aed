"""The binners in batches and on Dask: equal to fit while summaries are exact, whatever a batch holds."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, KMeansBinner, OptimalBinner
from sklearn_mlknow.distributed import checkpoint as module
from sklearn_mlknow.distributed import fit_batches, fit_dask, transform_dask

RNG = np.random.default_rng(0)
N = 400
FRAME = pd.DataFrame(
    {"age": RNG.normal(40, 10, N).round(1), "income": RNG.lognormal(size=N), "city": RNG.choice(list("abc"), N)}
)
FRAME.loc[::9, "age"] = np.nan
FRAME.loc[100:199, "city"] = "a"  # other categories are missing in a partition
FRAME.loc[200:299, "city"] = None  # and here all
Y = (FRAME["age"].fillna(30) + FRAME["city"].eq("b") * 10 + RNG.normal(0, 10, N) > 42).astype(int)
CUTS = [0, 100, 100, 200, 300, 310, 400]
BINNERS = [
    EqualWidthBinner(6),
    EqualFrequencyBinner(6, encode="median"),
    KMeansBinner(5),
    OptimalBinner(),
    OptimalBinner(encode="woe"),
    make_pipeline(EqualFrequencyBinner(12), OptimalBinner(4, target_type="class")),
    ColumnTransformer([("o", OptimalBinner(), ["age", "city"]), ("w", EqualWidthBinner(), ["income"])]),
]
every_binner = pytest.mark.parametrize(
    "binner", BINNERS, ids=["width", "frequency", "kmeans", "optimal", "woe", "pipeline", "columns"]
)


def assert_same(left, right):
    """Equal value by value; missing values are equal."""
    frames = [pd.DataFrame(one).astype(object) for one in (left, right)]
    frames = [frame.where(frame.notna(), None) for frame in frames]  # one kind of missing
    pd.testing.assert_frame_equal(*frames, check_dtype=False)


def pairs():
    return [(FRAME.iloc[low:high], Y.iloc[low:high]) for low, high in zip(CUTS, CUTS[1:])]


@every_binner
def test_batches_equal_fit(binner):
    batched = fit_batches(clone(binner), pairs())
    whole = clone(binner).fit(FRAME, Y)
    assert_same(batched.transform(FRAME), whole.transform(FRAME))


@every_binner
def test_dask_equals_fit(binner):
    dd = pytest.importorskip("dask.dataframe")
    whole = FRAME.assign(y=Y)
    ddf = dd.from_map(lambda cuts: whole.iloc[slice(*cuts)], list(zip(CUTS, CUTS[1:])), meta=whole.iloc[:0])
    fitted = fit_dask(clone(binner), ddf, y="y")
    expected = clone(binner).fit(FRAME, Y)
    assert_same(fitted.transform(FRAME), expected.transform(FRAME))
    out = transform_dask(fitted, ddf.drop(columns="y")).compute()
    assert_same(out.to_numpy(), np.asarray(expected.transform(FRAME)))
    assert out.index.tolist() == FRAME.index.tolist()


@every_binner
def test_an_interrupted_fit_goes_on(binner, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LEAST_PAUSE", 0)
    path = tmp_path / "fit.mlk"

    def breaking():
        yield from pairs()[:4]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_batches(clone(binner), breaking(), checkpoint=path)
    resumed = fit_batches(clone(binner), pairs(), checkpoint=path)
    expected = fit_batches(clone(binner), pairs())
    assert_same(resumed.transform(FRAME), expected.transform(FRAME))
    assert not path.exists()


def test_above_the_cap_batches_and_dask_agree_to_the_last_bit(monkeypatch):
    dd = pytest.importorskip("dask.dataframe")
    monkeypatch.setattr("sklearn_mlknow.summaries.values.MOST_VALUES", 100)
    monkeypatch.setattr("sklearn_mlknow.summaries.values.N_RUNS", 50)
    whole = pd.DataFrame({"a": RNG.normal(size=5000)})
    parts = [whole.iloc[low : low + 500] for low in range(0, 5000, 500)]
    ddf = dd.from_map(lambda low: whole.iloc[low : low + 500], list(range(0, 5000, 500)), meta=whole.iloc[:0])
    on_dask = fit_dask(EqualFrequencyBinner(10), ddf)
    in_batches = fit_batches(EqualFrequencyBinner(10), parts)
    assert on_dask.bin_edges_[0].tobytes() == in_batches.bin_edges_[0].tobytes()


def test_transformed_columns_keep_their_dtypes():
    dd = pytest.importorskip("dask.dataframe")
    binner = OptimalBinner(columns=["age"]).fit(FRAME, Y)
    lazy = transform_dask(binner, dd.from_map(lambda low: FRAME[low : low + 100], [0, 100, 200, 300], meta=FRAME[:0]))
    assert lazy["age"].dtype == np.int64
    assert lazy["income"].dtype == np.float64
    assert lazy.compute()["city"].isna().sum() == 100


def test_a_pipeline_that_ends_in_a_model(tmp_path):
    for i, (X, y) in enumerate(pairs()):
        X.assign(y=y).to_parquet(tmp_path / f"{i}.parquet")
    pipeline = make_pipeline(OptimalBinner(encode="onehot-dense"), SGDClassifier(random_state=0))
    fitted = fit_batches(pipeline, tmp_path, y="y")
    binner = OptimalBinner(encode="onehot-dense").fit(FRAME, Y)
    model = SGDClassifier(random_state=0)
    for X, y in pairs():
        if len(X):
            model.partial_fit(binner.transform(X), y, classes=[0, 1])
    np.testing.assert_allclose(fitted[-1].coef_, model.coef_)
