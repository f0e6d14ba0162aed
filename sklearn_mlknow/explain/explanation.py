"""An explanation: attributions with standard errors, and what else the same model calls told."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Audit:
    """Can this explanation be trusted?

    Attributes
    ----------
    method : str
        How the values were found.
    model_rows : int
        Rows that the model was asked for in all, the background included.
    model_rows_each : int
        The most that any explained row used.
    additivity : float
        Largest difference between the sum of a row's values and its prediction minus the base value.
    background_rows : int
    background_error : float
        Median, over the cells, of the background's standard error as a share of the mean absolute value of a row.
    background_is_enough : bool
        Whether that share is below 0.1.
    off_manifold : float
        Share of mixtures farther from any known row than nearly all (95 %) known rows are from each other.
    triples : float
        Share of games in which third-order terms paid.
    seconds : float
    """

    method: str
    model_rows: int
    model_rows_each: int
    additivity: float
    background_rows: int
    background_error: float
    background_is_enough: bool
    off_manifold: float
    triples: float
    seconds: float


@dataclass(frozen=True, eq=False)
class Explanation:
    """Shapley values of a table's rows, with their errors.

    Rows are explained one by one: the values of a row add up to its prediction minus the base value. With several
    outputs (classes, targets) there is a last axis; with one there is none.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_players) or (n_rows, n_players, n_outputs)
        In units of the model's output.
    standard_errors : ndarray, shape of ``values``
        Of the coalition sample; 0 where all coalitions were played.
    background_errors : ndarray, shape of ``values``
        Of the background sample: how much the values would move with other background rows.
    base_values : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        Mean prediction over the background.
    predictions : ndarray, shape of ``base_values``
        What the model says of each row.
    data : ndarray of object, shape (n_rows, n_players)
        The explained values; of a group of columns, a text.
    names : tuple of str
        One a player.
    output_names : tuple of str
        One an output; "prediction" for a regression.
    row_names : ndarray of shape (n_rows,)
        The index of a pandas frame, else positions.
    audit : Audit
        Method, model rows used, whether the background was large enough, …

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.explain import ShapExplainer
    >>> X = np.array([[0.0, 0.0], [2.0, 4.0]])
    >>> explanation = ShapExplainer(lambda rows: rows[:, 0] + rows[:, 1]).fit(X).explain([[3.0, 1.0]])
    >>> explanation.values  # each column minus its mean
    array([[ 2., -1.]])
    """

    values: np.ndarray
    standard_errors: np.ndarray
    background_errors: np.ndarray
    base_values: np.ndarray
    predictions: np.ndarray
    data: np.ndarray
    names: tuple[str, ...]
    output_names: tuple[str, ...]
    row_names: np.ndarray
    audit: Audit

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return len(self.output_names)

    def __len__(self) -> int:
        return len(self.values)

    def importance(self) -> Any:
        """Return which columns matter most: the mean absolute value of each, with a 95 % interval.

        Returns
        -------
        DataFrame
            ``player, output, importance, standard_error, low, high, rank_low, rank_high``, most important first.
        """
        from sklearn_mlknow.explain.questions import which_matter_most

        return which_matter_most(self)

    def to_frame(self) -> Any:
        """Return one line for each row, player and output.

        Returns
        -------
        DataFrame
            ``row, player, output, data, value, standard_error, low, high, background_error``; the interval is 95 %
            of the coalition sample.
        """
        import pandas as pd

        shape = (*self.values.shape[:2], self.n_outputs)
        row, player, output = np.indices(shape).reshape(3, -1)
        value, error = self.values.reshape(-1), self.standard_errors.reshape(-1)
        return pd.DataFrame(
            {
                "row": self.row_names[row],
                "player": np.array(self.names, dtype=object)[player],
                "output": np.array(self.output_names, dtype=object)[output],
                "data": self.data[row, player],
                "value": value,
                "standard_error": error,
                "low": value - 1.96 * error,
                "high": value + 1.96 * error,
                "background_error": self.background_errors.reshape(-1),
            }
        )
