"""SHAP values of a whole pipeline on the original columns, brought into one shape, and the effects of the columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.effects import general_effect
from sklearn_mlknow.study.report.explained import Array, Explained

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 80
MOST_EFFECTS = 12
N_BACKGROUND = 32
MOST_KNOWN = 2000  # rows from which the background is chosen
BUDGET = 2048  # model rows for each explained row: exact for up to 6 columns, 32 pairs of coalitions beyond


def some_rows(n_rows: int, random_state: int) -> NDArray[np.int64]:
    """Draw the rows to explain."""
    return np.sort(np.random.default_rng(random_state).permutation(n_rows)[:MOST_ROWS])


def attribute(
    estimator: Any,
    X: "pd.DataFrame",
    background: "pd.DataFrame",
    *,
    classes: Sequence[str],
    target: str,
    kind_of_row: str,
    rows: NDArray[np.int64],
    random_state: int,
    verbose: int = 0,
) -> Explained:
    """Explain rows of a table: every class of several, the second of two, or the number.

    Costs at most ``len(rows) * BUDGET`` model rows, whatever the size of the table.

    Parameters
    ----------
    estimator : fitted model
    X, background : DataFrame
        The table, and the rows that lend their values; as the model takes them.
    classes : sequence of str
        Names of the classes in the order of the page; empty for a number.
    target, kind_of_row : str
        For the page.
    rows : ndarray of shape (n_rows,)
        Positions in the table.
    random_state, verbose : int

    Returns
    -------
    Explained
    """
    from sklearn_mlknow.explain import ShapExplainer

    outputs = tuple(classes) if len(classes) > 2 else (classes[1],) if len(classes) == 2 else (target,)

    def predict(X: "pd.DataFrame") -> Array:
        if not classes:
            return np.asarray(estimator.predict(X), dtype=np.float64).reshape(len(X), -1)[:, :1]
        order = [[str(label) for label in estimator.classes_].index(name) for name in outputs]
        return np.asarray(estimator.predict_proba(X), dtype=np.float64)[:, order]

    known = background.sample(min(len(background), MOST_KNOWN), random_state=random_state)
    lent = known.iloc[representative(predict(known), N_BACKGROUND)]
    labels = {str(label): label for label in getattr(estimator, "classes_", ())}
    explainer = ShapExplainer(
        estimator,
        background=None,
        budget=BUDGET,
        output=labels[classes[1]] if len(classes) == 2 else "auto",
        random_state=random_state,
        verbose=verbose,
    )
    found = explainer.fit(lent).explain(X.iloc[rows])
    shape = (len(rows), len(found.names), -1)
    order = [found.output_names.index(name) for name in outputs] if len(classes) > 2 else [0]
    values = found.values.reshape(shape)[:, :, order]
    most = np.argsort(-np.abs(values).mean(axis=0).sum(axis=1), kind="stable")[:MOST_EFFECTS]
    shown = for_people(known)
    return Explained(
        target=target,
        is_share=len(classes) > 0,
        kind_of_row=kind_of_row,
        rows=rows,
        X=for_people(X.iloc[rows]),
        names=found.names,
        outputs=outputs,
        values=values,
        standard_errors=found.standard_errors.reshape(shape)[:, :, order],
        base_values=np.asarray(found.base_values).reshape(len(rows), -1)[0, order],
        budget=int(found.audit.model_rows_each),
        is_exact=not found.standard_errors.any(),  # a budget that covers all coalitions plays them all
        effects=tuple(general_effect(predict, lent, known, shown, found.names[k]) for k in most),
    )


def for_people(X: "pd.DataFrame") -> "pd.DataFrame":
    """Read every column as numbers (float64) or as a category of texts."""
    import pandas as pd
    from pandas.api import types

    def read(column: Any) -> Any:
        if types.is_numeric_dtype(column) and not types.is_bool_dtype(column):
            return column.astype("Float64").astype(np.float64) if column.dtype.kind != "f" else column
        return column.astype(object).where(column.notna(), None).map(str, na_action="ignore").astype("category")

    return pd.DataFrame({str(name): read(X[name]) for name in X})


def representative(predictions: Array, n_rows: int) -> NDArray[np.int64]:
    """Choose rows whose predictions are spread like those of all, so that a few rows have the mean of all.

    Rows are sorted by the output that is largest and by its value, and taken at equal steps: a sample in strata of the
    prediction, far closer to the mean than one by chance.

    Parameters
    ----------
    predictions : ndarray of shape (n, n_outputs)
    n_rows : int

    Returns
    -------
    ndarray of shape (min(n, n_rows),)
        Positions, in order.

    Examples
    --------
    >>> representative(np.array([[0.9], [0.1], [0.2], [0.8]]), 2)
    array([0, 2])
    """
    n = len(predictions)
    if n <= n_rows:
        return np.arange(n)
    leader = predictions.argmax(axis=1)
    order = np.lexsort((predictions[np.arange(n), leader], leader))
    return np.sort(order[((np.arange(n_rows) + 0.5) * n / n_rows).astype(np.int64)])
