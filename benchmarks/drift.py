"""How often the drift monitor is wrong, how often it finds what is there, and how fast it is.

    python benchmarks/drift.py [--quick]

On the electricity stream (where the shared data is present): first half against second; random halves of the same four
months, 1 000 rows each, where any drift is a false alarm. On normal numbers: half a standard deviation in one of twenty
columns, to be found; and false alarms of the test alone, without a least size, against its alpha.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timing import median_time, show, versions, write  # noqa: E402
from sklearn_mlknow.drift import DriftMonitor  # noqa: E402

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def electricity():
    if not (DATA / "load.py").exists():
        return None
    spec = importlib.util.spec_from_file_location("load", DATA / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.load_electricity()


def share(found, n):
    """A share with its 95 % interval (Wilson)."""
    p, z = found / n, 1.96
    middle, half = (p + z**2 / 2 / n) / (1 + z**2 / n), z * np.sqrt(p * (1 - p) / n + z**2 / 4 / n**2) / (1 + z**2 / n)
    return {"share": p, "low": max(middle - half, 0.0), "high": min(middle + half, 1.0), "n": n}


def false_alarms(stream, n_splits, **thresholds):
    X, rng, alarms = stream.drop(columns="class"), np.random.default_rng(0), 0
    for _ in range(n_splits):
        rows = rng.integers(0, len(X) - 5760) + rng.permutation(5760)[:2000]
        alarms += DriftMonitor(**thresholds).fit(X.iloc[rows[:1000]]).report(X.iloc[rows[1000:]]).is_drift
    return share(alarms, n_splits)


def normal_numbers(n_splits, shift, **thresholds):
    found = others = 0
    for seed in range(n_splits):
        rng = np.random.default_rng(seed)
        before, now = rng.normal(size=(1000, 20)), rng.normal(size=(1000, 20))
        now[:, 7] += shift
        drifted = DriftMonitor(**thresholds).fit(before).report(now).drifted
        found += "x7" in drifted
        others += bool(set(drifted) - {"x7"})
    return share(found, n_splits), share(others, n_splits)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 splits instead of 200")
    n = 20 if parser.parse_args().quick else 200
    rows = []
    stream = electricity()
    if stream is None:
        print("The electricity stream is not here; skipped.")
    else:
        half = len(stream) // 2
        report = DriftMonitor().fit(stream[:half]).report(stream[half:])
        print(report.to_text(), end="\n\n")
        rows.append({"what": "electricity, halves of the same months: false alarms", **false_alarms(stream, n)})
        alone = false_alarms(stream, n, alpha=0.05, min_psi=0.0)
        rows.append({"what": "the same, test alone at alpha = 0.05", **alone})
    found, others = normal_numbers(n, 0.5)
    rows.append({"what": "0.5 sigma in one of 20 columns: found", **found})
    rows.append({"what": "the same: another column accused", **others})
    rows.append(
        {"what": "0.5 sigma found by the test alone, alpha = 0.05", **normal_numbers(n, 0.5, alpha=0.05, min_psi=0)[0]}
    )
    rows.append(
        {"what": "no shift, test alone, alpha = 0.05: alarms", **normal_numbers(n, 0.0, alpha=0.05, min_psi=0)[1]}
    )
    show(rows)
    rng = np.random.default_rng(0)
    before, now = rng.normal(size=(1_000_000, 20)), rng.normal(size=(1_000_000, 20))
    monitor = DriftMonitor().fit(before)
    seconds = {
        "fit, 1 000 000 x 20": median_time(lambda: DriftMonitor().fit(before), 3),
        "report, 1 000 000 x 20": median_time(lambda: monitor.report(now), 3),
        "report, 1 000 x 20": median_time(lambda: monitor.report(now[:1000]), 5),
    }
    print()
    show([{"what": what, "seconds": value} for what, value in seconds.items()])
    drifted = None if stream is None else report.drifted
    write(
        "drift", {"versions": versions("scikit-learn", "numpy"), "rates": rows, "seconds": seconds, "drifted": drifted}
    )


if __name__ == "__main__":
    main()
