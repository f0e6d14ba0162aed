"""An explanation as shap's own, on which shap's plots work."""

from typing import Any

import numpy as np


def to_shap(explanation: Any) -> Any:
    """Turn an explanation into a `shap.Explanation`.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    shap.Explanation
        Values that are no numbers are shown by the order of their texts.
    """
    import shap

    return shap.Explanation(
        values=explanation.values.copy(),
        base_values=explanation.base_values.copy(),
        data=_as_numbers(explanation.data),
        display_data=explanation.data.copy(),
        feature_names=list(explanation.names),
        output_names=list(explanation.output_names) if explanation.n_outputs > 1 else None,
        error_std=explanation.standard_errors.copy(),
        compute_time=explanation.audit.seconds,
    )


def _as_numbers(data: np.ndarray) -> np.ndarray:
    """Return numbers where a column is made of them, else the order of its sorted values."""
    import pandas as pd

    columns = []
    for column in data.T:
        numbers = pd.to_numeric(pd.Series(column), errors="coerce")
        if numbers.notna().sum() < pd.Series(column).notna().sum():
            numbers = pd.Series(pd.factorize(pd.Series(column).astype(str), sort=True)[0])
        columns.append(numbers.to_numpy(dtype=np.float64))
    return np.column_stack(columns)
