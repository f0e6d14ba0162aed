"""The test rows of a report are whole groups, and too few of them are refused."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.study.report.cleaning import clean
from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.making import split
from sklearn_mlknow.study.report.row_columns import RowColumns

N = 80


def table(groups, y=None):
    frame = pd.DataFrame({"x": np.arange(N) ** 0.5, "y": np.arange(N) / 7 if y is None else y, "g": groups})
    return clean(frame, "y", row_columns=RowColumns("g"))


@pytest.mark.parametrize("y", [None, np.resize(["p", "q", "q"], N)])
def test_no_group_is_on_both_sides(y):
    found = table([f"group {k // 4}" for k in range(N)], y)
    for_fit, for_test = split(found, 0)
    assert not set(found.groups[for_fit]) & set(found.groups[for_test])
    assert len(for_test) == 20 and sorted([*for_fit, *for_test]) == list(range(N))


def test_without_groups_rows_are_drawn_one_by_one():
    found = clean(pd.DataFrame({"x": np.arange(N) ** 0.5, "y": np.arange(N) / 7}), "y")
    for_fit, for_test = split(found, 0)
    assert (len(for_fit), len(for_test)) == (60, 20)


def test_too_few_groups_for_a_test_are_refused():
    with pytest.raises(ReportError, match="^4 folds need 4 groups, the rows have 3; ask for fewer folds"):
        split(table([f"group {k % 3}" for k in range(N)]), 0)
