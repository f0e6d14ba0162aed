"""Shapley values: error at equal model rows, time at equal error, exact speed, coverage of intervals, memory.

    python benchmarks/explain.py [--quick] [--section exact|error|time|memory]

Errors are relative (Frobenius norm) to exact values on the same 100 background rows; coverage counts cells of the
95 % intervals. Peers run in the same process with the same thread settings: shap's KernelExplainer with its default
and with l1_reg=False, PermutationExplainer, SamplingExplainer, ExactExplainer, and shapiq's regression approximators.
Peers loop over rows, so where that is said their time for 1 000 rows is that of fewer rows, scaled.
"""

import argparse
import resource
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, scale
from sklearn.svm import SVC

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.timing import interleaved, show, versions, write
from sklearn_mlknow.explain import ShapExplainer

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "tabular"
FIGURE = Path(__file__).resolve().parents[1] / "docs" / "_static" / "explain-error.png"
N_BACKGROUND = 100


class Case:
    """A fitted model, its background and the rows to explain, all as numbers that peers can handle."""

    def __init__(self, name, model, X, rows, background, function=None, frame=None):
        self.name, self.model, self.X, self.rows, self.background = name, model, X, rows, background
        self.function = function or answers_of(model)
        self.frame = frame or (lambda numbers: numbers)

    def ours(self, **arguments):
        """An explainer on exactly this background."""
        explainer = ShapExplainer(self.model, background=None, **arguments)
        return explainer.fit(self.frame(self.background))


def answers_of(model):
    """What is explained, as a function of rows of numbers."""
    if not hasattr(model, "predict_proba"):
        return model.predict if hasattr(model, "predict") else model
    return lambda rows: model.predict_proba(rows)[:, 1]


def make_case(name, model, X, y, n_rows, seed=0):
    """Fit a model and draw background and rows."""
    rng = np.random.default_rng(seed)
    if y is not None:
        model.fit(X, y)
    chosen = rng.permutation(len(X))
    return Case(name, model, X, X[chosen[N_BACKGROUND : N_BACKGROUND + n_rows]], X[chosen[:N_BACKGROUND]])


class Decision:
    """An SVM as a black box: its decision function."""

    def __init__(self, model):
        self.model = model

    def __call__(self, rows):
        return self.model.decision_function(rows)


def adult_pipeline(n_rows, seed=0):
    """A pipeline with one-hot columns and a net on 14 mixed columns; peers get category codes and a decoder."""
    table = pd.read_parquet(DATA / "adult.parquet")
    X, y = table.drop(columns="target"), table["target"]
    numbers = [name for name in X if X[name].dtype.kind == "f"]
    texts = [name for name in X if name not in numbers]
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", min_frequency=20, sparse_output=False), texts),
    )
    model = make_pipeline(prepare, MLPClassifier((32,), max_iter=15, random_state=0)).fit(X, y)
    categories = {name: X[name].cat.categories for name in texts}

    def frame(codes):
        columns = {}
        for i, name in enumerate(X.columns):
            column = codes[:, i]
            columns[name] = pd.Categorical.from_codes(column.astype(int), categories[name]) if name in texts else column
        return pd.DataFrame(columns)

    codes = np.column_stack([X[n].cat.codes if n in texts else X[n] for n in X.columns]).astype(float)
    chosen = np.random.default_rng(seed).permutation(len(codes))
    background, rows = codes[chosen[:N_BACKGROUND]], codes[chosen[N_BACKGROUND : N_BACKGROUND + n_rows]]
    return Case(
        "adult 14, pipeline + net", model, codes, rows, background,
        lambda numbers: model.predict_proba(frame(numbers))[:, 1], frame,
    )  # fmt: skip


def error_cases(quick):
    """Every model of the plan on a table where exact values can be had."""
    warnings.simplefilter("ignore")
    diabetes, target = load_diabetes(return_X_y=True)
    cancer, sick = load_breast_cancer(return_X_y=True)
    diabetes, cancer = scale(diabetes), scale(cancer[:, :14])
    table = pd.read_parquet(DATA / "california.parquet").dropna()
    houses = table.drop(columns="target")
    houses["ocean_proximity"] = houses["ocean_proximity"].cat.codes
    houses, price = scale(houses.to_numpy(float)), table["target"].to_numpy()
    n = 4 if quick else 6
    yield make_case(
        "diabetes 10, MLP",
        MLPRegressor(hidden_layer_sizes=(64,), max_iter=300, random_state=0),
        diabetes,
        scale(target),
        n,
    )
    yield make_case("diabetes 10, logistic", LogisticRegression(), diabetes, target > 140, n)
    forest = HistGradientBoostingClassifier(max_iter=60, random_state=0)
    yield make_case("diabetes 10, HistGB", forest, diabetes, target > 140, n)
    yield make_case("california 9, k-NN", KNeighborsRegressor(15), houses[:3000], price[:3000], n)
    yield make_case("cancer 14, MLP", MLPClassifier((64, 64), max_iter=300, random_state=0), cancer, sick, n)
    yield make_case("cancer 14, logistic", LogisticRegression(), cancer, sick, n)
    if quick:
        return
    support = Decision(SVC(random_state=0).fit(cancer, sick))
    yield make_case("cancer 14, RBF-SVM", support, cancer, None, 3)
    forest = RandomForestClassifier(40, min_samples_leaf=3, random_state=0)
    yield make_case("cancer 14, random forest", forest, cancer, sick, 3)
    yield adult_pipeline(n)


