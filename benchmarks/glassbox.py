"""Glass boxes against boosted trees and optbinning's scorecard: area under the curve on the binary tables.

Run ``python benchmarks/glassbox.py [--quick]``; the splits and seeds are those of the shared data.
"""

import argparse
import importlib.util
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier
from timing import show, versions, write

from sklearn_mlknow.glassbox import RuleClassifier, ScorecardClassifier

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def optbinning_card(X, y, X_test):
    """Chance of the event by optbinning's Scorecard at its defaults."""
    from optbinning import BinningProcess, Scorecard

    plain, plain_test = (
        frame.apply(lambda c: c.astype(object) if c.dtype == "category" else c) for frame in (X, X_test)
    )
    process = BinningProcess(variable_names=list(X.columns), categorical_variables=categories(X))
    card = Scorecard(process, LogisticRegression(max_iter=1000)).fit(plain, y)
    return card.predict_proba(plain_test)[:, 1]


def categories(X):
    return [name for name in X if isinstance(X[name].dtype, pd.CategoricalDtype)]


def small_tree(X, y, X_test):
    """Chance of the event by a tree of at most as many leaves as the rule list has rules."""
    tables = []
    for frame in (X, X_test):
        codes = frame.apply(lambda c: c.cat.codes if isinstance(c.dtype, pd.CategoricalDtype) else c)
        tables.append(codes)
    return DecisionTreeClassifier(max_leaf_nodes=11, random_state=0).fit(tables[0], y).predict_proba(tables[1])[:, 1]


def ours(model):
    return lambda X, y, X_test: model.fit(X, y).predict_proba(X_test)[:, 1]


def trees(X, y, X_test):
    model = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=0)
    return model.fit(X, y).predict_proba(X_test)[:, 1]


MODELS = {
    "scorecard": ours(ScorecardClassifier()),
    "optbinning": optbinning_card,
    "boosted trees": trees,
    "ten rules": ours(RuleClassifier()),
    "tree of 11 leaves": small_tree,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore")
    if not (SHARED / "load.py").exists():
        print("the real tables are not here: nothing to compare")
        return 0
    spec = importlib.util.spec_from_file_location("load", SHARED / "load.py")
    load = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(load)
    entries = [entry for entry in load.list_tabular() if entry["task"] == "binary"]
    rows, seconds = [], dict.fromkeys(MODELS, 0.0)
    for entry in entries[-1:] if quick else entries:
        n_seeds = 5 if entry["rows"] < 1_500 else 2 if entry["rows"] < 5_000 else 1
        scores = {model: [] for model in MODELS}
        for seed in range(1 if quick else n_seeds):
            X, X_test, y, y_test = load.split_tabular(entry["name"], seed)
            event = sorted(y.unique())[1]
            for model, chance_of in MODELS.items():
                begin = time.perf_counter()
                chance = chance_of(X, (y == event).to_numpy().astype(int), X_test)
                seconds[model] += time.perf_counter() - begin
                scores[model].append(roc_auc_score(y_test == event, chance))
        rows.append({"table": entry["name"], **{model: float(np.mean(found)) for model, found in scores.items()}})
    rows.append({"table": "mean", **{model: float(np.mean([row[model] for row in rows])) for model in MODELS}})
    rows.append({"table": "seconds", **seconds})
    show(rows)
    if not quick:
        write("glassbox", {"settings": versions("scikit-learn", "optbinning"), "auc": rows})
    return 0


if __name__ == "__main__":
    sys.exit(main())
