"""Error at equal model rows and coverage of the 95 % intervals, against exact values on the same background.

    python benchmarks/explain_error.py [--case NAME] [--quick] [--draw]

Errors are relative (Frobenius norm), medians over the seeds: ten of ours and of KernelExplainer(l1_reg=False), three of
the other peers, which explain the first 20 rows only. Exact values and those of peers are kept in a folder for
temporary files, so that a run that was cut short goes on where it was; the results of a case replace its earlier ones.
Coverage counts the cells whose error is not zero; width is a cell's mean standard error as a share of the root mean
square of its errors, median over the cells. Seconds are those of the processor.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.explain_cases import ERROR_CASES, N_BACKGROUND
from benchmarks.explain_peers import PEERS
from benchmarks.timing import RESULTS, show, versions, write

FIGURE = Path(__file__).resolve().parents[1] / "docs" / "_static" / "explain-error.png"
KEPT = Path(tempfile.gettempdir()) / "sklearn-mlknow-explain-benchmark"
BUDGETS, SEEDS = (64, 128, 256, 512, 1024), range(10)
OTHER_SEEDS, OTHER_ROWS = range(3), 20
SLOW = ("SVM", "forest", "net", "k-NN", "HistGB")  # their largest budget is 256 coalitions
REFERENCE_ROWS = 10  # that are played at once


def distance(values, exact):
    """Relative error."""
    return float(np.linalg.norm(values - exact) / np.linalg.norm(exact))


def kept(case, name, compute):
    """An array of values and the processor seconds that it took, computed once."""
    path = KEPT / f"{case.name}, {len(case.rows)} rows" / f"{name}.npz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        begin = time.process_time()
        values = compute()
        np.savez(path, values=values, seconds=time.process_time() - begin)
    found = np.load(path)
    return found["values"], float(found["seconds"])


def exact_values(case):
    """Values from all coalitions, some rows at a time."""
    parts = []
    explainer = case.ours(method="exact")
    for start in range(0, len(case.rows), REFERENCE_ROWS):
        rows = case.rows[start : start + REFERENCE_ROWS]
        part = kept(case, f"exact {start}", lambda rows=rows: explainer.explain(case.frame(rows)).values)
        parts.append(part[0])
    return np.concatenate(parts)


def peer_errors(case, name, m, exact, seeds):
    """A peer's errors and seconds per row, one a seed."""
    rows = case.rows if name == "kernel" else case.rows[:OTHER_ROWS]
    found = [kept(case, f"{name} {m} {seed}", lambda s=seed: PEERS[name](case, m, s, rows)) for seed in seeds]
    return [distance(values, exact[: len(rows)]) for values, _ in found], [s / len(rows) for _, s in found]


def our_line(case, m, exact, seeds):
    """Our errors, coverage, width and seconds."""
    values, errors, seconds = [], [], []
    for seed in seeds:
        begin = time.process_time()
        explainer = case.ours(budget=m * N_BACKGROUND, method="paired", random_state=seed)
        found = explainer.explain(case.frame(case.rows))
        seconds.append(time.process_time() - begin)
        assert found.audit.model_rows_each <= m * N_BACKGROUND
        values.append(found.values)
        errors.append(found.standard_errors)
    off, errors = np.array(values) - exact, np.array(errors)  # (n_seeds, n_rows, n_columns)
    counted = np.abs(off) > 1e-12 * np.abs(exact).max()
    spread = np.sqrt((off**2).mean(axis=0))
    return {
        "ours": float(np.median([distance(one, exact) for one in values])),
        "coverage": float((np.abs(off) <= 1.96 * errors)[counted].mean()),
        "width": float(np.median((errors.mean(axis=0) / spread)[spread > 0])),
        "seconds": float(np.median(seconds)),
    }


