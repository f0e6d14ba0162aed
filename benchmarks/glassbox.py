"""Glass boxes against boosted trees and optbinning's scorecard: area under the curve on the binary tables.

Run ``python benchmarks/glassbox.py [--quick]``; the splits are those of the shared data's ``split_tabular``.
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
    names = [entry["name"] for entry in load.list_tabular() if entry["task"] == "binary"]
    rows, seconds = [], dict.fromkeys(MODELS, 0.0)
    for name in names[-2:] if quick else names:
        X, X_test, y, y_test = load.split_tabular(name)
        event = sorted(y.unique())[1]
        row = {"table": name}
        for model, chance_of in MODELS.items():
            begin = time.perf_counter()
            try:
                chance = chance_of(X, (y == event).to_numpy().astype(int), X_test)
                row[model] = float(roc_auc_score(y_test == event, chance))
            except Exception as error:  # a peer that cannot read the table
                print(f"{model} on {name}: {type(error).__name__}: {str(error)[:100]}")
                row[model] = float("nan")
            seconds[model] += time.perf_counter() - begin
        rows.append(row)
    rows.append({"table": "mean", **{model: float(np.mean([row[model] for row in rows])) for model in MODELS}})
    rows.append({"table": "seconds", **seconds})
    show(rows)
    if not quick:
        write("glassbox", {"settings": versions("scikit-learn", "optbinning"), "auc": rows})
    return 0


if __name__ == "__main__":
    sys.exit(main())
