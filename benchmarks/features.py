"""Builders and encoders against scikit-learn, category_encoders, feature-engine, and polars and pandas by hand.

    python benchmarks/features.py [--quick]

Peers run in the same process in turn with ours, at their documented defaults, on the same frame, and hand back frames
too. Everything uses the threads of the machine, as ours does. Medians; the ratio is the peer's time over ours.
"""

import argparse
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
from sklearn.preprocessing import TargetEncoder

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.timing import interleaved, show, versions, write  # noqa: E402
from sklearn_mlknow import features  # noqa: E402

STATISTICS = ("mean", "std", "min", "max", "count")


def keys_and_target(n_rows):
    rng = np.random.default_rng(0)
    names = np.array([f"key{i:04d}" for i in range(1000)])
    X = pd.DataFrame({f"k{i}": names[rng.integers(0, 1000, n_rows)] for i in range(3)})
    return X, rng.integers(0, 2, n_rows)


def in_frames(estimator):
    return estimator.set_output(transform="pandas")


def target_means(n_rows, repeats):
    from category_encoders import TargetEncoder as CategoryEncodersTarget

    X, y = keys_and_target(n_rows)
    yield (
        "TargetMeanEncoder.fit_transform",
        "3 string keys of 1 000 values",
        interleaved(
            {
                "ours": lambda: in_frames(features.TargetMeanEncoder()).fit_transform(X, y),
                "scikit-learn": lambda: in_frames(TargetEncoder()).fit_transform(X, y),
                "category_encoders (no cross-fitting)": lambda: CategoryEncodersTarget().fit_transform(X, y),
            },
            repeats,
        ),
    )


def counts(n_rows, repeats):
    from category_encoders import CountEncoder
    from feature_engine.encoding import CountFrequencyEncoder

    X, _ = keys_and_target(n_rows)
    yield (
        "CountFeatures.fit_transform",
        "3 string keys of 1 000 values",
        interleaved(
            {
                "ours": lambda: in_frames(features.CountFeatures(keep_inputs=False)).fit_transform(X),
                "feature-engine": lambda: CountFrequencyEncoder().fit_transform(X),
                "category_encoders": lambda: CountEncoder().fit_transform(X),
            },
            repeats,
        ),
    )


def groups(n_rows, repeats):
    rng = np.random.default_rng(0)
    names = np.array([f"key{i:04d}" for i in range(1000)])
    keys = {"a": names[rng.integers(0, 1000, n_rows)], "b": names[rng.integers(0, 20, n_rows)]}
    columns = [f"v{i}" for i in range(5)]
    X = pd.DataFrame(keys | {name: rng.normal(size=n_rows) for name in columns})
    P = pl.from_pandas(X)
    parts = [(name, part) for name in columns for part in STATISTICS[:4]]

    def ours(table, container, relative=("difference",)):
        builder = features.GroupFeatures(["a", "b"], statistics=STATISTICS, relative=relative)
        return builder.set_output(transform=container).fit_transform(table)

    def by_hand_in_polars():
        found = P.group_by("a", "b").agg(
            *[getattr(pl.col(name), part)().alias(f"{name}_{part}") for name, part in parts], pl.len().alias("count")
        )
        joined = P.join(found, on=["a", "b"], how="left")
        return joined.with_columns(*[(pl.col(n) - pl.col(f"{n}_mean")).alias(f"{n}_minus_mean") for n in columns])

    def by_hand_in_pandas(all_four=False):
        grouped, out = X.groupby(["a", "b"]), {}
        for name, part in parts:
            out[f"{name}_{part}"] = grouped[name].transform(part)
        for name in columns:
            out[f"{name}_minus_mean"] = X[name] - out[f"{name}_mean"]
            if all_four:
                out[f"{name}_over_mean"] = X[name] / out[f"{name}_mean"]
                out[f"{name}_zscore"] = out[f"{name}_minus_mean"] / out[f"{name}_std"]
                out[f"{name}_rank"] = grouped[name].rank(pct=True)
        out["count"] = grouped["v0"].transform("size")
        return X.assign(**out)

    what = "2 keys, 5 columns, 5 statistics + relative"
    yield (
        "GroupFeatures.fit_transform",
        f"{what}, pandas",
        interleaved({"ours": lambda: ours(X, "pandas"), "pandas by hand": by_hand_in_pandas}, 2 * repeats + 1),
    )
    every = ("difference", "ratio", "zscore", "rank")
    yield (
        "GroupFeatures.fit_transform",
        f"{what} in four ways, pandas",
        interleaved(
            {"ours": lambda: ours(X, "pandas", every), "pandas by hand": lambda: by_hand_in_pandas(True)}, repeats
        ),
    )
    yield (
        "GroupFeatures.fit_transform",
        f"{what}, polars",
        interleaved({"ours": lambda: ours(P, "polars"), "polars by hand": by_hand_in_polars}, repeats),
    )


