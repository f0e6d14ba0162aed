"""Memory and time of fit_batches over more values than it keeps.

    python benchmarks/out_of_core.py [--quick]

50 million values come in batches of a million, made as they are asked for. Reported is how far the peak of the process
lies above what it is after the imports, in a fresh process for each estimator; it must stay below 400 MB.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]
LIMIT_MB = 400
ESTIMATORS = ["EqualFrequencyBinner", "EqualWidthBinner", "KMeansBinner", "OptimalBinner"]


def peak_mb():
    """Largest resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def batches(n_batches, rows, with_target):
    """Yield batches of one lognormal column."""
    for i in range(n_batches):
        rng = np.random.default_rng(i)
        X = rng.lognormal(size=(rows, 1))
        yield (X, (rng.random(rows) < X[:, 0] / (1 + X[:, 0])).astype(np.int64)) if with_target else X


def measure(name, n_batches, rows):
    """Fit one estimator in this process; return seconds and megabytes."""
    from sklearn_mlknow import binning
    from sklearn_mlknow.distributed import fit_batches

    with_target = name == "OptimalBinner"
    estimator = getattr(binning, name)()
    fit_batches(getattr(binning, name)(), batches(2, 5_000, with_target))  # imports and compiled code
    before = peak_mb()
    start = time.perf_counter()
    fit_batches(estimator, batches(n_batches, rows, with_target))
    seconds = time.perf_counter() - start
    exact = getattr(estimator, "rank_error_", None)
    return {
        "estimator": name,
        "values": n_batches * rows,
        "seconds": seconds,
        "above_import_mb": peak_mb() - before,
        "rank_error": None if exact is None else float(np.max(exact)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="5 batches of 100 000")
    parser.add_argument("--one", help="measure one estimator in this process (used by the parent)")
    arguments = parser.parse_args()
    n_batches, rows = (5, 100_000) if arguments.quick else (50, 1_000_000)
    if arguments.one:
        print(json.dumps(measure(arguments.one, n_batches, rows)))
        return
    from benchmarks.timing import show, versions, write

    results = []
    for name in ESTIMATORS:
        command = [sys.executable, __file__, "--one", name] + (["--quick"] if arguments.quick else [])
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        row = json.loads(done.stdout.strip().splitlines()[-1])
        results.append({**row, "limit_mb": LIMIT_MB, "holds": row["above_import_mb"] < LIMIT_MB})
    show(results)
    if not arguments.quick:
        write("out_of_core", {"rows": results, **versions("numpy", "numba", "scikit-learn")})


if __name__ == "__main__":
    main()
