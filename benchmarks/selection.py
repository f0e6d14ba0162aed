"""Selection against its peers: scikit-learn's mutual information, mrmr-selection, boruta.

Run ``python benchmarks/selection.py [--quick]``. Peers run at one and at two jobs and their faster time counts.
Values and choices are compared as well as times.
"""

import argparse
import importlib.util
import sys
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.feature_selection import mutual_info_classif, mutual_info_regression
from sklearn.metrics import log_loss, r2_score
from timing import interleaved, median_time, show, versions, write

from sklearn_mlknow.selection import MRMRSelector, MutualInformationSelector, ShadowSelector, ShapSelector

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def table(n_rows, n_columns, seed=0):
    """Correlated columns, a number and three classes that depend on some of them."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, 12)) @ rng.normal(size=(12, n_columns)) + rng.normal(size=(n_rows, n_columns))
    number = X[:, 0] + X[:, 1] + X[:, 2] ** 2 + 3 * rng.normal(size=n_rows)
    return X, number, np.digitize(number, np.quantile(number, [0.4, 0.7]))


def race(ours, peers, repeats):
    """For each of ours: its median seconds, those of the fastest peer of the same run, and their ratio."""
    seconds = interleaved({**ours, **peers}, repeats)
    peer = min(peers, key=seconds.get)
    return {
        name: {"ours_s": seconds[name], "peer_s": seconds[peer], "peer": peer, "ratio": seconds[peer] / seconds[name]}
        for name in ours
    }


def mutual_information(n_rows, repeats):
    X, number, classes = table(n_rows, 50)
    rows = []
    for target, y, theirs in (("class", classes, mutual_info_classif), ("number", number, mutual_info_regression)):
        peers = {f"scikit-learn n_jobs={n}": partial(theirs, X, y, random_state=0, n_jobs=n) for n in (1, 2)}
        ours = {m: MutualInformationSelector(10, method=m, random_state=0) for m in ("nearest", "binned")}
        found = race({method: partial(selector.fit, X, y) for method, selector in ours.items()}, peers, repeats)
        difference = np.abs(ours["nearest"].scores_ - theirs(X, y, random_state=0)).max()
        checks = {"nearest": f"difference {difference:.0e}", "binned": ""}
        for method, must in (("nearest", 8 if target == "class" else 3), ("binned", 100)):
            rows.append({"work": f"{method}, {target}", **found[method], "must": must, "check": checks[method]})
    return rows


def mrmr(n_rows, repeats):
    from mrmr import mrmr_classif, mrmr_regression

    X, number, classes = table(n_rows, 50)
    frame, rows = pd.DataFrame(X, columns=[f"x{i}" for i in range(50)]), []
    for target, y, theirs in (("class", classes, mrmr_classif), ("number", number, mrmr_regression)):
        peers = {
            f"mrmr-selection n_jobs={n}": partial(theirs, frame, pd.Series(y), K=20, show_progress=False, n_jobs=n)
            for n in (1, 2)
        }
        pairs = {"f": "correlation", "mutual_information": "mutual_information"}
        ours = {a: MRMRSelector(20, relevance=a, redundancy=b) for a, b in pairs.items()}
        found = race({name: partial(selector.fit, frame, y) for name, selector in ours.items()}, peers, 3 * repeats)
        usual = median_time(partial(theirs, frame, pd.Series(y), K=20, show_progress=False), repeats)  # n_jobs=-1
        choice = theirs(frame, pd.Series(y), K=20, show_progress=False, n_jobs=1)
        for name, selector in ours.items():
            order = [f"x{i}" for i in selector.order_]
            check = "same choice" if order == choice else f"{len(set(order) & set(choice))} of 20 the same"
            check += f"; their default n_jobs=-1 {usual:.2f} s, {usual / found[name]['ours_s']:.0f} times ours"
            must = 20 if name == "f" else ""  # the package has no mutual information to compare with
            rows.append({"work": f"mrmr {name}, {target}", **found[name], "must": must, "check": check})
    return rows


def shadows(n_rows, n_tables):
    from boruta import BorutaPy

    ShadowSelector(n_rounds=1, random_state=0).fit(np.random.default_rng(0).normal(size=(40, 3)), np.arange(40) % 2)
    rows = []
    for seed in range(n_tables):
        X, y = make_classification(
            n_rows, 50, n_informative=12, n_redundant=5, class_sep=0.5, flip_y=0.3, random_state=seed, shuffle=False
        )
        X[:, 17:25] = 0.12 * X[:, :8] + np.random.default_rng(seed).normal(size=(n_rows, 8))  # weak ones
        theirs, ours, seconds = [], [], {"ours": [], "boruta": []}
        for run in (1, 2):
            begin = time.perf_counter()
            forest = RandomForestClassifier(n_jobs=2, max_depth=5)
            theirs.append(BorutaPy(forest, n_estimators="auto", max_iter=31, random_state=run).fit(X, y).support_)
            seconds["boruta"].append(time.perf_counter() - begin)
            begin = time.perf_counter()
            ours.append(ShadowSelector(n_rounds=30, random_state=run).fit(X, y).get_support())
            seconds["ours"].append(time.perf_counter() - begin)
        agreement = np.mean([jaccard(a, b) for a in ours for b in theirs])
        rows.append(
            {
                "work": f"shadows, table {seed}",
                "ours_s": min(seconds["ours"]),
                "peer_s": min(seconds["boruta"]),
                "peer": "boruta n_jobs=2",
                "ratio": min(seconds["boruta"]) / min(seconds["ours"]),
                "must": 4,
                "check": f"Jaccard {agreement:.3f}, boruta's two seeds {jaccard(*theirs):.3f}",
            }
        )
    return rows


def shap_values(n_rows):
    """Seconds of ShapSelector at its defaults; no peer does the same."""
    X, y = make_classification(n_rows, 30, n_informative=8, n_redundant=4, random_state=0, shuffle=False)
    begin = time.perf_counter()
    support = ShapSelector(random_state=0).fit(X, y).get_support()
    check = f"{support[:12].sum()} of 12 relevant, {support[12:].sum()} of 18 others kept"
    seconds = time.perf_counter() - begin
    return {
        "work": f"shap, {n_rows} x 30",
        "ours_s": seconds,
        "peer_s": "",
        "peer": "",
        "ratio": "",
        "must": "",
        "check": check,
    }


def jaccard(a, b):
    return float((a & b).sum() / max(1, (a | b).sum()))


def half_of_the_columns(names):
    """Score of boosted trees after selecting half the columns: ours against SelectKBest(mutual_info)."""
    if not (SHARED / "load.py").exists():
        print("the real tables are not here: skipped")
        return []
    spec = importlib.util.spec_from_file_location("load", SHARED / "load.py")
    load = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(load)
    tasks = {entry["name"]: entry["task"] for entry in load.list_tabular()}
    rows = []
    for name in names or tasks:
        X, X_test, y, y_test = load.split_tabular(name)
        is_class = isinstance(y.dtype, pd.CategoricalDtype)
        half = max(1, X.shape[1] // 2)
        codes = X.apply(lambda c: c.cat.codes if isinstance(c.dtype, pd.CategoricalDtype) else c.fillna(c.median()))
        is_discrete = [isinstance(dtype, pd.CategoricalDtype) for dtype in X.dtypes]
        information = mutual_info_classif if is_class else mutual_info_regression
        chosen = {
            "scikit-learn": np.argsort(-information(codes, y, discrete_features=is_discrete, random_state=0))[:half]
        }
        for method in ("binned", "nearest"):
            target_type = "class" if is_class else "number"
            selector = MutualInformationSelector(half, method=method, target_type=target_type, random_state=0).fit(X, y)
            chosen[method] = selector.get_support(indices=True)
        chosen["mrmr"] = MRMRSelector(half, target_type=target_type).fit(X, y).get_support(indices=True)
        row = {"table": name}
        for who, columns in chosen.items():
            row[who] = score(X.iloc[:, columns], y, X_test.iloc[:, columns], y_test, is_class)
        rows.append(row)
    mean = {key: float(np.mean([row[key] for row in rows])) for key in rows[0] if key != "table"}
    return [*rows, {"table": "mean", **mean}]


def score(X, y, X_test, y_test, is_class):
    """R squared, or the share of the log-loss of the class shares that is explained."""
    if not is_class:
        model = HistGradientBoostingRegressor(categorical_features="from_dtype", random_state=0).fit(X, y)
        return r2_score(y_test, model.predict(X_test))
    model = HistGradientBoostingClassifier(categorical_features="from_dtype", random_state=0).fit(X, y)
    shares = y.value_counts(normalize=True)[model.classes_].to_numpy()
    base = log_loss(y_test, np.tile(shares, (len(y_test), 1)), labels=model.classes_)
    return 1 - log_loss(y_test, model.predict_proba(X_test), labels=model.classes_) / base


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore")
    n_rows, repeats = (2_000, 1) if quick else (20_000, 3)
    rows = (
        mutual_information(n_rows, repeats)
        + mrmr(n_rows, repeats)
        + shadows(1_000 if quick else 5_000, 1 if quick else 2)
        + [shap_values(500 if quick else 5_000)]
    )
    show(rows)
    X, _, classes = table(1_000, 50)
    small = median_time(lambda: MutualInformationSelector(10).fit(X, classes))
    print(f"1 000 rows, binned: {1000 * small:.1f} ms")
    halves = half_of_the_columns(["titanic", "vowel"] if quick else None)
    if halves:
        show(halves)
    if not quick:
        settings = versions("scikit-learn", "mrmr-selection", "boruta", "numba")
        write("selection", {"settings": settings, "speed": rows, "half_of_the_columns": halves})


if __name__ == "__main__":
    sys.exit(main())
