"""Mutual information of each column with the target by nearest neighbours: scikit-learn's estimate on mixed tables.

Missing values are information of their own: ``I(x; y) = I(missing; y) + P(present) I(x; y | present)``, a chain rule.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import scale
from sklearn.utils import check_random_state

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.formulas.information import mutual_information
from sklearn_mlknow.formulas.nearest_information import information_with_classes, information_with_number
from sklearn_mlknow.kernels import joint_histogram
from sklearn_mlknow.kernels.threads import each
from sklearn_mlknow.selection.column_values import is_number_like, levels_of, number_of, tamed

NOISE = 1e-10  # scikit-learn's, so that equal values are rare and neighbours distinct


class NearestColumns:
    """Columns made ready once, so that targets can be shuffled: scaled numbers with a tiny noise, or codes.

    Parameters
    ----------
    table : Table
    target : Target
    n_neighbors : int
    random_state : int, RandomState or None
        Draws the noise exactly as scikit-learn does.
    """

    def __init__(self, table: Table, target: Target, n_neighbors: int, random_state: Any) -> None:
        self.n_neighbors = n_neighbors
        self.is_number = [is_number_like(table, index) for index in range(table.n_columns)]
        rng = check_random_state(random_state)
        self.columns: list[NDArray[np.generic]] = [
            number_of(table, i) if is_number else levels_of(table, i)[0] for i, is_number in enumerate(self.is_number)
        ]
        numeric = [i for i, is_number in enumerate(self.is_number) if is_number]
        if numeric:
            noise = rng.standard_normal(size=(table.n_rows, len(numeric)))
            for place, i in enumerate(numeric):
                self.columns[i] = _jittered(self.columns[i], noise[:, place])
        self.is_class = target.is_class
        self.target = target.values
        if not self.is_class:
            self.target = _jittered(self.target, rng.standard_normal(size=table.n_rows))

    def information(self, order: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Estimate the information of each column with the target, taken in another order to see what chance gives.

        Returns
        -------
        ndarray of shape (n_columns,)
            In nats; scatters around 0 where there is none.
        """
        target = self.target if order is None else self.target[order]
        places = range(len(self.columns))
        return np.array(each(lambda i: self._of(i, target), places, target.size * len(places)))

    def _of(self, index: int, target: NDArray[np.generic]) -> float:
        column, is_number = self.columns[index], self.is_number[index]
        is_missing = np.isnan(column) if is_number else column < 0  # type: ignore[operator]
        if not is_missing.any():
            return self._of_present(column, is_number, target)
        of_missing = self._of_present(is_missing.astype(np.int64), False, target)
        if is_missing.all():
            return of_missing
        is_present = ~is_missing
        return of_missing + is_present.mean() * self._of_present(column[is_present], is_number, target[is_present])

    def _of_present(self, column: NDArray[np.generic], is_number: bool, target: NDArray[np.generic]) -> float:
        if is_number and self.is_class:
            return information_with_classes(column, target, self.n_neighbors)
        if is_number:
            return information_with_number(column, target, self.n_neighbors)
        if not self.is_class:
            return information_with_classes(target, column, self.n_neighbors)
        return float(mutual_information(joint_histogram(column, target, int(column.max()) + 1, int(target.max()) + 1)))


def _jittered(column: NDArray[np.generic], noise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale to unit variance and part equal values, as scikit-learn does."""
    if np.isnan(column).all():  # type: ignore[arg-type]
        return np.asarray(column, dtype=np.float64)
    scaled = scale(tamed(np.asarray(column, dtype=np.float64)), with_mean=False)
    return scaled + NOISE * max(1, np.nanmean(np.abs(scaled))) * noise
