"""The three questions that people ask of an explanation, as functions of it.

Which columns matter most; how did each act on this prediction; what is the general effect of a column.
"""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.errors import some
from sklearn_mlknow.explain.explanation import Explanation


def which_matter_most(explanation: Explanation) -> Any:
    """Rank the players by their mean absolute value, with 95 % intervals, and tell which ranks are ties.

    Parameters
    ----------
    explanation : Explanation
        What `ShapExplainer.explain` returned.

    Returns
    -------
    DataFrame
        ``player, output, importance, standard_error, low, high, rank_low, rank_high``, most important first; a rank
        is a range where intervals overlap.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.explain import ShapExplainer, which_matter_most
    >>> X = np.array([[0.0, 0.0], [2.0, 4.0]])
    >>> explanation = ShapExplainer(lambda rows: rows[:, 0] + rows[:, 1]).fit(X).explain(X)
    >>> which_matter_most(explanation)[["player", "importance"]].to_numpy().tolist()
    [['x1', 2.0], ['x0', 1.0]]
    """
    import pandas as pd

    values, errors = (_three(explanation, array) for array in (explanation.values, explanation.standard_errors))
    size = np.abs(values)
    n_rows = len(size)
    between = size.var(axis=0, ddof=1) / n_rows if n_rows > 1 else np.zeros(size.shape[1:])
    error = np.sqrt(between + errors.mean(axis=0) ** 2)  # rows share their coalitions, so their errors add up
    parts = []
    for output, name in enumerate(explanation.output_names):
        mean, half = size[:, :, output].mean(axis=0), 1.96 * error[:, output]
        low, high = np.maximum(mean - half, 0.0), mean + half
        order = np.argsort(-mean, kind="stable")
        parts.append(
            pd.DataFrame(
                {
                    "player": np.array(explanation.names, dtype=object),
                    "output": name,
                    "importance": mean,
                    "standard_error": error[:, output],
                    "low": low,
                    "high": high,
                    "rank_low": (low[None, :] > high[:, None]).sum(axis=1) + 1,
                    "rank_high": len(mean) - (high[None, :] < low[:, None]).sum(axis=1),
                }
            ).iloc[order]
        )
    return pd.concat(parts, ignore_index=True)


def _three(explanation: Explanation, array: np.ndarray) -> np.ndarray:
    """Give an array its axis of outputs: (n_rows, n_players, n_outputs)."""
    return array.reshape(*array.shape[:2], explanation.n_outputs)


def how_each_acted(explanation: Explanation, row: int, output: Any = None) -> Any:
    """Tell how each column acted on one prediction, with 95 % intervals.

    Parameters
    ----------
    explanation : Explanation
        What `ShapExplainer.explain` returned.
    row : int
        Position of the row.
    output : str, int or None, default=None
        Of several outputs, which; None takes the last.

    Returns
    -------
    DataFrame
        ``player, data, value, low, high, direction``, largest first; the direction is "up", "down" or, where the
        interval holds 0, "unclear".

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.explain import ShapExplainer, how_each_acted
    >>> X = np.array([[0.0, 0.0], [2.0, 4.0]])
    >>> explanation = ShapExplainer(lambda rows: rows[:, 0] + rows[:, 1]).fit(X).explain(X)
    >>> how_each_acted(explanation, row=1)[["player", "value", "direction"]].to_numpy().tolist()
    [['x1', 2.0, 'up'], ['x0', 1.0, 'up']]
    """
    import pandas as pd

    position = output_position(explanation, output)
    value = _three(explanation, explanation.values)[row, :, position]
    half = 1.96 * _three(explanation, explanation.standard_errors)[row, :, position]
    direction = np.where(value - half > 0, "up", np.where(value + half < 0, "down", "unclear"))
    table = pd.DataFrame(
        {
            "player": np.array(explanation.names, dtype=object),
            "data": explanation.data[row],
            "value": value,
            "low": value - half,
            "high": value + half,
            "direction": direction,
        }
    )
    return table.iloc[np.argsort(-np.abs(value), kind="stable")].reset_index(drop=True)


