import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, FixedBinner, KMeansBinner, OptimalBinner

X = np.array([[1.0], [2.0], [11.0], [12.0], [13.0], [-9.0], [np.nan]])
Y = np.array([0, 1, 1, 1, 0, 0, 1])
BINNERS = [
    FixedBinner([10.0], special={"x0": [-9]}),
    EqualWidthBinner(width=10, origin=0, special={"x0": [-9]}),
    EqualFrequencyBinner(2, special={"x0": [-9]}),
    KMeansBinner(2, special={"x0": [-9]}),
    OptimalBinner(2, special={"x0": [-9]}),
]
every_binner = pytest.mark.parametrize("binner", BINNERS, ids=lambda one: type(one).__name__)


@every_binner
def test_every_binner_tells_counts_and_target(binner):
    table = binner.fit(X, Y).bin_table()
    assert table["count"].sum() == 7
    assert table["share"].sum() == pytest.approx(1)
    assert table["events"].sum() == 4
    assert table["interval"].tolist()[-2:] == ["missing", "-9"]


def test_by_hand():
    table = FixedBinner([10.0], special={"x0": [-9]}).fit(X, Y).bin_table()
    assert table["interval"].tolist() == ["(-inf, 10)", "[10, inf)", "missing", "-9"]
    assert table["count"].tolist() == [2, 3, 1, 1]
    assert table["event_rate"].tolist() == pytest.approx([1 / 2, 2 / 3, 1, 0])
    # one imaginary row at the overall rate of 4/7
    assert table["woe"][0] == pytest.approx(np.log((1 + 4 / 7) / (1 + 3 / 7)) - np.log(4 / 3))
    assert table["iv"][0] == pytest.approx((1 / 4 - 1 / 3) * np.log(3 / 4))
    # the missing bin is pure, so its evidence stays smoothed
    assert table["iv"][2] == pytest.approx((1 / 4) * table["woe"][2])


def test_without_target_only_rows_are_counted():
    table = EqualWidthBinner(2).fit(X).bin_table()
    assert list(table.columns) == ["column", "interval", "count", "share"]


def test_more_classes_and_numbers():
    letters = np.array(list("abcabca"))
    table = FixedBinner([10.0]).fit(X, letters).bin_table()
    assert table["share_a"][0] == pytest.approx(1 / 3)  # 1, 2 and -9 lie in the first bin
    assert table["information"].sum() > 0
    table = FixedBinner([10.0]).fit(X, Y + 0.5).bin_table()
    assert table["mean"][1] == pytest.approx(0.5 + 2 / 3)
    assert table["deviation"][1] == pytest.approx(np.std([1.5, 1.5, 0.5]))


def test_weights_count():
    table = FixedBinner([10.0]).fit(X, Y, sample_weight=np.arange(7)).bin_table()
    assert table["count"].tolist() == [0 + 1 + 5, 2 + 3 + 4, 6]
    assert table["events"].tolist() == [1, 5, 6]


def test_groups_of_categories_and_several_columns():
    frame = pd.DataFrame({"age": np.arange(40.0), "city": list("abcd") * 10})
    y = np.array([0, 1, 1, 0] * 10)
    y[::8] = 1 - y[::8]
    table = OptimalBinner(2).fit(frame, y).bin_table()
    assert table["column"].unique().tolist() == ["age", "city"]
    texts = table.loc[table["column"] == "city", "interval"].tolist()
    assert texts[-1] == "missing" and all(text.startswith("{") for text in texts[:-1])


def test_not_fitted():
    with pytest.raises(NotFittedError):
        EqualWidthBinner().bin_table()
