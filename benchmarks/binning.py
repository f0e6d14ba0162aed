"""Binners against scikit-learn's KBinsDiscretizer, in one process, in turn, medians.

    python benchmarks/binning.py [--quick]

Table: 1 000 000 rows x 20 lognormal columns of float64, ten bins, row-major (C) and column-major (F). Both sides get
exact settings: KBinsDiscretizer with ``subsample=None`` and, for equal width, also as it is by default (a sample of
200 000 rows). KBinsDiscretizer has no threads to give; ours are the processors, or ``OMP_NUM_THREADS``.

Also: the size at which the compiled loop overtakes numpy once it is loaded, and the time of the first call in a fresh
process.
"""

import argparse
import statistics
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.preprocessing import KBinsDiscretizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timing import interleaved, show, versions, write  # noqa: E402
from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner  # noqa: E402
from sklearn_mlknow.kernels import compiling, digitise_table  # noqa: E402
from sklearn_mlknow.kernels.threads import n_threads  # noqa: E402


def peer(strategy, encode="ordinal", subsample=None):
    return KBinsDiscretizer(10, encode=encode, strategy=strategy, subsample=subsample, random_state=0)


def works(X):
    """Each piece of work: name, what must be reached, ours, theirs."""
    exact, quantile = EqualFrequencyBinner(10).fit(X), peer("quantile").fit(X)
    compact = EqualFrequencyBinner(10, dtype="compact").fit(X)
    sparse, onehot = EqualFrequencyBinner(10, encode="onehot").fit(X), peer("quantile", "onehot").fit(X)
    is_column_major = X.flags.f_contiguous
    fit = EqualFrequencyBinner(10).fit
    yield "equal-frequency fit", 4.0 if is_column_major else 2.5, lambda: fit(X), lambda: peer("quantile").fit(X)
    width = EqualWidthBinner(10)
    yield "equal-width fit", 2.0, lambda: width.fit(X), lambda: peer("uniform").fit(X)
    sampled = lambda: peer("uniform", subsample=200_000).fit(X)  # noqa: E731
    yield "equal-width fit, peer on a sample", 2.0, lambda: width.fit(X), sampled
    yield "transform, int64", 8.0, lambda: exact.transform(X), lambda: quantile.transform(X)
    yield "transform, compact", 12.0, lambda: compact.transform(X), lambda: quantile.transform(X)
    yield "one-hot CSR", 8.0, lambda: sparse.transform(X), lambda: onehot.transform(X)


def one_row(X, calls=200):
    """Transform of one row: each repeat is many calls, since one takes microseconds."""
    ours, theirs, row = EqualFrequencyBinner(10).fit(X[:10_000]), peer("quantile").fit(X[:10_000]), X[:1].copy()

    def repeat(function):
        return lambda: [function(row) for _ in range(calls)]

    return "transform, one row", 1.8, repeat(ours.transform), repeat(theirs.transform)


def crossover():
    """Milliseconds of numpy and of the loaded loop by number of values, 20 columns, nine edges."""
    rng = np.random.default_rng(0)
    edges, missing = np.sort(rng.normal(size=(9, 20)), axis=0), np.full(20, 10)
    usual, rows = (compiling.COLD_CROSSOVER, compiling.WARM_CROSSOVER), []
    for n_rows in (1, 10, 50, 100, 1_000, 10_000, 100_000):
        X = rng.normal(size=(n_rows, 20))

        def side(threshold, X=X):
            def run():
                compiling.COLD_CROSSOVER = compiling.WARM_CROSSOVER = threshold
                for _ in range(20):
                    digitise_table(X, edges, missing)

            return run

        times = interleaved({"numpy": side(10**15), "compiled": side(0)}, 7)
        rows.append({"values": X.size, "numpy_ms": times["numpy"] * 50, "compiled_ms": times["compiled"] * 50})
    compiling.COLD_CROSSOVER, compiling.WARM_CROSSOVER = usual
    return rows


def first_call(n_rows, repeats=5):
    """Seconds of the first fit_transform in a fresh process, imports of the package not counted."""
    code = (
        "import time, numpy as np; from sklearn_mlknow.binning import EqualFrequencyBinner;"
        f"X = np.random.default_rng(0).lognormal(size=({n_rows}, 20)); begin = time.perf_counter();"
        "EqualFrequencyBinner().fit_transform(X); print(time.perf_counter() - begin)"
    )
    root = Path(__file__).resolve().parents[1]
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=root) for _ in range(repeats)
    ]
    return statistics.median(float(run.stdout) for run in runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 000 rows, nothing written")
    quick = parser.parse_args().quick
    warnings.filterwarnings("ignore", category=FutureWarning)
    X = np.random.default_rng(0).lognormal(size=(100_000 if quick else 1_000_000, 20))
    rows = []
    for layout, table in (("C", X), ("F", np.asfortranarray(X))):
        for name, must, ours, theirs in (*works(table), *([one_row(table)] if layout == "C" else [])):
            seconds = interleaved({"ours": ours, "peer": theirs}, 3 if quick else 7)
            ratio = seconds["peer"] / seconds["ours"]
            rows.append({"work": name, "layout": layout, **seconds, "ratio": ratio, "must": must})
    print(f"{X.shape[0]} x {X.shape[1]}, threads: ours {n_threads()}, KBinsDiscretizer 1 (it has no more)")
    show(rows)
    print("\nnumpy and the loaded loop, 20 columns, milliseconds")
    sizes = crossover()
    show(sizes)
    first = {n_rows: first_call(n_rows) for n_rows in (1_000, 10_000, 100_000)}
    print("\nfirst call in a fresh process:", ", ".join(f"{n} rows {seconds:.3f} s" for n, seconds in first.items()))
    print(f"(must be at most 0.5 s for 1 000 rows; crossover cold {compiling.COLD_CROSSOVER} values)")
    if not quick:
        write(
            "binning",
            {
                "rows": X.shape[0],
                "columns": X.shape[1],
                "works": rows,
                "crossover": sizes,
                "first_call_seconds": first,
                **versions("numpy", "numba", "scikit-learn"),
            },
        )


if __name__ == "__main__":
    main()