def general_effect(explanation: Explanation, player: Any, output: Any = None) -> Any:
    """Tell what the prediction is, on average, for each value that a column took (partial dependence).

    Parameters
    ----------
    explanation : Explanation
        What `ShapExplainer.explain` returned.
    player : str or int
        Name or position.
    output : str, int or None, default=None
        Of several outputs, which; None takes the last.

    Returns
    -------
    DataFrame
        ``data, prediction, low, high, n_rows``, one line a distinct value, in order.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.explain import ShapExplainer, general_effect
    >>> X = np.array([[0.0, 0.0], [2.0, 4.0]])
    >>> explanation = ShapExplainer(lambda rows: rows[:, 0] + rows[:, 1]).fit(X).explain(X)
    >>> general_effect(explanation, "x1")[["data", "prediction"]].to_numpy().tolist()
    [[0.0, 1.0], [4.0, 5.0]]
    """
    import pandas as pd

    position = output_position(explanation, output)
    place = player_position(explanation, player)
    table = pd.DataFrame(
        {
            "data": pd.Series(explanation.data[:, place]).infer_objects(),
            "prediction": _three(explanation, explanation.dependence)[:, place, position],
            "variance": _three(explanation, explanation.dependence_errors)[:, place, position] ** 2,
        }
    )
    try:
        grouped = table.groupby("data", dropna=False, sort=True)
        found = grouped.agg(
            prediction=("prediction", "mean"), variance=("variance", "mean"), n_rows=("variance", "size")
        )
    except TypeError:  # values that cannot be compared are ordered as texts
        grouped = table.assign(data=table["data"].astype(str)).groupby("data", sort=True)
        found = grouped.agg(
            prediction=("prediction", "mean"), variance=("variance", "mean"), n_rows=("variance", "size")
        )
    found = found.reset_index()
    half = 1.96 * np.sqrt(found.pop("variance"))  # rows share their coalitions: averaging does not narrow it
    found.insert(2, "low", found["prediction"] - half)
    found.insert(3, "high", found["prediction"] + half)
    return found


def output_position(explanation: Explanation, output: Any) -> int:
    """Find an output by its name or position; None takes the last (the positive class of two)."""
    if output is None:
        return explanation.n_outputs - 1
    return _find(output, explanation.output_names, "output")


def player_position(explanation: Explanation, player: Any) -> int:
    """Find a player by its name or position."""
    return _find(player, explanation.names, "player")


def _find(key: Any, names: tuple[str, ...], what: str) -> int:
    if str(key) in names and not isinstance(key, int | np.integer):
        return names.index(str(key))
    if isinstance(key, int | np.integer) and -len(names) <= key < len(names):
        return int(key) % len(names)
    raise ValueError(f"Explanation: {what} must be one of {some(names)} or a position, got {key!r}.")


def mean_loss_values(explanation: Explanation) -> Any:
    """Return how much each player lowers the mean loss (SAGE), with 95 % intervals over the rows.

    Parameters
    ----------
    explanation : Explanation
        Made with y.

    Returns
    -------
    DataFrame
        ``player, value, standard_error, low, high``, largest first.
    """
    import pandas as pd

    lowered = losses_of(explanation)
    error = (
        lowered.std(axis=0, ddof=1) / np.sqrt(len(lowered)) if len(lowered) > 1 else np.full(lowered.shape[1], np.nan)
    )
    value = lowered.mean(axis=0)
    table = pd.DataFrame(
        {
            "player": np.array(explanation.names, dtype=object),
            "value": value,
            "standard_error": error,
            "low": value - 1.96 * error,
            "high": value + 1.96 * error,
        }
    )
    return table.sort_values("value", ascending=False, ignore_index=True)


def losses_of(explanation: Explanation) -> np.ndarray:
    """Return the loss values of an explanation, or say that it has none."""
    if explanation.loss_values is None:
        raise ValueError(
            "Explanation: this asks about the loss, which needs the truth; pass y to ShapExplainer.explain."
        )
    return explanation.loss_values
