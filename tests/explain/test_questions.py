import numpy as np
import pytest

from sklearn_mlknow.explain import ShapExplainer, general_effect, how_each_acted, which_matter_most

X = np.array([[0.0, 0.0], [2.0, 4.0], [4.0, 2.0]])


def found():
    return ShapExplainer(lambda rows: rows[:, 0] + 10 * rows[:, 1], background=None).fit(X).explain(X)


def test_which_matter_most_by_hand():
    table = which_matter_most(found())
    assert table["player"].tolist() == ["x1", "x0"]
    assert table["importance"].tolist() == pytest.approx([40 / 3, 4 / 3])
    # |values| of x1 are 20, 20, 0: standard deviation 20 / sqrt(3), standard error 20 / 3
    assert table["standard_error"][0] == pytest.approx(20 / 3)
    assert table[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 2]]


def test_clear_ranks_are_no_ranges():
    rows = np.tile([[0.0, 0.0], [2.0, 2.0]], (20, 1))
    table = which_matter_most(ShapExplainer(lambda r: r[:, 0] + 10 * r[:, 1], background=None).fit(rows).explain(rows))
    assert table[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_how_each_acted():
    table = how_each_acted(found(), 2)
    assert table["player"].tolist() == ["x0", "x1"]
    assert table["value"].tolist() == pytest.approx([2.0, 0.0])
    assert table["direction"].tolist() == ["up", "unclear"]
    assert how_each_acted(found(), 0)["direction"].tolist() == ["down", "down"]


def test_general_effect():
    table = general_effect(found(), "x1")
    assert table["data"].tolist() == [0.0, 2.0, 4.0]
    assert table["prediction"].tolist() == pytest.approx([2.0, 22.0, 42.0])
    assert table["n_rows"].tolist() == [1, 1, 1]


def test_unknown_names_are_refused(explanation):
    with pytest.raises(ValueError, match="player must be one of"):
        general_effect(explanation, "nobody")
    with pytest.raises(ValueError, match="output must be one of"):
        how_each_acted(explanation, 0, output="never")
