"""Accuracy of the nets' defaults on the fixed splits of the shared tables, against peers at theirs.

    python benchmarks/neural.py [--quick] [--hybrid] [--peers] [--tables a,b] [--threads 2]

44 fits (19 tables; seeds 0-4 under 1 500 rows, 0-1 under 5 000, else 0). The peers' scores on exactly these splits are
read from the file beside the tables; ``--peers`` fits the quick ones again for their fit times in the same run.
"""

import argparse
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
sys.path[:0] = [str(ROOT), str(SHARED)]

SLOW_OR_PARTIAL = {"tabm"}  # stored for 13 of the 44 splits only
QUICK_TABLES = ("penguins", "titanic", "concrete", "phoneme")


def splits(tables, quick):
    """Yield (table, task, seed) of the fixed splits."""
    from load import list_tabular

    for entry in list_tabular():
        n_seeds = 5 if entry["rows"] < 1500 else 2 if entry["rows"] < 5000 else 1
        if (tables and entry["name"] not in tables) or (quick and entry["name"] not in QUICK_TABLES):
            continue
        for seed in range(1 if quick else n_seeds):
            yield entry["name"], "regression" if entry["task"] == "regression" else "class", seed


def score(estimator, task, X_test, y_test, classes):
    """Return log-loss and error, or RMSE."""
    if task == "regression":
        return {"rmse": float(np.sqrt(np.mean((estimator.predict(X_test) - np.asarray(y_test)) ** 2)))}
    proba = estimator.predict_proba(X_test)
    code = np.searchsorted(classes, np.asarray(y_test).astype(str))
    right = np.clip(proba[np.arange(len(code)), code], 1e-15, 1)
    return {"logloss": float(-np.log(right).mean()), "error": float(np.mean(proba.argmax(axis=1) != code))}


def fit_and_score(make, name, task, seed):
    """Fit one model on one split."""
    from load import split_tabular

    X_train, X_test, y_train, y_test = split_tabular(name, seed)
    y = np.asarray(y_train) if task == "regression" else np.asarray(y_train).astype(str)
    estimator = make(task, seed)
    start, cpu = time.perf_counter(), time.process_time()
    estimator.fit(X_train, y)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    start = time.perf_counter()
    scores = score(estimator, task, X_test, y_test, getattr(estimator, "classes_", None))
    return {**scores, "fit": seconds, "fit_cpu": cpu, "predict": time.perf_counter() - start}


def ours(task, seed):
    """The net at its defaults."""
    from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor

    return (NeuralRegressor if task == "regression" else NeuralClassifier)(random_state=seed)


def hybrid(task, seed):
    """The net on boosted trees at its defaults."""
    from sklearn_mlknow.neural import HybridClassifier, HybridRegressor

    return (HybridRegressor if task == "regression" else HybridClassifier)(random_state=seed)


