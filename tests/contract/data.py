"""One small table for the common tests, in every form, and what an estimator answers on it."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from sklearn.base import is_regressor

from sklearn_mlknow._shell.missing import is_missing_value

N_ROWS = 60


def numbers(seed: int = 0) -> np.ndarray:
    """Positive numbers of different scales, with ties in the last column."""
    rng = np.random.default_rng(seed)
    return np.column_stack(
        [
            rng.normal(10, 1, N_ROWS),
            rng.lognormal(size=N_ROWS),
            rng.uniform(1, 2, N_ROWS),
            rng.integers(1, 6, N_ROWS),
        ]
    ).astype(np.float64)  # (60, 4)


def target(estimator: Any, X: np.ndarray) -> np.ndarray:
    """A number for regressors, else two classes; both depend on the first two columns."""
    signal = X[:, 0] + X[:, 1] + 0.3 * np.sin(40 * X[:, 2])
    return signal if is_regressor(estimator) else (signal > np.median(signal)).astype(int)


def as_pandas(X: np.ndarray) -> pd.DataFrame:
    """Name the columns as arrays' columns are called."""
    return pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])


def as_polars(X: np.ndarray) -> pl.DataFrame:
    """Name the columns as arrays' columns are called."""
    return pl.DataFrame({f"x{i}": X[:, i] for i in range(X.shape[1])})


def answer(estimator: Any, X: Any) -> np.ndarray:
    """What a fitted estimator says of X, as one plain array."""
    for method in ("transform", "predict_proba", "predict"):
        if hasattr(estimator, method):
            out = getattr(estimator, method)(X)
            out = out.toarray() if hasattr(out, "toarray") else out
            return out.to_numpy() if hasattr(out, "to_numpy") else np.asarray(out)
    raise TypeError(f"{type(estimator).__name__} has none of transform, predict_proba, predict")


def same(left: np.ndarray, right: np.ndarray) -> bool:
    """Equal bit by bit, missing values and texts included."""
    if left.dtype.kind == "O" or right.dtype.kind == "O":
        pairs = zip(left.ravel(), right.ravel())
        return left.shape == right.shape and all(
            is_missing_value(a) and is_missing_value(b) or a is b or bool(a == b) for a, b in pairs
        )
    return np.array_equal(left, right, equal_nan=left.dtype.kind == "f" and right.dtype.kind == "f")
