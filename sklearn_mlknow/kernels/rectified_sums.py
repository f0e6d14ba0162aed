"""Weighted sums of rectified subset sums: a hidden layer played over all coalitions of a game.

Unit h of a layer sees ``start[h]`` plus the parts of the players in a coalition. All subset sums of a unit come by
doubling, one addition each; they and the answers they add to stay in the processor's nearest cache. Both ways of doing
it add in the same order, so the bits are the same.
"""

from typing import Any

import numpy as np

from sklearn_mlknow.kernels.compiling import Compiled

_LOW_PLAYERS = 10  # whose subset sums are held at once: 8 KiB a unit
_GAMES_AT_ONCE = 16  # by numpy: few enough for the cache, enough to be worth its calls


def rectified_sums(parts: Any, starts: Any, weights: Any) -> Any:
    """Sum ``weights[h] * max(starts[h] + sum of parts[player, h] over a coalition, 0)`` over the units.

    Parameters
    ----------
    parts : ndarray of float64, shape (n_games, n_players, n_units)
    starts : ndarray of float64, shape (n_games, n_units)
    weights : ndarray of float64, shape (n_units, n_outputs)

    Returns
    -------
    ndarray of shape (n_games, n_outputs, 2 ** n_players)
        Coalition c holds the players whose bits are set in the number c.
    """
    n_games, n_players, n_units = parts.shape
    out = np.zeros((n_games, weights.shape[1], 2**n_players))
    if _add_rectified.pays_for(n_games * n_units * 2**n_players):
        _add_rectified(parts, starts, weights, min(n_players, _LOW_PLAYERS), out)
    else:
        for first in range(0, n_games, _GAMES_AT_ONCE):
            some = slice(first, first + _GAMES_AT_ONCE)
            _add_with_numpy(parts[some], starts[some], weights, out[some])
    return out


@Compiled
def _add_rectified(parts: Any, starts: Any, weights: Any, n_low: Any, out: Any) -> Any:
    n_games, n_players, n_units = parts.shape
    n_sums = 1 << n_low
    sums = np.empty(n_sums)
    for game in range(n_games):
        for unit in range(n_units):
            for high in range(1 << (n_players - n_low)):
                start = starts[game, unit]
                for bit in range(n_players - n_low):
                    if (high >> bit) & 1:
                        start += parts[game, n_low + bit, unit]
                sums[0] = start
                for bit in range(n_low):
                    size, part = 1 << bit, parts[game, bit, unit]
                    lower, upper = sums[:size], sums[size : 2 * size]
                    for place in range(size):
                        upper[place] = lower[place] + part
                for output in range(weights.shape[1]):
                    weight = weights[unit, output]
                    answers = out[game, output, high * n_sums : (high + 1) * n_sums]
                    for place in range(n_sums):
                        value = sums[place]
                        answers[place] += weight * (value if value > 0.0 else 0.0)
    return 0.0


def _add_with_numpy(parts: Any, starts: Any, weights: Any, out: Any) -> None:
    n_games, n_players, n_units = parts.shape
    n_low = min(n_players, _LOW_PLAYERS)
    n_sums = 1 << n_low
    sums, weighted = np.empty((2, n_games, n_sums))
    for unit in range(n_units):
        for high in range(1 << (n_players - n_low)):
            sums[:, 0] = starts[:, unit]
            for bit in range(n_players - n_low):
                if (high >> bit) & 1:
                    sums[:, 0] += parts[:, n_low + bit, unit]
            for bit in range(n_low):
                np.add(sums[:, : 1 << bit], parts[:, bit, unit, None], out=sums[:, 1 << bit : 2 << bit])
            np.maximum(sums, 0.0, out=sums)
            for output, weight in enumerate(weights[unit]):
                out[:, output, high * n_sums : (high + 1) * n_sums] += np.multiply(sums, weight, out=weighted)
