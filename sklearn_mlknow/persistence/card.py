"""A model card: what a model is, how well it answers, on what, and what its author has to add.

The headings follow Mitchell et al., "Model cards for model reporting" (2019), section 4.
"""

import platform
from importlib.metadata import version
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

import sklearn_mlknow
from sklearn_mlknow._shell.table import Table, read_table
from sklearn_mlknow._shell.targets import read_target
from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.explain import ShapExplainer
from sklearn_mlknow.persistence.card_data import describe_columns
from sklearn_mlknow.persistence.held_out import is_classifier_face, scores
from sklearn_mlknow.persistence.markdown import number, plain, table

LIBRARIES = ("scikit-learn", "numpy", "scipy", "torch", "pandas")
BUDGET = 1024  # model rows for each explained row
BACKGROUND = 50
EXPLAINED = 60  # rows
MOST_COLUMNS = 20
TO_FILL_IN = "> **TO BE FILLED IN BY THE AUTHOR.** "


def model_card(
    model: Any,
    X: Any,
    y: Any,
    *,
    name: str | None = None,
    intended_use: str | None = None,
    limits: str | None = None,
    random_state: int = 0,
) -> str:
    """Describe a fitted model in Markdown, measured on rows it has not seen.

    The card tells what the model is, its scores with 95 % intervals beside those of the simplest answer, its columns in
    summaries, whether the rows have drifted from its reference (when the model is a Pipeline with a `DriftMonitor`),
    which columns move its answers (mean absolute SHAP values) and the versions. What nobody but the author knows,
    intended use and limits, is a marked field until it is given. Costs about 60 000 predicted rows.

    Parameters
    ----------
    model : estimator or Pipeline
        Fitted, a classifier or a regressor.
    X : array-like or frame of shape (n_rows, n_columns)
        Held-out rows, at least 20. On training rows the scores would flatter the model.
    y : array-like of shape (n_rows,)
        Their truth.
    name : str or None, default=None
        The title; the class of the model by default.
    intended_use, limits : str or None, default=None
        Markdown of the author; None leaves a marked field.
    random_state : int, default=0
        Fixes the intervals and the explanation.

    Returns
    -------
    str
        Markdown. Names of columns and classes are escaped.

    Raises
    ------
    ValueError
        Fewer than 20 rows, a target of another length, with missing values or of several columns, or classes that the
        model does not know.
    TypeError
        It does not predict.

    See Also
    --------
    save : Writes the model itself.

    References
    ----------
    Mitchell, M., et al. (2019). Model cards for model reporting. FAT*.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn_mlknow.persistence import model_card
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> model = LogisticRegression(max_iter=500).fit(X[::2], y[::2])
    >>> print(model_card(model, X[1::2], y[1::2], name="Irises").splitlines()[0])
    # Model card: Irises
    """
    check_is_fitted(model)
    if not hasattr(model, "predict"):
        raise TypeError(f"model_card: {type(model).__name__} does not predict; give a classifier or a regressor.")
    data = _table(X)
    if data.n_rows < 20:
        raise ValueError(f"model_card: {data.n_rows} held-out rows say too little; give at least 20.")
    y = read_target("model_card", y, data.n_rows, "class" if is_classifier_face(model) else "number").as_given
    parts = [
        f"# Model card: {plain(name or type(model).__name__)}",
        _what_it_is(model),
        "## Intended use\n\n" + _of_author(intended_use, "For which decisions, by whom, and for which not?"),
        "## Limits\n\n" + _of_author(limits, "Where does it fail, who is missing from the data, what is at stake?"),
        _scores(model, X, y, data.n_rows, random_state),
        f"## Data\n\nThe {data.n_rows:,} held-out rows, in summaries.\n\n{describe_columns(data)}",
        _drift(model, X),
        _explanation(model, X, data, random_state),
        _versions(),
    ]
    return "\n\n".join(parts) + "\n"


def drift_step(model: Any) -> tuple[int, DriftMonitor] | None:
    """Find the monitor in a pipeline, and the number of steps before it."""
    for place, (_, step) in enumerate(getattr(model, "steps", [])):
        if isinstance(step, DriftMonitor):
            return place, step
    return None