def kernel(case, n_coalitions, seed, rows=None, **arguments):
    """shap's KernelExplainer."""
    import shap

    np.random.seed(seed)  # noqa: NPY002  (shap draws from the global generator)
    explainer = shap.KernelExplainer(case.function, case.background)
    rows = case.rows if rows is None else rows
    return explainer.shap_values(rows, nsamples=n_coalitions, silent=True, **arguments)


def permutation(case, n_coalitions, seed, rows=None):
    """shap's PermutationExplainer."""
    import shap

    masker = shap.maskers.Independent(case.background, max_samples=N_BACKGROUND)
    explainer = shap.explainers.PermutationExplainer(case.function, masker, seed=seed)
    n_columns = case.background.shape[1]
    least = 2 * n_columns + 1
    return explainer(case.rows if rows is None else rows, max_evals=max(least, n_coalitions), silent=True).values


def sampling(case, n_coalitions, seed):
    """shap's SamplingExplainer; it counts single model rows."""
    import shap

    np.random.seed(seed)  # noqa: NPY002
    explainer = shap.explainers.Sampling(case.function, case.background)
    return explainer.shap_values(case.rows, nsamples=n_coalitions * N_BACKGROUND, silent=True)


def shapiq_kernel(case, n_coalitions, seed):
    """shapiq's KernelSHAP with its pairing trick, on games of the same background."""
    import shapiq

    n_columns = case.background.shape[1]
    found = np.empty((len(case.rows), n_columns))
    for place, row in enumerate(case.rows):

        def game(coalitions, row=row):
            mixed = np.where(coalitions[:, None, :], row, case.background[None])
            return case.function(mixed.reshape(-1, n_columns)).reshape(len(coalitions), -1).mean(axis=1)

        approximator = shapiq.KernelSHAP(n=n_columns, random_state=seed, pairing_trick=True)
        found[place] = approximator.approximate(budget=n_coalitions, game=game).get_n_order_values(1)
    return found


def distance(values, exact):
    """Relative error."""
    return float(np.linalg.norm(values - exact) / np.linalg.norm(exact))


def error_section(quick):
    """Error at equal model rows, and coverage; seconds are those of the processor."""
    budgets, seeds = ((64, 256), range(3)) if quick else ((64, 128, 256, 512, 1024), range(10))
    lines, coverage = [], []
    for case in error_cases(quick):
        n_columns = case.background.shape[1]
        begin = time.process_time()
        exact = case.ours(method="exact").explain(case.frame(case.rows)).values
        print(f"{case.name}: exact values of {len(case.rows)} rows in {time.process_time() - begin:.0f} s", flush=True)
        slow = case.name.endswith(("SVM", "forest", "net", "k-NN", "HistGB"))
        for m in budgets:
            if m >= 2**n_columns - 2 or (slow and m > 256):
                continue
            ours, errors, seconds = [], {}, {}
            for seed in seeds:
                peers = ["ours", "kernel"] + ["kernel, default", "permutation"] * (seed < 3)
                for name in peers + ["sampling", "shapiq"] * (seed < 3 and not slow):
                    begin = time.process_time()
                    found = RUNS[name](case, m, seed)
                    seconds.setdefault(name, []).append(time.process_time() - begin)
                    if name == "ours":
                        assert found.audit.model_rows_each <= m * N_BACKGROUND
                        ours.append(found)
                        found = found.values
                    errors.setdefault(name, []).append(distance(found, exact))
            median = {name: float(np.median(found)) for name, found in errors.items()}
            off = np.array([one.values - exact for one in ours])  # (n_seeds, n_rows, n_columns)
            errs = np.array([one.standard_errors for one in ours])
            counted = np.abs(off) > 1e-12 * np.abs(exact).max()
            cover = float((np.abs(off) <= 1.96 * errs)[counted].mean())
            spread = np.sqrt((off**2).mean(axis=0))
            width = float(np.median((errs.mean(axis=0) / spread)[spread > 0]))
            line = {"case": case.name, "m": m, **{name: median.get(name, float("nan")) for name in COLUMNS}}
            line["ratio"] = median["ours"] / median["kernel"]
            line |= {"coverage": cover, "width": width, "seconds": float(np.median(seconds["ours"]))}
            line["kernel seconds"] = float(np.median(seconds["kernel"]))
            lines.append(line)
            print({k: round(v, 4) if isinstance(v, float) else v for k, v in line.items()}, flush=True)
            coverage.append((case.name, cover))
    show(lines)
    ratios = [line["ratio"] for line in lines]
    print(f"ratio to KernelExplainer(l1_reg=False): median {np.median(ratios):.3f}, worst {max(ratios):.3f}")
    for name in dict.fromkeys(line["case"] for line in lines):
        own = [line for line in lines if line["case"] == name]
        share = np.mean([line["coverage"] for line in own])
        print(f"{name}: coverage {share:.3f}, width {np.median([line['width'] for line in own]):.2f}")
    return lines


