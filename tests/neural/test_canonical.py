"""Rows in canonical form, and quantiles of weighted rows."""

import numpy as np

from sklearn_mlknow.neural.canonical import canonical_rows, copies_of_rows, weighted_quantiles


def test_quantiles_of_weighted_rows_are_those_of_repeated_rows():
    rng = np.random.default_rng(0)
    column, weight = rng.integers(0, 9, 40).astype(float), rng.integers(1, 5, 40)
    shares = np.linspace(0, 1, 13)
    repeated = weighted_quantiles(np.repeat(column, weight), np.ones(weight.sum()), shares)
    assert weighted_quantiles(column, weight.astype(float), shares).tolist() == repeated.tolist()


def test_canonical_rows_do_not_depend_on_order_or_copies():
    rows = np.array([[1.0, np.nan], [0.0, 2.0], [1.0, np.nan], [-0.0, 2.0], [3.0, 1.0]])
    index, total = canonical_rows(rows, None)
    turned = rows[[4, 3, 0]]
    again, weight = canonical_rows(turned, np.array([1.0, 2.0, 2.0]))
    np.testing.assert_array_equal(rows[index] + 0.0, turned[again] + 0.0)
    assert total.tolist() == weight.tolist()


def test_heavy_rows_become_copies_of_the_same_total():
    copies, weight = copies_of_rows(np.array([0.5, 2.5, 3.0]))
    assert (copies * weight).tolist() == [0.5, 2.5, 3.0]
    assert copies.tolist() == [1, 1, 2]  # the mean weight is 2
