"""Shapley values: exact speed, time at equal error, memory. Errors and coverage: benchmarks/explain_error.py.

    python benchmarks/explain.py [--quick] [--section exact|time|memory] [--case NAME]

Peers run in the same process with the same thread settings. They loop over rows, so their time for 1 000 rows is that
of 12 rows, scaled; ours is of 1 000 rows, a small table's in turn, planning included.
"""

import argparse
import json
import resource
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import scale

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.explain_cases import N_BACKGROUND, TIME_CASES, make_case
from benchmarks.explain_error import distance
from benchmarks.explain_peers import kernel, permutation
from benchmarks.timing import RESULTS, interleaved, show, versions, write
from sklearn_mlknow.explain import ShapExplainer


def exact_section(quick):
    """All coalitions of 10 columns: processor time of, and agreement with, shap's ExactExplainer."""
    import shap

    warnings.simplefilter("ignore")
    X, y = load_diabetes(return_X_y=True)
    X = scale(X)
    n_rows = 10 if quick else 50
    lines = []
    for name, model, target in (
        ("MLP, 32 hidden", MLPRegressor(hidden_layer_sizes=(32,), max_iter=200, random_state=0), scale(y)),
        ("MLP, 64 hidden", MLPRegressor(hidden_layer_sizes=(64,), max_iter=200, random_state=0), scale(y)),
        ("MLP, 100 hidden", MLPRegressor(hidden_layer_sizes=(100,), max_iter=200, random_state=0), scale(y)),
        ("logistic", LogisticRegression(), y > 140),
    ):
        case = make_case(name, model, X, target, n_rows)
        explainer = case.ours(method="exact")
        masker = shap.maskers.Independent(case.background, max_samples=N_BACKGROUND)
        peer = shap.explainers.ExactExplainer(case.function, masker)
        apart = float(np.abs(explainer.explain(case.rows).values - peer(case.rows, silent=True).values).max())
        seconds = interleaved(
            {
                "ours": lambda e=explainer, c=case: e.explain(c.rows),
                "shap": lambda p=peer, c=case: p(c.rows, silent=True),
            },
            3 if quick else 5,
            time.process_time,
        )
        line = {"model": name, "rows": n_rows, "ours ms/row": 1e3 * seconds["ours"] / n_rows}
        line |= {"shap Exact ms/row": 1e3 * seconds["shap"] / n_rows, "faster": seconds["shap"] / seconds["ours"]}
        lines.append({**line, "largest difference": apart})
    show(lines)
    return lines


def time_section(quick, only=None):
    """Processor seconds for 1 000 rows at the error that a peer reaches with its default number of coalitions."""
    warnings.simplefilter("ignore")
    lines = []
    for case_name in [only] if only else TIME_CASES:
        case = TIME_CASES[case_name](case_name)
        n_columns = case.background.shape[1]
        few = case.rows[: 4 if quick else 12]
        frame = case.frame(few)
        truth = case.ours(budget=2_000_000 if n_columns > 14 else 3_000_000, random_state=99, method="auto").explain(
            frame
        )
        print(case.name, "reference:", truth.audit.method, f"error {truth.standard_errors.max():.1e}", flush=True)
        for name, run in (
            (
                "kernel, l1_reg=False",
                lambda rows, c=case: kernel(c, 2048 + 2 * c.background.shape[1], 0, rows),
            ),
            ("permutation, default", lambda rows, c=case: permutation(c, 500, 0, rows)),
        ):
            run(few[:1])  # peers compile on their first call
            begin = time.process_time()
            theirs = run(few)
            peer_seconds = (time.process_time() - begin) / len(few) * 1000
            goal = distance(theirs, truth.values)
            for budget in (int(1000 * 2 ** (step / 2)) for step in range(3, 15)):
                error = np.median(
                    [
                        distance(case.ours(budget=budget, random_state=s).explain(frame).values, truth.values)
                        for s in range(3)
                    ]
                )
                if error <= goal:
                    break
            explainer = case.ours(budget=budget, random_state=0)
            many = case.frame(case.rows[:100] if quick else case.rows)
            begin = time.process_time()
            explainer.explain(many)
            own_seconds = (time.process_time() - begin) / len(many) * 1000
            line = {
                "case": case.name,
                "peer": name,
                "peer error": goal,
                "our error": float(error),
                "our budget": budget,
            }
            line |= {"peer s / 1000 rows": peer_seconds, "our s / 1000 rows": own_seconds}
            lines.append({**line, "faster": peer_seconds / own_seconds})
            print(lines[-1], flush=True)
    show(lines)
    return lines


def memory_section(quick):
    """Peak memory above what the process held before, for many rows and a large budget."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2_000 if quick else 20_000, 30))

    def model(rows):
        return np.tanh(rows[:, 0] * rows[:, 1]) + rows[:, 2]

    lines = []
    for n_rows, budget in ((len(X), 4_000), (20, 400_000)):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        explanation = ShapExplainer(model, budget=budget, random_state=0).fit(X).explain(X[:n_rows])
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        lines.append(
            {"rows": n_rows, "budget": budget, "MB more at the peak": grown, "seconds": explanation.audit.seconds}
        )
    show(lines)
    return lines


SECTIONS = {"exact": exact_section, "time": time_section, "memory": memory_section}


def main():
    """Run the sections asked for and write what they found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--section", choices=SECTIONS)
    parser.add_argument("--case", choices=TIME_CASES, help="only this case of the time section; the others are kept")
    arguments = parser.parse_args()
    print(versions("scikit-learn", "shap", "shapiq", "numpy"))
    for name in [arguments.section] if arguments.section else ("memory", "exact", "time"):
        print(f"\n{name}", flush=True)
        if name == "time":
            found = time_section(arguments.quick, arguments.case)
            found = sorted(kept_lines(arguments.case) + found, key=lambda line: list(TIME_CASES).index(line["case"]))
        else:
            found = SECTIONS[name](arguments.quick)
        if not arguments.quick:
            write(f"explain-{name}", {"versions": versions("scikit-learn", "shap", "shapiq", "numpy"), "lines": found})


def kept_lines(only):
    """Earlier lines of the other cases, when only one is run."""
    path = RESULTS / "explain-time.json"
    lines = json.loads(path.read_text())["lines"] if only and path.exists() else []
    return [line for line in lines if line["case"] != only]


if __name__ == "__main__":
    main()
