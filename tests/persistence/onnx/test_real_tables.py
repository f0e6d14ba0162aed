"""Real tables: whole pipelines answer held-out rows in the graph as in Python, odd rows among them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklearn_mlknow.binning import OptimalBinner
from sklearn_mlknow.extraction import AutoencoderExtractor
from sklearn_mlknow.features import (
    ClusterFeatures,
    CrossFeatures,
    GroupFeatures,
    RareCategoryGrouper,
    SmoothClipScaler,
    TargetMeanEncoder,
)
from sklearn_mlknow.glassbox import RuleClassifier
from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.selection import MutualInformationSelector

TABLES = ("titanic", "adult", "california", "penguins", "vowel")
NUMBERS = make_column_selector(dtype_include=np.number)
CATEGORIES = make_column_selector(dtype_exclude=np.number)


def scikit_learn(is_class):
    front = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), NUMBERS),
        (OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=8), CATEGORIES),
    )
    return make_pipeline(front, LogisticRegression(max_iter=300) if is_class else Ridge())


def binned(is_class):
    model = LogisticRegression(max_iter=300) if is_class else Ridge()
    return make_pipeline(OptimalBinner(6, encode="onehot", target_type="class" if is_class else "number"), model)


def boosted(is_class):
    return (HistGradientBoostingClassifier if is_class else HistGradientBoostingRegressor)(max_iter=10)


def net(is_class):
    face = NeuralClassifier if is_class else NeuralRegressor
    encode = TargetMeanEncoder(target_type="class" if is_class else "number")
    steps = [RareCategoryGrouper(), encode, SmoothClipScaler(), MutualInformationSelector()]
    last = face(hidden_units=[16], max_epochs=3, n_members=2, random_state=0)
    return make_pipeline(*steps, last).set_output(transform="pandas")


def built(is_class):
    """Crosses of three columns, clusters of all numbers, and groups by the first column."""
    crosses = CrossFeatures([0, 1, 2], n_bins=4, min_frequency=5, output="code", keep_inputs=False, remainder="drop")
    clusters = ClusterFeatures(4, output="both", columns=NUMBERS, keep_inputs=False, remainder="drop", random_state=0)
    groups = GroupFeatures(0, columns=NUMBERS, relative=("difference", "zscore"), smoothing=3.0)
    groups.set_params(keep_inputs=False, remainder="drop")
    steps = [("crosses", crosses), ("clusters", clusters), ("groups", groups)]
    model = LogisticRegression(max_iter=200) if is_class else Ridge()
    return make_pipeline(FeatureUnion(steps), SimpleImputer(), StandardScaler(), model)


def ruled(is_class):
    return RuleClassifier(max_rules=5) if is_class else None


def squeezed(is_class):
    model = LogisticRegression(max_iter=200) if is_class else Ridge()
    return make_pipeline(AutoencoderExtractor(2, max_epochs=2, random_state=0), model)


def odd(frame):
    """Held-out rows, with missing values, unseen categories and extremes in some of them."""
    rows = frame.astype(dict.fromkeys(CATEGORIES(frame), object)).reset_index(drop=True)
    for place, name in enumerate(rows.columns):
        if rows[name].dtype == object:
            rows.loc[place % 7 :: 7, name] = np.nan
            rows.loc[place % 11 :: 11, name] = "never seen"
        else:
            rows.loc[place % 7 :: 7, name] = np.nan
            rows.loc[place % 11 :: 11, name] = 1e12
    return pd.concat([frame.astype(rows.dtypes.to_dict()), rows], ignore_index=True)


@pytest.mark.parametrize(
    "build", [scikit_learn, binned, boosted, net, built, ruled, squeezed], ids=lambda build: build.__name__
)
@pytest.mark.parametrize("table", TABLES)
def test_held_out_rows(agree, shared_data, table, build):
    X, y = shared_data.load_tabular(table)
    is_class = isinstance(y.dtype, pd.CategoricalDtype)
    X_train, y_train, X_test = X[0:4000:2], y[0:4000:2], X[1:2000:2]
    model = build(is_class)
    if model is None:
        pytest.skip("a table of numbers has no classes")
    model.fit(X_train, y_train)
    agree(model, X_train, odd(X_test) if build is not boosted else X_test)