def _table(X: Any) -> Table:
    return read_table(type("model_card", (BaseEstimator,), {})(), X, reset=True)


def _what_it_is(model: Any) -> str:
    steps = [(step, part) for step, part in getattr(model, "steps", [("model", model)])]
    rows = [[step, type(part).__name__ if not isinstance(part, str) else part] for step, part in steps]
    what = "A classifier of " + _classes(model.classes_) if is_classifier_face(model) else "A regressor."
    return f"{what}\n\n{table(['step', 'estimator'], rows, n_texts=2)}"


def _classes(classes: Any) -> str:
    names = [plain(one) for one in np.asarray(classes).tolist()]
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"{len(names)} classes: {shown}."


def _of_author(text: str | None, question: str) -> str:
    return f"{TO_FILL_IN}{question}" if text is None else text.strip()


def _scores(model: Any, X: Any, y: Any, n_rows: int, random_state: int) -> str:
    try:
        found = scores(model, X, y, random_state)
    except ValueError as error:
        raise ValueError(f"model_card: {error}") from error
    rows = [
        [one.name, number(one.value), f"{number(one.low)} to {number(one.high)}", number(one.simplest)] for one in found
    ]
    simplest = "the shares of the classes" if is_classifier_face(model) else "the mean"
    heads = ["score", "value", "95 % interval", "simplest answer"]
    return (
        f"## Scores\n\nOn {n_rows:,} held-out rows; intervals by drawing the rows again. The simplest answer gives "
        f"every row {simplest} of these rows.\n\n{table(heads, rows)}"
    )


def _drift(model: Any, X: Any) -> str:
    found = drift_step(model)
    if found is None:
        return (
            "## Drift\n\nThe model carries no drift reference. Put `DriftMonitor()` before its other steps, and later "
            "rows can be compared with those of training."
        )
    place, monitor = found
    report = monitor.report(model[:place].transform(X) if place else X)
    rows = [
        [name, number(psi), number(p), "yes" if moved else ""]
        for name, psi, p, moved in report.to_frame()[["column", "psi", "p_value", "is_drift"]].itertuples(index=False)
    ]
    return (
        f"## Drift\n\nThe model carries summaries of the {report.n_reference:,.0f} rows it was trained on. The "
        f"held-out rows against them: {plain(report.verdict)}\n\n{table(['column', 'PSI', 'p', 'drift'], rows)}"
    )


def _explanation(model: Any, X: Any, data: Table, random_state: int) -> str:
    rng = np.random.default_rng(random_state)
    rows = np.sort(rng.permutation(data.n_rows)[:EXPLAINED])
    explainer = ShapExplainer(
        model, background=min(BACKGROUND, data.n_rows), budget=BUDGET, random_state=random_state
    ).fit(X)
    found = explainer.explain(_rows(X, rows))
    values = np.abs(found.values.reshape(len(rows), len(found.names), -1)).sum(axis=2)  # (n_rows, n_columns)
    mean, error = values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(rows))
    order = np.argsort(-mean, kind="stable")[:MOST_COLUMNS]
    lines = [[found.names[k], number(mean[k]), f"± {number(1.96 * error[k])}"] for k in order]
    more = len(found.names) - len(order)
    return (
        f"## Explanation\n\nHow far each column moves an answer, on average over {len(rows)} of the rows: the mean "
        "absolute SHAP value, "
        + ("summed over the classes, in probability" if is_classifier_face(model) else "in units of the target")
        + ". It tells what the model leans on, not what causes the target.\n\n"
        + table(["column", "importance", "95 %"], lines)
        + (f"\n\n{more} more columns matter less." if more else "")
    )


def _rows(X: Any, rows: np.ndarray) -> Any:
    if hasattr(X, "iloc"):
        return X.iloc[rows]
    return X[rows.tolist()] if hasattr(X, "columns") else np.asarray(X)[rows]


def _versions() -> str:
    lines = [["sklearn_mlknow", sklearn_mlknow.__version__], ["Python", platform.python_version()]]
    lines += [[library, version(library)] for library in LIBRARIES]
    return f"## Versions\n\n{table(['library', 'version'], lines, n_texts=2)}"
