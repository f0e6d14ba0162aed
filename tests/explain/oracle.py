"""Shapley values the slow way: every coalition of every row, in plain loops."""

from itertools import combinations
from math import factorial

import numpy as np


def mean_answer(function, row, background, kept):
    """What the model says on average when a row keeps some columns."""
    mixed = np.array([[row[j] if j in kept else other[j] for j in range(len(row))] for other in background])
    return np.mean(function(mixed), axis=0)


def shapley_values(value, n_players):
    """Shapley values of a set function: the definition."""
    found = []
    for player in range(n_players):
        others = [j for j in range(n_players) if j != player]
        total = 0.0
        for size in range(n_players):
            weight = factorial(size) * factorial(n_players - size - 1) / factorial(n_players)
            for coalition in combinations(others, size):
                total = total + weight * (value({*coalition, player}) - value(set(coalition)))
        found.append(total)
    return np.array(found)


def interaction(value, n_players, first, second):
    """Shapley interaction index of a pair: the definition."""
    others = [j for j in range(n_players) if j not in (first, second)]
    total = 0.0
    for size in range(n_players - 1):
        weight = factorial(size) * factorial(n_players - size - 2) / factorial(n_players - 1)
        for kept in map(set, combinations(others, size)):
            both = value(kept | {first, second}) - value(kept | {first}) - value(kept | {second}) + value(kept)
            total = total + weight * both
    return total


def explained(function, rows, background):
    """Values of all rows: (n_rows, n_columns)."""
    found = []
    for row in rows:
        known = {}

        def value(kept, row=row, known=known):
            key = frozenset(kept)
            if key not in known:
                known[key] = mean_answer(function, row, background, kept)
            return known[key]

        found.append(shapley_values(value, len(row)))
    return np.array(found)
