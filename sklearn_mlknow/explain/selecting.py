"""Parts of an explanation: some rows, some players, some outputs, by position, mask or name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

_OF_PLAYERS = ("values", "standard_errors", "background_errors", "dependence", "dependence_errors", "loss_values")
_OF_OUTPUTS = (*_OF_PLAYERS[:-1], "base_values", "predictions", "pair_values")


def select(explanation: Any, parts: tuple[Any, ...]) -> Any:
    """Select rows, then players, then outputs, as far as given.

    Parameters
    ----------
    explanation : Explanation
    parts : tuple of positions, names, slices, masks or lists of these

    Returns
    -------
    Explanation
    """
    if len(parts) > 3:
        raise IndexError(f"Explanation: at most rows, players and output can be selected, got {len(parts)} parts.")
    selected = _select_rows(explanation, positions(parts[0], len(explanation), None, "row"))
    if len(parts) > 1:
        names = explanation.names
        selected = _select_players(selected, positions(parts[1], len(names), names, "player"))
    if len(parts) > 2:
        names = explanation.output_names
        selected = _select_outputs(selected, positions(parts[2], len(names), names, "output"))
    return selected


def _select_rows(explanation: Any, rows: np.ndarray) -> Any:
    changed = _change(explanation, {*_OF_OUTPUTS, "loss_values", "losses"}, lambda array: array[rows])
    return replace(explanation, **changed, data=explanation.data[rows], row_names=explanation.row_names[rows])


def _select_players(explanation: Any, players: np.ndarray) -> Any:
    changed = _change(explanation, _OF_PLAYERS, lambda array: array[:, players])
    interactions, pair_errors = explanation.interactions, explanation.pair_errors
    if interactions is not None and pair_errors is not None:
        first, second = np.triu_indices(len(players), 1)
        changed["pair_values"] = interactions[:, players][:, :, players][:, first, second]
        n_players = len(explanation.names)
        place = np.zeros((n_players, n_players), dtype=np.int64)
        place[np.triu_indices(n_players, 1)] = np.arange(len(pair_errors))
        place = place + place.T
        changed["pair_errors"] = pair_errors[place[players[first], players[second]]]
    names = tuple(explanation.names[player] for player in players)
    return replace(explanation, **changed, data=explanation.data[:, players], names=names)


def _select_outputs(explanation: Any, outputs: np.ndarray) -> Any:
    if explanation.n_outputs == 1:
        return explanation
    wanted: Any = outputs[0] if len(outputs) == 1 else outputs
    changed = _change(explanation, (*_OF_OUTPUTS, "pair_errors"), lambda array: array[..., wanted])
    return replace(explanation, **changed, output_names=tuple(explanation.output_names[output] for output in outputs))


def _change(explanation: Any, names: Any, change: Callable[[np.ndarray], np.ndarray]) -> dict[str, Any]:
    """Change the arrays of these names, those that there are."""
    return {name: change(getattr(explanation, name)) for name in names if getattr(explanation, name) is not None}


def positions(key: Any, size: int, names: tuple[str, ...] | None, what: str) -> np.ndarray:
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
