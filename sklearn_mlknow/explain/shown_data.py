"""What people see of a table: each player's value in each row, and the names of the rows."""

from typing import Any

import numpy as np

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.explain.players import Players


def take_rows(table: Table, chosen: np.ndarray) -> Any:
    """Take rows of a table by position, in its own format."""
    if isinstance(table.native, np.ndarray):
        return table.native[chosen]
    import narwhals as nw

    return nw.from_native(table.native, eager_only=True)[chosen].to_native()


def like_background(table: Table, background: Any) -> Any:
    """Return a table's rows in the format of the background: array, pandas, polars or pyarrow.

    Parameters
    ----------
    table : Table
    background : array or frame

    Returns
    -------
    array or frame
    """
    rows = table.native
    if type(rows) is type(background) or (isinstance(rows, np.ndarray) and isinstance(background, np.ndarray)):
        return rows
    import narwhals as nw

    if isinstance(background, np.ndarray):
        return nw.from_native(rows, eager_only=True).to_numpy()
    target = nw.from_native(background, eager_only=True)
    if isinstance(rows, np.ndarray):
        columns = {name: rows[:, i] for i, name in enumerate(target.columns)}
    else:
        columns = {name: nw.from_native(rows, eager_only=True)[name].to_list() for name in target.columns}
    return nw.from_dict(columns, backend=target.implementation).to_native()


def player_values(table: Table, players: Players) -> np.ndarray:
    """Return what each player held in each row; of a group, a text.

    Parameters
    ----------
    table : Table
    players : Players

    Returns
    -------
    ndarray of object, shape (n_rows, n_players)
    """
    columns = [_objects(table.column(i)) for i in range(table.n_columns)]
    shown = np.empty((table.n_rows, len(players)), dtype=object)
    for player, name in enumerate(players.names):
        own = np.flatnonzero(players.of_column == player)
        if len(own) == 1 and table.names[own[0]] == name:
            shown[:, player] = columns[own[0]]
        else:
            parts = [(table.names[i], columns[i]) for i in own]
            shown[:, player] = [", ".join(f"{n}={c[row]}" for n, c in parts) for row in range(table.n_rows)]
    return shown


def row_names(table: Table) -> np.ndarray:
    """Return the index of a pandas frame, else positions."""
    index = getattr(table.native, "index", None)
    return np.arange(table.n_rows) if index is None or callable(index) else np.asarray(index)


def _objects(column: Any) -> np.ndarray:
    if isinstance(column, np.ndarray):
        return column.astype(object)
    values = np.empty(len(column), dtype=object)
    values[:] = column.to_list() if hasattr(column, "to_list") else column.to_pylist()
    return values
