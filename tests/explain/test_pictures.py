import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from sklearn_mlknow.explain import ExplanationDisplay, ShapExplainer
from sklearn_mlknow.explain.pictures.beeswarm import swarm
from sklearn_mlknow.explain.pictures.canvas import column_shades, shorten, write_value
from sklearn_mlknow.explain.pictures.heatmap import order_alike

NAMES = ["bar", "beeswarm", "waterfall", "dependence", "interactions", "heatmap"]


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("output", [None, "mid", 0])
def test_every_picture_draws_on_given_and_own_axes(explanation, name, output):
    draw = getattr(ExplanationDisplay(explanation), name)
    axes = plt.figure().add_subplot()
    assert draw(ax=axes, output=output) is axes
    other = draw(output=output)
    assert other is not axes
    other.figure.canvas.draw()


@pytest.mark.parametrize("name", NAMES)
def test_one_row_and_sixty_columns(name):
    X = np.random.default_rng(0).normal(size=(20, 60))
    explainer = ShapExplainer(lambda rows: rows.sum(axis=1) ** 2, background=5, budget=2000, random_state=0)
    found = explainer.fit(X).explain(X[:1])
    if name == "interactions":
        with pytest.raises(ValueError, match="holds no interactions"):
            ExplanationDisplay(found).interactions()
        return
    axes = getattr(ExplanationDisplay(found), name)()
    axes.figure.canvas.draw()
    assert len(axes.get_yticklabels()) <= 16


def test_bar_draws_intervals_and_ranks(explanation):
    axes = ExplanationDisplay(explanation).bar(output="mid")
    assert len(axes.lines) == 3
    assert all(text.get_text().startswith("#") for text in axes.texts)


def test_waterfall_ends_at_the_prediction(explanation):
    axes = ExplanationDisplay(explanation).waterfall(row=4, output="top")
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches]
    assert ends[0] == pytest.approx(explanation.predictions[4, 2])
    assert axes.patches[-1].get_x() == pytest.approx(explanation.base_values[4, 2])
    with pytest.raises(ValueError, match="row must be"):
        ExplanationDisplay(explanation).waterfall(row=99)


def test_swarms_stay_in_their_lane_and_spread_where_dots_crowd():
    offsets = swarm(np.zeros(50), -1.0, 1.0)
    assert np.abs(offsets).max() <= 0.4
    assert len(np.unique(offsets)) == 50
    assert (swarm(np.linspace(-1, 1, 5), -1.0, 1.0) == 0).all()


def test_shades_are_ranks_of_what_has_an_order():
    assert column_shades(np.array([10.0, 30.0, 20.0], dtype=object)).tolist() == [0.0, 1.0, 0.5]
    assert np.isnan(column_shades(np.array(["a", "b"], dtype=object))).all()
    assert np.isnan(column_shades(np.array([1.0, None, 2.0], dtype=object))).tolist() == [False, True, False]


def test_labels_are_readable():
    assert (
        shorten("a_rather_long_name_of_a_column_12", 16) == "a_rathe…lumn_12"[:16]
        or len(shorten("a_rather_long_name_of_a_column_12", 16)) == 16
    )
    assert [write_value(value) for value in (None, float("nan"), 3.0, 1234567.0, 0.12345, True, "x")] == [
        "missing", "missing", "3", "1,234,567", "0.1235", "True", "x",
    ]  # fmt: skip


def test_alike_rows_are_neighbours():
    values = np.array([[0.0, 0.0], [9.0, 9.0], [0.1, 0.0], [9.0, 9.1]])
    order = order_alike(values).tolist()
    assert abs(order.index(0) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(3)) == 1
