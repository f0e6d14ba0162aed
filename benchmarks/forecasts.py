"""How often do the intervals of learning curves hold the truth?

Run ``python benchmarks/forecasts.py [--quick]``. For several worlds of which any number of rows can be drawn: the loss
at so many rows and the gain of twice as many, known from 150 tables judged by 8 000 rows, against the intervals of
`forecast` and of the corrected resampled t, each from one small table.
"""

import sys

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit
from sklearn.neighbors import KNeighborsRegressor
from sklearn.tree import DecisionTreeRegressor
from timing import show, versions, write

from sklearn_mlknow.formulas.power_law import forecast
from sklearn_mlknow.formulas.resampled import corrected_difference

TEST_SHARE, N_SIZES, SPLITS = 0.25, 6, (8, 3)


def curved(rng, n_rows):
    X = rng.normal(size=(n_rows, 3))
    return X, X[:, 0] * X[:, 1] + X[:, 2] + 0.5 * rng.normal(size=n_rows)


def plane(rng, n_rows):
    X = rng.normal(size=(n_rows, 20))
    return X, X[:, :5].sum(axis=1) + 2 * rng.normal(size=n_rows)


def slope(rng, n_rows):
    X = rng.normal(size=(n_rows, 3))
    return X, X[:, 0] + rng.normal(size=n_rows)


def noise(rng, n_rows):
    return rng.normal(size=(n_rows, 4)), rng.normal(size=n_rows)


def classes(rng, n_rows):
    X = rng.normal(size=(n_rows, 15))
    return X, (X[:, 0] + X[:, 1] + rng.logistic(size=n_rows) > 0).astype(int)


WORLDS = {
    "nearest neighbours, curved": (curved, KNeighborsRegressor(5), 400),
    "line, twenty columns": (plane, LinearRegression(), 300),
    "line, three columns": (slope, LinearRegression(), 400),
    "nearest neighbours, noise": (noise, KNeighborsRegressor(10), 400),
    "logistic regression": (classes, LogisticRegression(), 400),
    "decision tree, curved": (curved, DecisionTreeRegressor(min_samples_leaf=5, random_state=0), 800),
}


def loss(model, X, y):
    if y.dtype.kind == "i":
        return log_loss(y, model.predict_proba(X), labels=[0, 1])
    return float(np.sqrt(np.mean((model.predict(X) - y) ** 2)))


def curve(world, model, n_rows, seed):
    """Losses of nested prefixes of random splits of one table; (n_sizes,), (n_sizes, n_splits)."""
    X, y = world(np.random.default_rng(seed), n_rows)
    n_train = n_rows - int(np.ceil(TEST_SHARE * n_rows))
    sizes = np.unique(np.geomspace(max(40, n_train // 8), n_train, N_SIZES).astype(int))
    kind = StratifiedShuffleSplit if y.dtype.kind == "i" else ShuffleSplit
    found = [
        [loss(model.fit(X[train[:size]], y[train[:size]]), X[test], y[test]) for size in sizes]
        for train, test in kind(max(SPLITS), test_size=TEST_SHARE, random_state=seed).split(X, y)
    ]
    return sizes, np.array(found).T


def true_loss(world, model, n_rows, n_tables):
    rng = np.random.default_rng(999)
    X, y = world(rng, 8000)
    return float(np.mean([loss(model.fit(*world(rng, n_rows)), X, y) for _ in range(n_tables)]))


def main(quick):
    n_tables = 30 if quick else 120
    rows = []
    for name, (world, model, n_rows) in WORLDS.items():
        curves = [curve(world, model, n_rows, seed) for seed in range(n_tables)]
        last = int(curves[0][0][-1])
        now, ahead = (true_loss(world, model, size, 150) for size in (last, 2 * last))
        for n_splits in SPLITS:
            held_loss, held_gain, widths = [], [], []
            for seed, (sizes, losses) in enumerate(curves):
                few = losses[:, :n_splits]
                found = forecast(sizes, few, 2.0 * last, TEST_SHARE, np.random.default_rng(seed))
                known = corrected_difference(few[-1], TEST_SHARE)
                held_loss.append(known.low <= now <= known.high)
                held_gain.append(found.gain_low <= 1 - ahead / now <= found.gain_high)
                widths.append(found.gain_high - found.gain_low)
            rows.append(
                {
                    "world": name,
                    "splits": n_splits,
                    "true gain": round(1 - ahead / now, 3),
                    "gain held": round(float(np.mean(held_gain)), 3),
                    "median width": round(float(np.median(widths)), 3),
                    "loss held": round(float(np.mean(held_loss)), 3),
                }
            )
    if not quick:
        write("forecasts", {"tables": n_tables, "rows": rows, "versions": versions("scikit-learn", "numpy")})
    show(rows)


if __name__ == "__main__":
    main("--quick" in sys.argv)
