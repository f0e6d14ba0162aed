"""What tables hold in the wild, through every selector: an answer or one clear error, never a warning."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.selection import MRMRSelector, MutualInformationSelector, RedundancySelector, ShadowSelector

SELECTORS = {
    "binned": MutualInformationSelector(random_state=0),
    "nearest": MutualInformationSelector(2, method="nearest", random_state=0),
    "mrmr": MRMRSelector(2),
    "mrmr linear": MRMRSelector(2, relevance="f", redundancy="correlation"),
    "correlation": RedundancySelector(),
    "shared information": RedundancySelector(measure="mutual_information"),
    "vif": RedundancySelector(measure="vif"),
    "shadows": ShadowSelector(n_rounds=3, random_state=0),
}
every_selector = pytest.mark.parametrize("selector", SELECTORS.values(), ids=SELECTORS)


def wild(n_rows=80):
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01")
    frame = pd.DataFrame(
        {
            "number": rng.normal(size=n_rows),
            "constant": 1.0,
            "gone": np.nan,
            "bool": rng.random(n_rows) > 0.5,
            "nullable": pd.array(rng.integers(0, 9, n_rows), dtype="Int64"),
            "level": pd.Categorical(rng.choice(["x", "y"], n_rows), categories=["x", "y", "unused"]),
            "text": rng.choice(["p", "q", "r"], n_rows),
            "time": start + pd.to_timedelta(rng.integers(0, 99, n_rows), unit="D"),
            "zoned": start.tz_localize("Europe/Oslo") + pd.to_timedelta(rng.integers(0, 99, n_rows), unit="h"),
            "span": pd.to_timedelta(rng.integers(0, 99, n_rows), unit="h"),
            "huge": 1e308 * rng.choice([-1, 1], n_rows),
            "denormal": 5e-324 * rng.integers(0, 3, n_rows),
            "mixed": pd.Series([None, "a", 3, True] * (n_rows // 4), dtype=object),
        }
    )
    frame.loc[3, "nullable"] = pd.NA
    frame.loc[4, "time"] = pd.NaT
    frame.loc[5, "text"] = None
    return frame, (frame["number"] > 0).to_numpy().astype(int)


@every_selector
def test_wild_table(selector):
    X, y = wild()
    if "linear" in [key for key, one in SELECTORS.items() if one is selector][0] or selector is SELECTORS["vif"]:
        X = X.drop(columns=["level", "text", "mixed"])
    out = selector.set_output(transform="pandas").fit(X, y).transform(X)
    pd.testing.assert_frame_equal(out, X[out.columns])


@every_selector
@pytest.mark.parametrize(
    "X",
    [np.ones((6, 2)), np.array([[1e200, -1e200], [-1e200, 1e200]] * 3), np.random.default_rng(0).normal(size=(6, 300))],
    ids=["constant", "huge", "wide"],
)
def test_extreme_arrays(selector, X):
    assert selector.fit(X, [0, 1] * 3).get_support().any()


@every_selector
def test_infinity_is_named(selector):
    X = np.arange(12.0).reshape(6, 2)
    X[2, 1] = np.inf
    with pytest.raises(ValueError, match="column 'x1' holds inf; remove or clip it first"):
        selector.fit(X, [0, 1] * 3)
