"""The three questions that people ask of an explanation, and what else it can tell, as functions."""

from typing import Any

import numpy as np

from sklearn_mlknow.explain.explanation import Explanation


def which_matter_most(explanation: Explanation) -> Any:
    """Rank the players by their mean absolute value, with 95 % intervals, and tell which ranks are ties.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    DataFrame
        ``player, output, importance, standard_error, low, high, rank_low, rank_high``, most important first; a rank
        is a range where intervals overlap.
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
