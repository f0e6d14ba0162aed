"""Mixtures of explained and background rows, by gathering values, so that every column keeps its dtype.

Strings, categories, datetimes, missing values and nullable numbers are never converted, averaged or multiplied by a
mask: a mixture holds, column by column, either the value of the explained row or that of the background row.
"""

from functools import cached_property
from typing import Any

import numpy as np


class ArrayMixer:
    """Mixes rows of arrays.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        Explained.
    background : ndarray of shape (n_background, n_columns)
    player_of_column : ndarray of int, shape (n_columns,)
    n_players : int
    names : list of str or None, default=None
        Hand mixtures to the model as DataFrames with these column names.
    library : {"pandas", "polars"}, default="pandas"
        Of these DataFrames.
    """

    def __init__(
        self,
        rows: np.ndarray,
        background: np.ndarray,
        player_of_column: np.ndarray,
        n_players: int,
        names: list[str] | None = None,
        library: str = "pandas",
    ) -> None:
        self.n_players = n_players
        dtype = np.result_type(rows, background) if "O" not in (rows.dtype.kind, background.dtype.kind) else object
        self.rows = rows.astype(dtype, copy=False)
        self.background = background.astype(dtype, copy=False)
        self.n_rows = len(rows)
        self.player_of_column = player_of_column
        self.names = names
        self.library = library
        self._is_plain = np.array_equal(player_of_column, np.arange(n_players))  # else some players have no column

    def mixtures(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> Any:
        """Mix every row with every cell: -> rows * cells rows, cells running fastest.

        Parameters
        ----------
        rows : ndarray of int, shape (n,)
        members : ndarray of bool, shape (m, n_players)
        background : ndarray of int, shape (m,)
        """
        mask = members if self._is_plain else members[:, self.player_of_column]
        mixed = np.where(mask, self.rows[rows][:, None, :], self.background[background])
        return self._wrap(mixed.reshape(-1, mixed.shape[2]))

    @cached_property
    def _comparable(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and background, objects by the number of their value: pandas' NA is equal to nothing."""
        if self.rows.dtype.kind != "O":
            return self.rows, self.background
        codes = np.column_stack([_array_codes(column) for column in np.concatenate([self.rows, self.background]).T])
        return codes[: self.n_rows], codes[self.n_rows :]

    def pick(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> Any:
        """Mix row i with cell i: -> as many rows."""
        mask = members if self._is_plain else members[:, self.player_of_column]
        return self._wrap(np.where(mask, self.rows[rows], self.background[background]))

    def _wrap(self, values: np.ndarray) -> Any:
        return values if self.names is None else as_frame(values, self.names, self.library)

    def distinct(self, player: int, limit: int) -> tuple[np.ndarray, np.ndarray]:
        """Find rows, and background rows, in which a player's values differ from each other, at most ``limit`` each."""
        own = np.flatnonzero(self.player_of_column == player)
        codes = np.column_stack([_array_codes(np.concatenate([self.rows[:, i], self.background[:, i]])) for i in own])
        return _first_of_each(codes[: self.n_rows], limit), _first_of_each(codes[self.n_rows :], limit)

    def equal(self, rows: np.ndarray) -> np.ndarray:
        """Tell for which players a row and a background row hold the same: -> bool (n, n_background, n_players)."""
        left, right = self._comparable
        left, right = left[rows][:, None, :], right[None]
        same = left == right
        if left.dtype.kind == "f":
            same = same | ((left != left) & (right != right))
        return _by_player(np.asarray(same, dtype=bool), self.player_of_column, self.n_players)


def as_frame(values: np.ndarray, names: list[str], library: str = "pandas") -> Any:
    """Name the columns of an array; for pandas without a copy."""
    if library == "polars":
        import polars as pl

        return pl.from_numpy(values, schema=names)
    import pandas as pd

    return pd.DataFrame(values, columns=names, copy=False)


class FrameMixer:
    """Mixes rows of pandas, polars or pyarrow frames.

    Parameters
    ----------
    rows, background : frames
        With the same columns in the same order.
    player_of_column : ndarray of int, shape (n_columns,)
    n_players : int
    """

    def __init__(self, rows: Any, background: Any, player_of_column: np.ndarray, n_players: int) -> None:
        import narwhals as nw

        above, below = (nw.from_native(frame, eager_only=True) for frame in (rows, background))
        self.n_rows = len(above)
        self.player_of_column = player_of_column
        self.n_players = n_players
        self.columns = [_stack(above[name], below[name]) for name in below.columns]
        self.codes = np.column_stack([_codes(column) for column in self.columns])

    def mixtures(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> Any:
        """Mix every row with every cell: -> rows * cells rows, cells running fastest."""
        n_cells = len(members)
        return self.pick(np.repeat(rows, n_cells), np.tile(members, (len(rows), 1)), np.tile(background, len(rows)))

    def pick(self, rows: np.ndarray, members: np.ndarray, background: np.ndarray) -> Any:
        """Mix row i with cell i: -> as many rows."""
        import narwhals as nw

        below = background + self.n_rows
        taken: dict[int, np.ndarray] = {}
        columns = []
        for player, column in zip(self.player_of_column, self.columns):
            if player not in taken:
                taken[player] = np.where(members[:, player], rows, below)
            columns.append(column[taken[player]])
        if columns[0].implementation.is_pandas():
            import pandas as pd

            return pd.DataFrame({c.name: c.to_native().array for c in columns})
        return nw.concat([column.to_frame() for column in columns], how="horizontal").to_native()

    def distinct(self, player: int, limit: int) -> tuple[np.ndarray, np.ndarray]:
        """Find rows, and background rows, in which a player's values differ from each other, at most ``limit`` each."""
        codes = self.codes[:, self.player_of_column == player]
        return _first_of_each(codes[: self.n_rows], limit), _first_of_each(codes[self.n_rows :], limit)

    def equal(self, rows: np.ndarray) -> np.ndarray:
        """Tell for which players a row and a background row hold the same: -> bool (n, n_background, n_players)."""
        same = self.codes[rows][:, None, :] == self.codes[None, self.n_rows :]
        return _by_player(same, self.player_of_column, self.n_players)


def _first_of_each(codes: np.ndarray, limit: int) -> np.ndarray:
    """Find the first row of each different combination of codes: (n_rows, n) -> positions."""
    return np.sort(np.unique(codes, axis=0, return_index=True)[1])[:limit]


def _array_codes(column: np.ndarray) -> np.ndarray:
    """Number the distinct values of an array's column, missing ones -1."""
    import pandas as pd

    return pd.factorize(column, use_na_sentinel=True)[0]


def _by_player(same: np.ndarray, player_of_column: np.ndarray, n_players: int) -> np.ndarray:
    """Tell where all columns of a player are the same: (…, n_columns) -> (…, n_players)."""
    if np.array_equal(player_of_column, np.arange(n_players)):
        return same
    together = np.ones((*same.shape[:-1], n_players), dtype=bool)
    for column, player in enumerate(player_of_column):
        together[..., player] &= same[..., column]
    return together


def _stack(above: Any, below: Any) -> Any:
    """Put a column of the explained rows above that of the background; categories are united, never lost."""
    import narwhals as nw

    if above.implementation.is_pandas():
        import pandas as pd
        from pandas.api.types import union_categoricals

        first, second = above.to_native(), below.to_native()
        both_categories = isinstance(first.dtype, pd.CategoricalDtype) and isinstance(second.dtype, pd.CategoricalDtype)
        if both_categories and first.dtype != second.dtype:
            order = union_categoricals([second, first], ignore_order=True).categories
            stacked = pd.Categorical([*first, *second], categories=order)
            return nw.from_native(pd.Series(stacked, name=above.name), series_only=True)
        stacked = pd.concat([first, second], ignore_index=True)
        return nw.from_native(stacked, series_only=True)
    return nw.from_native(_stack_natively(above, below), eager_only=True)[above.name]


def _stack_natively(above: Any, below: Any) -> Any:
    """Stack columns of polars or pyarrow under the smallest type that holds the values of both."""
    import narwhals as nw

    if above.dtype == below.dtype:
        return nw.concat([above.to_frame(), below.to_frame()], how="vertical").to_native()
    if isinstance(above.dtype, nw.Enum) and isinstance(below.dtype, nw.Enum):
        both = nw.Enum(dict.fromkeys([*below.dtype.categories, *above.dtype.categories]))
        return _stack_natively(above.cast(both), below.cast(both))
    frames = [above.to_frame().to_native(), below.to_frame().to_native()]
    if above.implementation.is_polars():
        import polars as pl

        return pl.concat(frames, how="vertical_relaxed")
    import pyarrow as pa

    return pa.concat_tables(frames, promote_options="permissive")


def _codes(column: Any) -> np.ndarray:
    """Number the distinct values of a column, missing ones -1."""
    import pandas as pd

    return pd.factorize(column.to_pandas(), use_na_sentinel=True)[0]
