"""The right scale for each distribution, and why."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, yeojohnson
from sklearn.preprocessing import PowerTransformer

from sklearn_mlknow.features import DistributionScaler
from sklearn_mlknow.features.shapes import yeo_johnson

RNG = np.random.default_rng(0)
COLUMNS = {
    "standard": RNG.normal(170, 10, 2000),
    "robust": np.concatenate([RNG.normal(0, 1, 1990), [90, 80, 70, 60, -50, 40, 100, -200, 150, 120]]),
    "log": RNG.lognormal(3, 1, 2000),
    "yeo-johnson": RNG.normal(3, 1, 2000) ** 3 - 5,
    "quantile-normal": RNG.choice([-1, 1], 2000) * RNG.normal(5, 1, 2000),
    "constant": np.full(2000, 3.0),
}
X = pd.DataFrame(COLUMNS)


def test_each_distribution_gets_its_method_and_a_reason():
    scaler = DistributionScaler().fit(X)
    assert scaler.methods_ == list(COLUMNS)
    report = scaler.report_
    assert list(report.columns) == ["column", "method", "why", "normality_before", "normality_after"]
    assert report["why"].str.len().min() > 10
    assert (report["normality_after"][:5] >= 0.985).all()


def test_outputs_by_hand():
    out = DistributionScaler().set_output(transform="pandas").fit_transform(X)
    column = X["standard"]
    np.testing.assert_allclose(out["standard"], (column - column.mean()) / column.std(ddof=0), rtol=1e-9)
    logs = np.log(X["log"])
    np.testing.assert_allclose(out["log"], (logs - logs.mean()) / logs.std(ddof=0), rtol=1e-9)
    assert (out["constant"] == 0).all()
    assert abs(out["yeo-johnson"].mean()) < 1e-9
    expected = norm.ppf(X["quantile-normal"].rank() / 2001)
    inner = np.abs(expected) < 2.5
    np.testing.assert_allclose(out["quantile-normal"][inner], expected[inner], atol=0.05)


def test_yeo_johnson_like_scipy_and_scikit_learn():
    column = RNG.normal(0, 3, 200)
    for power in (-1.5, 0.0, 0.7, 2.0, 3.0):
        np.testing.assert_allclose(yeo_johnson(column, power), yeojohnson(column, power), rtol=1e-10)
    ours = DistributionScaler("yeo-johnson").fit_transform(X[["yeo-johnson"]])
    theirs = PowerTransformer().fit_transform(X[["yeo-johnson"]])
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.999


def test_weights_batches_and_units():
    weights = RNG.integers(0, 3, 2000)
    weighted = DistributionScaler().fit(X, sample_weight=weights)
    repeated = DistributionScaler().fit(X.loc[X.index.repeat(weights)])
    assert weighted.methods_ == repeated.methods_
    np.testing.assert_allclose(weighted.transform(X), repeated.transform(X), rtol=1e-7, atol=1e-9)
    batches = DistributionScaler().partial_fit(X[:700]).partial_fit(X[700:])
    np.testing.assert_allclose(batches.transform(X), DistributionScaler().fit_transform(X), rtol=1e-9, atol=1e-12)


def test_one_method_is_used_for_every_column():
    assert set(DistributionScaler(("quantile-normal",)).fit(X).methods_) == {"quantile-normal", "constant"}
    with pytest.raises(ValueError, match="methods must be of"):
        DistributionScaler("rank").fit(X)


def test_ends_missing_values_and_what_a_logarithm_cannot_take():
    scaler = DistributionScaler(("quantile-normal",)).fit(X[["standard"]])
    out = scaler.transform(pd.DataFrame({"standard": [-1e9, 1e9, np.nan]})).ravel()
    np.testing.assert_allclose(out, [norm.ppf(1e-4), norm.ppf(1 - 1e-4), np.nan])
    scaler = DistributionScaler().fit(X[["log"]])
    assert np.isnan(scaler.transform(pd.DataFrame({"log": [-1.0]}))).all()
    with pytest.raises(ValueError, match="column 'log' holds missing values"):
        DistributionScaler(handle_missing="error").fit(X[["log"]] * np.nan)


@pytest.mark.parametrize("factor", [1e-300, 1e300])
def test_extreme_units(factor):
    assert np.isfinite(DistributionScaler().fit_transform(X[["standard", "robust"]] * factor)).all()
