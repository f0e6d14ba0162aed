"""Many rows, a part at a time: inputs of a net are far wider than the table, so those of all rows never stand at once.

Training takes them all, in single precision; answers need only those of one part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sklearn_mlknow.neural.inputs import Inputs, encode
from sklearn_mlknow.neural.predictor import CHUNK


def parts(n_rows: int) -> Iterator[slice]:
    """Cut rows into parts."""
    return (slice(start, start + CHUNK) for start in range(0, n_rows, CHUNK))


def encode_for_training(columns: np.ndarray, inputs: Inputs) -> np.ndarray:
    """Turn columns into the inputs of a net: float32, (n_rows, n_inputs)."""
    x = np.empty((len(columns), len(inputs.labels)), dtype=np.float32)
    for part in parts(len(columns)):
        x[part] = encode(columns[part], inputs)
    return x


def answer_rows(ask: Callable[[np.ndarray], np.ndarray], columns: np.ndarray, inputs: Inputs) -> np.ndarray:
    """Ask a net about each part.

    Parameters
    ----------
    ask : callable
        From inputs (n, n_inputs) to answers (..., n, n_answers).
    columns : ndarray of float64, shape (n_rows, n_columns)
    inputs : Inputs

    Returns
    -------
    ndarray of shape (..., n_rows, n_answers)
    """
    answers = [ask(encode(columns[part], inputs)) for part in parts(len(columns))]
    return answers[0] if len(answers) == 1 else np.concatenate(answers, axis=-2)


def mean_of_rows(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weighted mean of rows in double precision: (n_inputs,).

    Examples
    --------
    >>> mean_of_rows(np.array([[1.0, 2.0], [5.0, 2.0]], dtype=np.float32), np.array([3.0, 1.0])).tolist()
    [2.0, 2.0]
    """
    total: np.ndarray = sum(weight[part] @ x[part] for part in parts(len(x))) / weight.sum()
    return total
