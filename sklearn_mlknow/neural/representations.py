"""What a net has learned inside: its hidden layers as new columns, and what a unit looks for."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from sklearn_mlknow.neural.inputs import encode
from sklearn_mlknow.neural.pictures import draw_unit
from sklearn_mlknow.neural.predictor import Predictor

N_SWEEPS = 4


def hidden_representation(estimator: Any, X: Any, layer: int = -1) -> np.ndarray:
    """Return what a hidden layer makes of rows.

    Parameters
    ----------
    estimator : fitted NeuralClassifier, NeuralRegressor or hybrid
        Its members' units stand side by side.
    X : array-like or frame of shape (n_rows, n_columns)
        Rows to represent.
    layer : int, default=-1
        1 is the first hidden layer, -1 the last.

    Returns
    -------
    ndarray of shape (n_rows, n_members * n_units)
        Member by member.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.neural import NeuralRegressor, hidden_representation
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> net = NeuralRegressor(hidden_units=(16, 5), n_members=2, max_epochs=5, random_state=0).fit(X, X[:, 0])
    >>> hidden_representation(net, X).shape
    (60, 10)
    """
    predictor, depth = _layer(estimator, layer)
    hidden = estimator._ask(lambda x: predictor.hidden(x, depth), X)  # (n_members, n_rows, n_units)
    return np.swapaxes(hidden, 0, 1).reshape(hidden.shape[1], -1)


def visualize_feature(
    estimator: Any, layer: int = -1, unit: int = 0, random_state: int | np.random.RandomState | None = 0
) -> Any:
    """Find the input that a hidden unit answers most strongly: activation maximisation (Erhan et al. 2009).

    For images, gradient ascent along the principal axes of the training images, no further from their mean than such an
    image is, so that strokes appear instead of speckles. For tables, each column in turn takes the best
    of its quantiles or levels, with a penalty on the distance from the middle of the training rows, so that what does
    not matter stays ordinary.

    Parameters
    ----------
    estimator : fitted NeuralClassifier, NeuralRegressor or hybrid
        The net to look into.
    layer : int, default=-1
        1 is the first hidden layer, -1 the last.
    unit : int, default=0
        Position in `hidden_representation` of that layer.
    random_state : int, RandomState or None, default=0
        Of the places from which the ascents to an image start.

    Returns
    -------
    ndarray of shape image_shape, or DataFrame of one row
        An image in the units of its pixels, or a row in the units of the table.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.neural import NeuralRegressor, visualize_feature
    >>> X = np.random.default_rng(0).normal(size=(60, 2))
    >>> net = NeuralRegressor(n_members=2, max_epochs=5, random_state=0).fit(X, X[:, 0])
    >>> visualize_feature(net, unit=3).shape
    (1, 2)
    """
    predictor, depth = _layer(estimator, layer)
    n_members, _, n_units = predictor.weights[depth - 1].shape
    if not _is_whole(unit) or not 0 <= unit < n_members * n_units:
        raise ValueError(f"visualize_feature: unit must be from 0 to {n_members * n_units - 1}, got {unit!r}.")
    member, own = divmod(unit, n_units)
    if estimator.plan_.image_shape is not None:
        return draw_unit(estimator, member, own, depth, int(check_random_state(random_state).randint(2**31 - 1)))
    return _prototype(estimator, member, own, depth)


def _layer(estimator: Any, layer: int) -> tuple[Predictor, int]:
    check_is_fitted(estimator, "predictor_")
    predictor = estimator.predictor_
    if not isinstance(predictor, Predictor):
        raise TypeError(f"{type(estimator).__name__} has no plain hidden layers; use attention_map.")
    n_layers = len(predictor.weights) - 1
    depth = layer if not _is_whole(layer) or layer > 0 else n_layers + 1 + layer
    if not _is_whole(layer) or not 1 <= depth <= n_layers:
        raise ValueError(f"{type(estimator).__name__}: layer must be from 1 to {n_layers} or negative, got {layer!r}.")
    return predictor, depth


def _is_whole(number: Any) -> bool:
    return isinstance(number, (int, np.integer)) and not isinstance(number, bool)


def _prototype(estimator: Any, member: int, unit: int, depth: int) -> Any:
    import pandas as pd

    inputs = estimator.inputs_
    options: dict[int, np.ndarray] = {}
    row = np.full((1, len(inputs.names)), -1.0)  # the code of a missing level
    distance: dict[int, np.ndarray] = {}  # of each option from the middle, squared, in spreads
    for j, i in enumerate(inputs.numbers):
        values = np.unique(inputs.quantiles[j])
        distance[i] = np.minimum(((values - np.median(values)) / inputs.spread[j]) ** 2, 4.0)
        if j in inputs.missing:
            values, distance[i] = np.append(values, np.nan), np.append(distance[i], 1.0)
        options[i], row[0, i] = values, inputs.centre[j]
    for i, levels in inputs.levels.items():
        if len(levels):
            missing = [-1.0] * inputs.has_missing_level[i]
            options[i], row[0, i] = np.array([*range(len(levels)), *missing], dtype=np.float64), 0.0
    for _ in range(N_SWEEPS):
        before = row.copy()
        for i, values in options.items():
            tries = np.repeat(row, len(values), axis=0)
            tries[:, i] = values
            answer = estimator.predictor_.hidden(encode(tries, inputs), depth)[member, :, unit]
            if i in distance:
                answer = answer - 0.05 * np.abs(answer).max() * distance[i]
            row[0, i] = values[answer.argmax()]
        if np.array_equal(row, before, equal_nan=True):
            break
    return pd.DataFrame({name: _shown(estimator, i, row[0, i]) for i, name in enumerate(inputs.names)})


def _shown(estimator: Any, i: int, value: float) -> Any:
    """Write a value as its column does, so that the net can read it: a Series of one row."""
    import pandas as pd

    inputs, dtype = estimator.inputs_, estimator._dtypes[i]
    if i in inputs.levels:
        return pd.Series([inputs.levels[i][int(value)] if value >= 0 else None], dtype=object)
    if inputs.kinds[i] == "time":
        is_length = inputs.names[i] in estimator._lengths
        microseconds = "NaT" if np.isnan(value) else round(value * 1e6)
        column = pd.Series(np.array([microseconds], dtype="m8[us]" if is_length else "M8[us]"))
        return column.dt.tz_localize("UTC").astype(dtype) if dtype.startswith("datetime64[us, ") else column
    column = pd.Series([value])
    has_room = not np.isnan(value) or "float" in dtype or pd.api.types.is_extension_array_dtype(dtype)
    return column.astype(dtype) if dtype != "object" and has_room else column
