"""Write the golden files of the present version: ``python -m tests.persistence.golden.make``.

Files of released versions are never written again; a new format gets a folder of its own beside ``v0_1``.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklearn_mlknow.binning import OptimalBinner
from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.features import RareCategoryGrouper, SmoothClipScaler, TargetMeanEncoder
from sklearn_mlknow.glassbox import ScorecardClassifier
from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.persistence import save

FOLDER = Path(__file__).parent / "v0_1"
NET = {"hidden_units": [4], "max_epochs": 2, "n_members": 1, "random_state": 0}


def table():
    """A small mixed table with missing values, and two targets."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=80), "b": rng.lognormal(size=80), "c": rng.choice(["u", "v", "w"], 80)})
    X.loc[::9, "b"] = np.nan
    X.loc[::11, "c"] = None
    number = X["a"] * 2 + (X["c"] == "u")
    return X, np.where(number > 0.5, "yes", "no"), number.to_numpy()


def models():
    """Fitted models by name, each with its target's rows."""
    X, labels, number = table()
    numbers = X[["a", "b"]].fillna(0.0)
    front = make_column_transformer((StandardScaler(), ["a"]), (OneHotEncoder(handle_unknown="ignore"), ["c"]))
    ours = make_pipeline(
        DriftMonitor(), RareCategoryGrouper(), TargetMeanEncoder(), SmoothClipScaler(), NeuralClassifier(**NET)
    ).set_output(transform="pandas")
    return {
        "scikit_learn_line": make_pipeline(front, LogisticRegression()).fit(X, labels),
        "line_of_ours": ours.fit(X, labels),
        "optimal_binner": OptimalBinner(3).fit(X, labels),
        "scorecard": ScorecardClassifier(max_bins=3).fit(X, labels),
        "net_of_numbers": NeuralRegressor(**NET).fit(X, number),
        "periodic_net": NeuralRegressor(numeric_embedding="periodic", **NET).fit(X, number),
        "forest": RandomForestClassifier(3, max_depth=3, random_state=0).fit(numbers, labels),
        "boosting": HistGradientBoostingRegressor(max_iter=3).fit(numbers, number),
    }


def answers(name, model):
    """What a model says of some rows, as lists."""
    X, _, _ = table()
    rows = X[:12] if name not in ("forest", "boosting") else X[["a", "b"]].fillna(0.0)[:12]
    for method in ("predict_proba", "predict", "transform"):
        if hasattr(model, method):
            return np.asarray(getattr(model, method)(rows), dtype=np.float64).tolist()
    raise TypeError(name)


def main():
    """Write the files and what their models answer."""
    FOLDER.mkdir(exist_ok=True)
    told = {}
    for name, model in models().items():
        save(model, FOLDER / f"{name}.mlk")
        told[name] = answers(name, model)
    (FOLDER / "answers.json").write_text(json.dumps(told, indent=0) + "\n")


if __name__ == "__main__":
    main()
