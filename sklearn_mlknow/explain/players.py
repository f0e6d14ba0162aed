"""Players: the original columns, or groups of them that act as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sklearn_mlknow._shell.errors import some


@dataclass(frozen=True)
class Players:
    """Who plays, and which columns each player holds.

    Attributes
    ----------
    names : tuple of str
        One a player.
    of_column : ndarray of int, shape (n_columns,)
        The player that holds each column.
    """

    names: tuple[str, ...]
    of_column: np.ndarray

    def __len__(self) -> int:
        return len(self.names)


def make_players(speaker: str, columns: Sequence[str], groups: Mapping[str, Sequence[str]] | None) -> Players:
    """Make one player of each group and of each column that is in none.

    Parameters
    ----------
    speaker : str
        Named in errors.
    columns : sequence of str
    groups : mapping of str to sequences of column names, or None

    Returns
    -------
    Players
        In the order of their first columns.

    Raises
    ------
    ValueError
        A group is empty, names an unknown column, shares a column with another, or has the name of a column
        outside it.
    """
    owner: dict[str, str] = {}
    for name, members in (groups or {}).items():
        if isinstance(members, str) or not len(members):
            raise ValueError(f"{speaker}: player_groups[{name!r}] must list at least one column, got {members!r}.")
        for column in map(str, members):
            if column not in columns:
                raise ValueError(
                    f"{speaker}: player_groups[{name!r}] names {column!r}, which X has not; it has {some(columns)}."
                )
            if column in owner:
                raise ValueError(f"{speaker}: column {column!r} is in two player groups; leave it in one.")
            owner[column] = str(name)
    for name in set(owner.values()):
        if name in columns and owner.get(name) != name:
            raise ValueError(f"{speaker}: player group {name!r} has the name of a column outside it; rename the group.")
    names: list[str] = []
    of_column = np.empty(len(columns), dtype=np.int64)
    for position, column in enumerate(columns):
        player = owner.get(column, column)
        if player not in names:
            names.append(player)
        of_column[position] = names.index(player)
    return Players(tuple(names), of_column)
