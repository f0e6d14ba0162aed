"""The house's own promises, held by every public estimator."""

import copy
import pickle

import numpy as np
import pytest
from sklearn.base import clone

from sklearn_mlknow._shell.columnwise import ColumnwiseTransformer
from tests.contract.data import N_ROWS, answer, as_pandas, as_polars, numbers, same, target
from tests.contract.discovery import public_estimators
from tests.contract.instances import build

ESTIMATORS = public_estimators()
every_estimator = pytest.mark.parametrize("cls", ESTIMATORS, ids=lambda cls: cls.__name__)
every_merging_estimator = pytest.mark.parametrize(
    "cls", [cls for cls in ESTIMATORS if hasattr(cls, "merge")], ids=lambda cls: cls.__name__
)
every_columnwise_estimator = pytest.mark.parametrize(
    "cls", [cls for cls in ESTIMATORS if issubclass(cls, ColumnwiseTransformer)], ids=lambda cls: cls.__name__
)


def seeded(cls):
    estimator = build(cls)
    if "random_state" in estimator.get_params(deep=False):
        estimator.set_params(random_state=0)
    return estimator


@every_estimator
def test_same_answer_from_every_library(cls):
    X = numbers()
    y = target(seeded(cls), X)
    expected = answer(seeded(cls).fit(X, y), X)
    for convert in (as_pandas, as_polars):
        assert same(answer(seeded(cls).fit(convert(X), y), convert(X)), expected)


@every_estimator
def test_inputs_are_not_modified(cls):
    X = numbers()
    y = target(seeded(cls), X)
    X_before, y_before, frame = X.copy(), y.copy(), as_pandas(X.copy())
    X.setflags(write=False)
    y.setflags(write=False)
    answer(seeded(cls).fit(X, y), X)
    answer(seeded(cls).fit(frame, y), frame)
    assert same(X, X_before)
    assert same(y, y_before)
    assert same(frame.to_numpy(), X_before)


@every_estimator
def test_clones_and_copies_answer_alike(cls):
    X = numbers()
    y = target(seeded(cls), X)
    fitted = seeded(cls).fit(X, y)
    expected = answer(fitted, X)
    assert same(answer(pickle.loads(pickle.dumps(fitted)), X), expected)
    assert same(answer(copy.deepcopy(fitted), X), expected)
    assert same(answer(clone(fitted).fit(X, y), X), expected)


@every_estimator
def test_same_seed_same_bits(cls):
    X = numbers()
    y = target(seeded(cls), X)
    expected = answer(seeded(cls).fit(X, y), X)
    assert same(answer(seeded(cls).fit(X, y), X), expected)
    if "n_jobs" in seeded(cls).get_params(deep=False):
        assert same(answer(seeded(cls).set_params(n_jobs=2).fit(X, y), X), expected)


@every_estimator
def test_failed_fit_leaves_the_earlier_state(cls):
    X = numbers()
    y = target(seeded(cls), X)
    fitted = seeded(cls).fit(X, y)
    expected = answer(fitted, X)
    names = sorted(vars(fitted))
    broken = X.astype(object)
    broken[3, 0] = {"a": "dict"}
    with pytest.raises(TypeError, match="x0"):
        fitted.fit(broken, y)
    assert sorted(vars(fitted)) == names
    assert same(answer(fitted, X), expected)


@every_columnwise_estimator
def test_columns_are_known_by_name(cls):
    """Fitting on reordered columns gives each column the same treatment."""
    frame = as_pandas(numbers())
    y = target(seeded(cls), frame.to_numpy())
    straight = seeded(cls).set_output(transform="pandas").fit(frame, y).transform(frame)
    turned = frame[frame.columns[::-1]]
    turned_out = seeded(cls).set_output(transform="pandas").fit(turned, y).transform(turned)
    assert sorted(turned_out.columns) == sorted(straight.columns)
    for name in straight.columns:
        assert same(turned_out[name].to_numpy(), straight[name].to_numpy())


@every_columnwise_estimator
def test_other_columns_pass_through_or_go(cls):
    frame = as_pandas(numbers())
    frame["when"] = np.datetime64("2024-01-01") + np.arange(N_ROWS).astype("timedelta64[D]")
    y = target(seeded(cls), frame.drop(columns="when").to_numpy())
    kept = seeded(cls).set_output(transform="pandas").fit(frame, y).transform(frame)
    assert kept["when"].dtype == frame["when"].dtype
    assert (kept["when"] == frame["when"]).all()
    dropped = seeded(cls).set_params(remainder="drop").set_output(transform="pandas").fit(frame, y).transform(frame)
    assert "when" not in dropped.columns


@every_merging_estimator
def test_fit_of_all_is_partial_fit_is_merge(cls):
    X = numbers()
    y = target(seeded(cls), X)
    whole = answer(seeded(cls).fit(X, y), X)
    first, second = slice(0, 25), slice(25, N_ROWS)
    in_batches = seeded(cls).fit(X[first], y[first]).partial_fit(X[second], y[second])
    merged = seeded(cls).fit(X[first], y[first]).merge(seeded(cls).fit(X[second], y[second]))
    for other in (answer(in_batches, X), answer(merged, X)):
        if whole.dtype.kind == "f":
            np.testing.assert_allclose(other, whole, rtol=1e-9, atol=1e-12)
        else:
            assert same(other, whole)