def run_case(name, is_quick):
    """Lines of one case, a budget each."""
    case = ERROR_CASES[name](name)
    if is_quick:
        case.rows = case.rows[:10]
    n_columns = case.background.shape[1]
    begin = time.process_time()
    exact = exact_values(case)
    print(f"{name}: exact values of {len(case.rows)} rows, {time.process_time() - begin:.0f} s", flush=True)
    is_slow = name.endswith(SLOW)
    lines = []
    for m in BUDGETS:
        if m >= 2**n_columns - 2 or (is_slow and m > 256):
            continue
        seeds = OTHER_SEEDS if is_quick else SEEDS
        line = {"case": name, "rows": len(exact), "m": m, **our_line(case, m, exact, seeds)}
        for peer in PEERS:
            if is_slow and peer in ("sampling",):
                continue
            errors, seconds = peer_errors(case, peer, m, exact, seeds if peer == "kernel" else OTHER_SEEDS)
            line[peer] = float(np.median(errors))
            if peer == "kernel":
                line["kernel seconds"] = float(np.median(seconds)) * len(exact)
        line["ratio"] = line["ours"] / line["kernel"]
        lines.append(line)
        print({k: round(v, 4) if isinstance(v, float) else v for k, v in line.items()}, flush=True)
    return lines


def summarise(lines):
    """Print what was asked for: the ratio to KernelExplainer, coverage and width of each model."""
    show([{name: line.get(name, float("nan")) for name in max(lines, key=len)} for line in lines])
    ratios = [line["ratio"] for line in lines]
    print(f"ratio to KernelExplainer(l1_reg=False): median {np.median(ratios):.3f}, worst {max(ratios):.3f}")
    for name in dict.fromkeys(line["case"] for line in lines):
        own = [line for line in lines if line["case"] == name]
        share, widths = np.mean([line["coverage"] for line in own]), [line["width"] for line in own]
        print(f"{name}: coverage {share:.3f}, width {np.median(widths):.2f}")


def draw(lines, path):
    """Draw error against model rows and against processor seconds, one line a model."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(8.4, 3.6), layout="constrained", sharey=True)
    table = pd.DataFrame(lines)
    table["model rows"] = table["m"] * N_BACKGROUND
    for name, label, colour in (
        ("permutation", "shap Permutation", "#b9bdc3"),
        ("kernel", "shap Kernel, l1_reg=False", "#2f6d9e"),
        ("ours", "sklearn_mlknow", "#c2523c"),
    ):
        for number, (_, own) in enumerate(table.groupby("case")):
            style = {"color": colour, "markersize": 3, "linewidth": 1.1, "label": None if number else label}
            axes[0].plot(own["model rows"], own[name], "o-", **style)
            if name != "permutation":
                seconds = own["seconds" if name == "ours" else "kernel seconds"] / own["rows"]
                axes[1].plot(1e3 * seconds, own[name], "o-", **style)
    axes[0].set(xlabel="model rows for each explained row", ylabel="relative error")
    axes[1].set(xlabel="processor milliseconds for each explained row")
    for ax in axes:
        ax.set(xscale="log", yscale="log")
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(color="#eceef0")
    axes[0].legend(frameon=False, fontsize=8)
    figure.savefig(path, dpi=130)


def earlier():
    """Lines of earlier runs."""
    path = RESULTS / "explain-error.json"
    return json.loads(path.read_text())["lines"] if path.exists() else []


def put_away(fresh):
    """Replace the lines of a case among the results; read at the last moment, so that cases may run side by side."""
    lines = [line for line in earlier() if line["case"] != fresh[0]["case"]] + fresh
    lines.sort(key=lambda line: list(ERROR_CASES).index(line["case"]))
    write("explain-error", {"versions": versions("scikit-learn", "shap", "shapiq", "numpy"), "lines": lines})
    return lines


def main():
    """Run the cases asked for, replace their lines among the results, draw the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", choices=ERROR_CASES)
    parser.add_argument("--quick", action="store_true", help="ten rows, three seeds, nothing written")
    parser.add_argument("--draw", action="store_true", help="only the figure, from the results")
    arguments = parser.parse_args()
    lines = []
    for name in [] if arguments.draw else [arguments.case] if arguments.case else ERROR_CASES:
        fresh = run_case(name, arguments.quick)
        lines = lines + fresh if arguments.quick else put_away(fresh)
    lines = lines or earlier()
    summarise(lines)
    if not arguments.quick:
        draw(lines, FIGURE)


if __name__ == "__main__":
    main()
