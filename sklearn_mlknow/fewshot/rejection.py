"""Saying "unknown": the label of rows that are like no class of the support."""

from __future__ import annotations

from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import who


def label_of_rejection(estimator: Any, classes: Any) -> Any:
    """Return the label of unlike rows: ``reject_label``, or by the kind of the classes "unknown", -1 or NaN.

    Raises
    ------
    ValueError
        Rows are to be rejected, and the label is one of the classes.
    """
    if estimator.reject_below is None:
        return None
    label = estimator.reject_label
    if label is None:
        label = {"i": -1, "u": -1, "f": np.nan}.get(classes.dtype.kind, "unknown")
    if any(label == known for known in classes.tolist()):
        raise ValueError(f"{who(estimator)}: reject_label={label!r} is a class of y; choose another label.")
    return label


def with_rejected(answers: np.ndarray, is_unlike: np.ndarray, label: Any) -> np.ndarray:
    """Put the label of rejection where rows are unlike, in a dtype that holds both.

    Examples
    --------
    >>> with_rejected(np.array(["a", "b"]), np.array([True, False]), "unknown").tolist()
    ['unknown', 'b']
    """
    plain = np.asarray(label)
    same_kind = plain.dtype.kind == answers.dtype.kind or (plain.dtype.kind in "if" and answers.dtype.kind in "uif")
    dtype = np.result_type(plain.dtype, answers.dtype) if same_kind else np.dtype(object)
    out = answers.astype(dtype)
    out[is_unlike] = label
    return out
