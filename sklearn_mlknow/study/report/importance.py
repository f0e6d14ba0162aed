"""How much each column moves the predictions: the mean absolute SHAP value, and how sure of it we are."""

from dataclasses import dataclass

import numpy as np

from sklearn_mlknow.study.report.explained import Array, Explained


@dataclass(frozen=True)
class Importance:
    """Importance of columns, largest first.

    Attributes
    ----------
    order : ndarray of shape (n_columns,)
        Positions of the columns, the most important first.
    by_output : ndarray of shape (n_columns, n_outputs)
        Mean absolute attribution for each output; rows as in the table.
    total : ndarray of shape (n_columns,)
        Sum over the outputs.
    half_width : ndarray of shape (n_columns,)
        Half of the 95 % interval of `total`: rows drawn by chance and attributions estimated by sampling.
    """

    order: "np.ndarray"
    by_output: Array
    total: Array
    half_width: Array


def importance_of(explained: Explained) -> Importance:
    """Average the absolute attributions over the explained rows."""
    sizes = np.abs(explained.values)  # (n_rows, n_columns, n_outputs)
    n_rows = len(sizes)
    by_row = sizes.sum(axis=2)  # (n_rows, n_columns)
    of_rows = by_row.var(axis=0, ddof=1) / n_rows if n_rows > 1 else np.zeros(by_row.shape[1])
    of_sampling = (explained.standard_errors.sum(axis=2) ** 2).sum(axis=0) / n_rows**2
    total = by_row.mean(axis=0)
    return Importance(
        order=np.argsort(-total, kind="stable"),
        by_output=sizes.mean(axis=0),
        total=total,
        half_width=1.96 * np.sqrt(of_rows + of_sampling),
    )


def columns_by_importance(explained: Explained) -> list[str]:
    """Return the names of the columns, the most important first."""
    return [explained.names[place] for place in importance_of(explained).order]