def ratios(n_rows, repeats):
    rng = np.random.default_rng(0)
    X = rng.lognormal(size=(min(n_rows, 20_000), 100))
    y = X[:, 3] / X[:, 7] > 1
    yield (
        "RatioFeatures.fit",
        "100 columns x 20 000 rows",
        interleaved({"ours": lambda: features.RatioFeatures().fit(X, y)}, max(1, repeats // 3)),
    )


def one_row():
    """Milliseconds to transform one row, from an array or a frame, median of 200 calls."""
    rng = np.random.default_rng(0)
    n = 500
    numbers = pd.DataFrame(rng.lognormal(size=(n, 5)), columns=list("abcde"))
    y = (numbers["a"] / numbers["b"] > 1).astype(int)
    texts = pd.DataFrame({"city": rng.choice(["Oslo", "Rome", "Bonn"], n), "tone": rng.choice(["u", "v"], n)})
    mixed = pd.concat([texts, numbers[["a", "b"]]], axis=1)
    times = pd.DataFrame({"when": pd.Timestamp(2024, 1, 1) + pd.to_timedelta(rng.integers(0, 9000, n), unit="h")})
    other = pd.DataFrame({"city": ["Oslo", "Rome"], "rain": [1.0, 2.0]})
    cabins = pd.DataFrame({"cabin": rng.choice(["C85", "E46"], n)})
    cases = [
        (features.FormulaFeatures({"r": "a / b", "s": "log(a) + c**2"}), numbers),
        (features.RatioFeatures(), numbers),
        (features.CountFeatures(), texts),
        (features.GroupFeatures("city"), mixed),
        (features.ClusterFeatures(random_state=0), numbers),
        (features.DatetimeFeatures(keep_inputs=False), times),
        (features.PatternFeatures("cabin", r"(?P<deck>[A-Z])(?P<number>\d+)"), cabins),
        (features.CrossFeatures(), texts),
        (features.JoinFeatures(other, "city"), texts),
        (features.TargetMeanEncoder(), texts),
        (features.WeightOfEvidenceEncoder(), texts),
        (features.RareCategoryGrouper(), texts),
        (features.SmoothClipScaler(), numbers),
        (features.DistributionScaler(), numbers),
    ]
    for estimator, X in cases:
        forms = {"array": X.to_numpy(), "pandas": X, "polars": pl.from_pandas(X)}
        row = {"builder": type(estimator).__name__}
        for form, table in forms.items():
            named = {"GroupFeatures": {"by": 0}, "PatternFeatures": {"column": 0}, "JoinFeatures": {"on": {0: "city"}}}
            if form == "array":
                estimator = estimator.set_params(**named.get(type(estimator).__name__, {}))
                if type(estimator).__name__ == "FormulaFeatures":
                    estimator = features.FormulaFeatures({"r": "x0 / x1", "s": "log(x0) + x2**2"})
            fitted = estimator.fit(table, y)
            one, seconds = table[:1], []
            for _ in range(200):
                begin = time.perf_counter()
                fitted.transform(one)
                seconds.append(time.perf_counter() - begin)
            row[f"{form} ms"] = 1000 * float(np.median(seconds))
            estimator = type(estimator)(**cases_arguments(estimator, form, cases, X))
        yield row


def cases_arguments(estimator, form, cases, X):
    """Give the next form the arguments by name again."""
    arguments = estimator.get_params(deep=False)
    by_name = {
        "GroupFeatures": {"by": "city"},
        "PatternFeatures": {"column": "cabin"},
        "JoinFeatures": {"on": "city"},
        "FormulaFeatures": {"formulas": {"r": "a / b", "s": "log(a) + c**2"}},
    }
    return arguments | by_name.get(type(estimator).__name__, {})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, fewer repeats")
    quick = parser.parse_args().quick
    warnings.simplefilter("ignore")
    n_rows, repeats = (100_000, 3) if quick else (1_000_000, 5)
    rows = []
    for benchmark in (target_means, counts, groups, ratios):
        for name, what, seconds in benchmark(n_rows, repeats):
            for peer, time_ in seconds.items():
                rows.append(
                    {"task": name, "what": what, "who": peer, "seconds": time_, "ratio": time_ / seconds["ours"]}
                )
    show(rows)
    print()
    latencies = list(one_row())
    show(latencies)
    packages = ("scikit-learn", "category_encoders", "feature-engine", "pandas", "polars", "numpy")
    write("features", {"versions": versions(*packages), "n_rows": n_rows, "times": rows, "one_row_ms": latencies})


if __name__ == "__main__":
    main()
