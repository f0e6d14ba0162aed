"""OptimalBinner against the optbinning package: information value under the same constraints, and time.

    python benchmarks/optimal_binning.py [--quick]

optbinning runs in the same process. It needs ortools and cvxpy; where they clash with other packages, make an
environment of its own: python -m venv peers; peers/bin/pip install -e . optbinning.

Value: every numeric column of the binary tables, the rows where it is present, six shapes, max_bins=8 and
min_bin_share=0.05. Both partitions are scored by one formula on the same rows. Time: 20 lognormal columns x 100 000
rows, BinningProcess with one and with two jobs; its faster one counts.
"""

import argparse
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
sys.path[:0] = [str(ROOT), str(SHARED)]

from benchmarks.timing import interleaved, show, versions, write  # noqa: E402
from sklearn_mlknow.binning import OptimalBinner  # noqa: E402
from sklearn_mlknow.formulas.information import information_value  # noqa: E402

SHAPES = {
    "auto": "auto",
    None: None,
    "increasing": "ascending",
    "decreasing": "descending",
    "peak": "peak",
    "valley": "valley",
}


def value_of(column, y, edges):
    """Information value of the bins between inner edges."""
    codes = np.searchsorted(edges, column, side="right")
    events = np.bincount(codes, weights=y, minlength=len(edges) + 1)
    return float(information_value(events, np.bincount(codes, minlength=len(edges) + 1) - events).sum())


def numeric_columns(quick):
    """Yield (table, column name, present values, their target) of the binary tables."""
    from load import list_tabular, load_tabular

    for entry in list_tabular():
        if entry["task"] != "binary" or (quick and entry["name"] != "phoneme"):
            continue
        X, y = load_tabular(entry["name"])
        target = (y.astype(str) == sorted(y.astype(str).unique())[1]).to_numpy().astype(int)
        for name in X.columns:
            if pd.api.types.is_numeric_dtype(X[name]):
                column = X[name].to_numpy(float)
                present = ~np.isnan(column)
                yield entry["name"], name, column[present], target[present]


def compare_values(quick):
    """Information value of both on every column and shape."""
    from optbinning import OptimalBinning

    rows = []
    for table, name, column, y in numeric_columns(quick):
        for shape, their_shape in SHAPES.items():
            ours = OptimalBinner(max_bins=8, monotonic=shape, min_bin_share=0.05).fit(column[:, None], y)
            theirs = OptimalBinning(max_n_bins=8, min_bin_size=0.05, monotonic_trend=their_shape).fit(column, y)
            a, b = value_of(column, y, ours.bin_edges_[0][1:-1]), value_of(column, y, theirs.splits)
            rows.append({"table": table, "column": name, "shape": str(shape), "ours": a, "optbinning": b})
    return pd.DataFrame(rows)


def compare_times(quick):
    """Fit time of both on 20 columns x 100 000 rows."""
    from optbinning import BinningProcess

    rng = np.random.default_rng(0)
    n_rows, n_columns = (20_000, 5) if quick else (100_000, 20)
    X = rng.lognormal(size=(n_rows, n_columns))
    y = (rng.random(n_rows) < 1 / (1 + np.exp(1 - 0.4 * np.log(X) @ rng.normal(size=n_columns)))).astype(int)
    names = [f"x{i}" for i in range(n_columns)]

    def process(n_jobs):
        return lambda: BinningProcess(names, max_n_bins=8, min_bin_size=0.05, n_jobs=n_jobs).fit(X, y)

    functions = {
        "OptimalBinner": lambda: OptimalBinner(max_bins=8, min_bin_share=0.05).fit(X, y),
        "BinningProcess n_jobs=1": process(1),
        "BinningProcess n_jobs=2": process(2),
    }
    return interleaved(functions, 3 if quick else 5)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one table; 5 columns x 20 000 rows")
    quick = parser.parse_args().quick
    warnings.filterwarnings("ignore")  # the solvers of the peer warn at import
    times = compare_times(quick)
    ratio = min(times["BinningProcess n_jobs=1"], times["BinningProcess n_jobs=2"]) / times["OptimalBinner"]
    show([{"fit": name, "seconds": seconds} for name, seconds in times.items()])
    print(f"ratio {ratio:.1f} (must be at least 10)\n")
    values = compare_values(quick)
    below = values[values["ours"] < values["optbinning"] - 1e-9]
    per_shape = values.groupby("shape").agg(
        ours=("ours", "mean"), optbinning=("optbinning", "mean"), n=("ours", "size")
    )
    show(per_shape.reset_index().to_dict("records"))
    print(f"cases below optbinning: {len(below)} of {len(values)} (must be 0)")
    if len(below):
        print(below.to_string())
    if not quick:
        result = {"seconds": times, "ratio": ratio, "cases": len(values), "below": len(below)}
        write("optimal_binning", {**result, **versions("numpy", "numba", "scikit-learn", "optbinning", "ortools")})


if __name__ == "__main__":
    main()