def quick_peers():
    """Return the peers that fit in seconds: name -> function (task, seed) -> estimator."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    def table():
        number = make_column_selector(dtype_include="number")
        other = make_column_selector(dtype_exclude="number")
        return make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), number),
            (OneHotEncoder(handle_unknown="ignore", sparse_output=False), other),
        )

    def pick(task, classifier, regressor, **kwargs):
        return (regressor if task == "regression" else classifier)(**kwargs)

    return {
        "hgb": lambda task, seed: pick(
            task, HistGradientBoostingClassifier, HistGradientBoostingRegressor,
            categorical_features="from_dtype", random_state=seed,
        ),
        "linear": lambda task, seed: make_pipeline(
            table(), Ridge() if task == "regression" else LogisticRegression(max_iter=1000)
        ),
        "sklearn_mlp": lambda task, seed: make_pipeline(
            table(), pick(task, MLPClassifier, MLPRegressor, random_state=seed)
        ),
    }  # fmt: skip


def table_means(results, models, metric):
    """Return {table: {model: mean score over seeds}} for splits where all models have the metric."""
    means = {}
    for key, scores in results.items():
        table, _, model = key.split("|")
        if model in models and metric in scores:
            means.setdefault(table, {}).setdefault(model, []).append(scores[metric])
    return {t: {m: float(np.mean(v)) for m, v in row.items()} for t, row in means.items() if len(row) == len(models)}


def summarise(results, models, metric, focus, n_boot=2000):
    """Return mean rank, normalised score and the paired bootstrap interval of focus against each peer."""
    means = table_means(results, models, metric)
    if not means:
        return {}
    scores = np.array([[row[m] for m in models] for row in means.values()])  # (n_tables, n_models)
    better = (scores[:, :, None] > scores[:, None, :]).sum(axis=2)
    equal = (scores[:, :, None] == scores[:, None, :]).sum(axis=2) - 1
    ranks = 1 + better + 0.5 * equal
    best, median = scores.min(axis=1, keepdims=True), np.median(scores, axis=1, keepdims=True)
    normalised = np.clip((median - scores) / np.maximum(median - best, 1e-12), -1, 1)
    rows = np.random.default_rng(0).integers(len(scores), size=(n_boot, len(scores)))
    ours_at = models.index(focus)
    out = {"n_tables": len(scores), "models": {}}
    for j, model in enumerate(models):
        gain = ranks[:, j] - ranks[:, ours_at]
        relative = np.log(scores[:, j] / scores[:, ours_at])
        low, high = np.quantile(gain[rows].mean(axis=1), [0.025, 0.975])
        rlow, rhigh = np.quantile(relative[rows].mean(axis=1), [0.025, 0.975])
        out["models"][model] = {
            "mean_rank": float(ranks[:, j].mean()),
            "normalised": float(normalised[:, j].mean()),
            "rank_behind_us": [float(gain.mean()), float(low), float(high)],
            "log_ratio_to_us": [float(relative.mean()), float(rlow), float(rhigh)],
        }
    return out


def show(summary, title):
    """Print one table, the best mean rank first."""
    print(f"\n{title}: {summary['n_tables']} tables; rank gap and log ratio of the peer to ours with 95 % intervals")
    print(f"{'model':<14}{'mean rank':>10}{'normalised':>12}   {'rank gap':<24}{'log ratio':<24}")
    for model, row in sorted(summary["models"].items(), key=lambda item: item[1]["mean_rank"]):
        gap = "{:+.2f} [{:+.2f}, {:+.2f}]".format(*row["rank_behind_us"])
        ratio = "{:+.3f} [{:+.3f}, {:+.3f}]".format(*row["log_ratio_to_us"])
        print(f"{model:<14}{row['mean_rank']:>10.2f}{row['normalised']:>12.2f}   {gap:<24}{ratio:<24}")


def main():
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one split of four small tables")
    parser.add_argument("--hybrid", action="store_true", help="score the net on boosted trees instead")
    parser.add_argument("--peers", action="store_true", help="fit the quick peers again, for their fit times")
    parser.add_argument("--tables", default="")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", default="")
    arguments = parser.parse_args()

    import torch

    torch.set_num_threads(arguments.threads)
    focus = "hybrid" if arguments.hybrid else "ours"
    makers = {focus: hybrid if arguments.hybrid else ours}
    if arguments.peers:
        makers |= {f"{name} (again)": make for name, make in quick_peers().items()}
    results, seconds, cpu_seconds = {}, {}, {}
    for name, task, seed in splits(set(filter(None, arguments.tables.split(","))), arguments.quick):
        for model, make in makers.items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                results[f"{name}|{seed}|{model}"] = fit_and_score(make, name, task, seed)
            done = results[f"{name}|{seed}|{model}"]
            seconds[model] = seconds.get(model, 0.0) + done["fit"]
            cpu_seconds[model] = cpu_seconds.get(model, 0.0) + done["fit_cpu"]
        print(name, seed, {k: round(v, 4) for k, v in results[f"{name}|{seed}|{focus}"].items()}, flush=True)
    stored = json.loads((SHARED / "tabular" / "peers.json").read_text())
    done = {key.rsplit("|", 1)[0] for key in results}
    stored = {key: value for key, value in stored.items() if key.rsplit("|", 1)[0] in done}
    peers = sorted({key.split("|")[2] for key in stored} - SLOW_OR_PARTIAL)
    report = {"settings": {"threads": arguments.threads, "parameters": "defaults, random_state=seed"}}
    for metric in ("logloss", "error", "rmse"):
        summary = summarise(stored | results, [focus, *peers], metric, focus)
        if summary:
            report[metric] = summary
            show(summary, metric)
        partial = {k: v for k, v in (stored | results).items() if f"{k.rsplit('|', 1)[0]}|tabm" in stored}
        summary = summarise(partial, [focus, *peers, "tabm"], metric, focus)
        if summary:
            report[f"{metric} (splits with TabM)"] = summary
            show(summary, f"{metric}, only the splits that TabM has")
    print(f"\nfit seconds in all, {arguments.threads} threads:", {k: round(v, 1) for k, v in seconds.items()})
    print(
        "processor seconds of the fits, which a busy machine does not stretch:",
        {k: round(v, 1) for k, v in cpu_seconds.items()},
    )
    stored_seconds = {m: sum(v["fit"] for k, v in stored.items() if k.endswith(f"|{m}")) for m in [*peers, "tabm"]}
    print("fit seconds stored with the peers' scores:", {k: round(v, 1) for k, v in stored_seconds.items()})
    report |= {
        "fit_seconds": seconds,
        "fit_cpu_seconds": cpu_seconds,
        "fit_seconds_stored": stored_seconds,
        "results": results,
    }
    if not arguments.quick:
        path = Path(
            arguments.output or ROOT / "benchmarks" / "results" / f"{'hybrid' if arguments.hybrid else 'neural'}.json"
        )
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
