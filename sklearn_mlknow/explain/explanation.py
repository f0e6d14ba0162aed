"""An explanation: attributions with standard errors, and what else the same model calls told."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sklearn_mlknow.explain.audit import Audit
from sklearn_mlknow.explain.selecting import select


@dataclass(frozen=True, eq=False)
class Explanation:
    """Shapley values of a table's rows, with their errors, and what else the same model calls told.

    The values of a row add up to its prediction minus the base value. With several outputs (classes, targets) arrays
    have a last axis for them; with one they have none. ``explanation[rows, players, output]`` selects, by position,
    mask or name, as far as given; a single row stays a table of one row.

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
    dependence : ndarray, shape of ``values``
        Mean prediction over the background when this column alone is set to the row's value (partial dependence). NaN
        when the budget was too small for ``pair_values``.
    dependence_errors : ndarray, shape of ``values``
        Standard errors of ``dependence``.
    pair_values : ndarray of shape (n_rows, n_pairs) or (n_rows, n_pairs, n_outputs), or None
        Interactions of the pairs of players, in the order of ``numpy.triu_indices``; see ``interactions``. None when
        the budget was too small for so many pairs.
    pair_errors : ndarray of shape (n_pairs,) or (n_pairs, n_outputs), or None
        Standard errors of one row's ``pair_values``, root mean square over the rows.
    loss_values : ndarray of shape (n_rows, n_players), or None
        How much each column lowered the loss of the row's prediction; None unless y was given.
    losses : ndarray of shape (n_rows,), or None
        Loss of each row's prediction: cross-entropy, or squared error; None unless y was given.
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
    dependence: np.ndarray
    dependence_errors: np.ndarray
    pair_values: np.ndarray | None
    pair_errors: np.ndarray | None
    loss_values: np.ndarray | None
    losses: np.ndarray | None
    data: np.ndarray
    names: tuple[str, ...]
    output_names: tuple[str, ...]
    row_names: np.ndarray
    audit: Audit

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return len(self.output_names)

    @property
    def interactions(self) -> np.ndarray | None:
        """Pairwise Shapley interaction indices: (n_rows, n_players, n_players[, n_outputs]), 0 on the diagonal."""
        if self.pair_values is None:
            return None
        n_players = len(self.names)
        first, second = np.triu_indices(n_players, 1)
        full = np.zeros((len(self), n_players, n_players, *self.pair_values.shape[2:]))
        full[:, first, second] = full[:, second, first] = self.pair_values
        return full

    @property
    def sage(self) -> Any:
        """How much each column lowers the mean loss: DataFrame of ``player, value, standard_error, low, high``.

        Raises
        ------
        ValueError
            `explain` was given no y.
        """
        from sklearn_mlknow.explain.questions import mean_loss_values

        return mean_loss_values(self)

    def importance(self) -> Any:
        """Return which columns matter most: the mean absolute value of each, with a 95 % interval.

        Returns
        -------
        DataFrame
            ``player, output, importance, standard_error, low, high, rank_low, rank_high``, most important first; ranks
            are ranges where intervals overlap.
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

    def to_shap(self) -> Any:
        """Return a `shap.Explanation`, on which shap's own plots work.

        Returns
        -------
        shap.Explanation
        """
        from sklearn_mlknow.explain.as_shap import to_shap

        return to_shap(self)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, key: Any) -> "Explanation":
        return select(self, key if isinstance(key, tuple) else (key,))

    def _repr_html_(self) -> str:
        from sklearn_mlknow.explain.html import write_html

        return write_html(self)
