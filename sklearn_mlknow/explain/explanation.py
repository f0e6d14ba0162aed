"""An explanation: attributions with standard errors, and what else the same model calls told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Audit:
    """Can this explanation be trusted?

    Attributes
    ----------
    method : {"exact", "paired", "linear"}
        All coalitions, sampled pairs, or the closed form of a linear model.
    model_rows : int
        Rows that the model was asked for in all, the background included.
    model_rows_each : int
        The most that any explained row could use.
    additivity : float
        Largest difference between the sum of a row's values and its prediction minus the base value.
    background_rows : int
    background_error : float
        Median, over the cells, of the background's standard error as a share of the mean absolute value of a row.
    background_is_enough : bool
        Whether that share is below 0.1.
    off_manifold : float
        Share of mixtures that are farther from any known row than 95 % of the known rows are from each other.
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
        import shap

        numbers = _as_numbers(self.data)
        return shap.Explanation(
            values=self.values.copy(),
            base_values=self.base_values.copy(),
            data=numbers,
            display_data=self.data.copy(),
            feature_names=list(self.names),
            output_names=list(self.output_names) if self.n_outputs > 1 else None,
            error_std=self.standard_errors.copy(),
            compute_time=self.audit.seconds,
        )

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, key: Any) -> "Explanation":
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) > 3:
            raise IndexError(f"Explanation: at most rows, players and output can be selected, got {len(parts)} parts.")
        rows = _positions(parts[0], len(self), None, "row")
        selected = self._select_rows(rows)
        if len(parts) > 1:
            selected = selected._select_players(_positions(parts[1], len(self.names), self.names, "player"))
        if len(parts) > 2:
            selected = selected._select_outputs(_positions(parts[2], self.n_outputs, self.output_names, "output"))
        return selected

    def _select_rows(self, rows: np.ndarray) -> "Explanation":
        changed = self._map_arrays(lambda array: array[rows])
        return replace(self, **changed, data=self.data[rows], row_names=self.row_names[rows])

    def _select_players(self, players: np.ndarray) -> "Explanation":
        names = ("values", "standard_errors", "background_errors", "dependence", "dependence_errors", "loss_values")
        changed = {name: getattr(self, name)[:, players] for name in names if getattr(self, name) is not None}
        first, second = np.triu_indices(len(players), 1)
        if self.interactions is not None and self.pair_errors is not None:
            changed["pair_values"] = self.interactions[:, players][:, :, players][:, first, second]
            place = np.zeros((len(self.names), len(self.names)), dtype=np.int64)
            place[np.triu_indices(len(self.names), 1)] = np.arange(len(self.pair_errors))
            place = place + place.T
            changed["pair_errors"] = self.pair_errors[place[players[first], players[second]]]
        chosen = tuple(self.names[player] for player in players)
        return replace(self, **changed, data=self.data[:, players], names=chosen)

    def _select_outputs(self, outputs: np.ndarray) -> "Explanation":
        names = tuple(self.output_names[output] for output in outputs)
        if self.n_outputs == 1:
            return self
        wanted: Any = outputs[0] if len(outputs) == 1 else outputs
        changed = self._map_arrays(lambda array: array[..., wanted], with_losses=False)
        pair_errors = None if self.pair_errors is None else self.pair_errors[..., wanted]
        return replace(self, **changed, pair_errors=pair_errors, output_names=names)

    def _map_arrays(self, change: Callable[[np.ndarray], np.ndarray], with_losses: bool = True) -> dict[str, Any]:
        names = ["values", "standard_errors", "background_errors", "base_values", "predictions", "dependence"]
        names += ["dependence_errors", "pair_values"] + ["loss_values", "losses"] * with_losses
        return {name: change(getattr(self, name)) for name in names if getattr(self, name) is not None}

    def _repr_html_(self) -> str:
        from sklearn_mlknow.explain.html import write_html

        return write_html(self)


def _positions(key: Any, size: int, names: tuple[str, ...] | None, what: str) -> np.ndarray:
    """Turn a position, name, slice, mask or list of these into positions."""
    if isinstance(key, slice):
        return np.arange(size)[key]
    listed = np.atleast_1d(np.asarray(key, dtype=object))
    if len(listed) and all(isinstance(item, bool | np.bool_) for item in listed):
        if len(listed) != size:
            raise IndexError(f"Explanation: a mask of {len(listed)} for {size} {what}s; give one truth value each.")
        return np.flatnonzero(listed.astype(bool))
    found = []
    for item in listed:
        if names is not None and str(item) in names and not isinstance(item, int | np.integer):
            found.append(names.index(str(item)))
        elif isinstance(item, int | np.integer) and -size <= item < size:
            found.append(int(item) % size)
        else:
            known = f"; there are {', '.join(map(repr, names[:8]))}" if names else ""
            raise IndexError(f"Explanation: no {what} {item!r} among {size}{known}.")
    return np.array(found, dtype=np.int64)


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