def ours(case, n_coalitions, seed):
    """Ours, with as many model rows as a peer's coalitions take."""
    explainer = case.ours(budget=n_coalitions * N_BACKGROUND, method="paired", random_state=seed)
    return explainer.explain(case.frame(case.rows))


def plain_kernel(case, n_coalitions, seed):
    """shap's KernelExplainer without its choice of ten columns."""
    return kernel(case, n_coalitions, seed, l1_reg=False)


RUNS = {
    "ours": ours,
    "kernel": plain_kernel,
    "kernel, default": kernel,
    "permutation": permutation,
    "sampling": sampling,
    "shapiq": shapiq_kernel,
}
COLUMNS = list(RUNS)


def exact_section(quick):
    """All coalitions of 10 columns: speed and agreement with shap's ExactExplainer."""
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
        )
        line = {"model": name, "rows": n_rows, "ours ms/row": 1e3 * seconds["ours"] / n_rows}
        line |= {"shap Exact ms/row": 1e3 * seconds["shap"] / n_rows, "faster": seconds["shap"] / seconds["ours"]}
        lines.append({**line, "largest difference": apart})
    show(lines)
    return lines


def time_cases():
    """Models on 25 to 30 columns, and the pipeline."""
    cancer, sick = load_breast_cancer(return_X_y=True)
    cancer = scale(cancer)
    yield make_case("cancer 30, logistic", LogisticRegression(), cancer, sick, 400)
    yield make_case("cancer 30, MLP", MLPClassifier((64,), max_iter=300, random_state=0), cancer, sick, 400)
    forest = HistGradientBoostingClassifier(max_iter=60, random_state=0)
    yield make_case("cancer 30, HistGB", forest, cancer, sick, 400)
    yield adult_pipeline(1000)


def time_section(quick):
    """Processor seconds for 1 000 rows at the error that a peer reaches with its default number of coalitions."""
    warnings.simplefilter("ignore")
    lines = []
    for case in time_cases():
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
                lambda rows, c=case: kernel(c, 2048 + 2 * c.background.shape[1], 0, rows, l1_reg=False),
            ),
            ("permutation, default", lambda rows, c=case: permutation(c, 500, 0, rows)),
        ):
            run(few[:1])  # peers compile on their first call
            begin = time.process_time()
            theirs = run(few)
            peer_seconds = (time.process_time() - begin) / len(few) * 1000
            goal = distance(theirs, truth.values)
            for budget in (int(1000 * 2 ** (step / 2)) for step in range(15)):
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


def draw(lines, path):
    """Draw error against model rows and against processor seconds, one line a model."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(8.4, 3.6), layout="constrained", sharey=True)
    table = pd.DataFrame(lines)
    table["rows"] = table["m"] * N_BACKGROUND
    for name, label, colour in (
        ("permutation", "shap Permutation", "#b9bdc3"),
        ("kernel", "shap Kernel, l1_reg=False", "#2f6d9e"),
        ("ours", "sklearn_mlknow", "#c2523c"),
    ):
        for number, (_, own) in enumerate(table.groupby("case")):
            style = {"color": colour, "markersize": 3, "linewidth": 1.1, "label": None if number else label}
            axes[0].plot(own["rows"], own[name], "o-", **style)
            if name != "permutation":
                axes[1].plot(own["seconds" if name == "ours" else "kernel seconds"], own[name], "o-", **style)
    axes[0].set(xlabel="model rows for each explained row", ylabel="relative error")
    axes[1].set(xlabel="processor seconds, solving included")
    for ax in axes:
        ax.set(xscale="log", yscale="log")
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color="#eceef0")
    axes[0].legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=130)


SECTIONS = {"exact": exact_section, "error": error_section, "time": time_section, "memory": memory_section}


def main():
    """Run the sections asked for and write what they found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--section", choices=SECTIONS)
    arguments = parser.parse_args()
    print(versions("scikit-learn", "shap", "shapiq", "numpy"))
    for name in [arguments.section] if arguments.section else ("memory", "exact", "time", "error"):
        print(f"\n{name}", flush=True)
        found = SECTIONS[name](arguments.quick)
        if not arguments.quick:
            if name == "error":
                draw(found, FIGURE)
            write(f"explain-{name}", {"versions": versions("scikit-learn", "shap", "shapiq", "numpy"), "lines": found})


if __name__ == "__main__":
    main()
