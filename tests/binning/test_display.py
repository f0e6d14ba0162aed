import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

from sklearn_mlknow.binning import BinningDisplay, EqualWidthBinner, OptimalBinner

X = pd.DataFrame(
    {"a": [1.0, 2.0, 3.0, 4.0, np.nan], "b $x$": [1.0, 1.0, 5.0, 5.0, 5.0], "c": [0.0, 1, 2, 3, 4], "d": 1.0}
)
Y = [0, 1, 1, 1, 0]


@pytest.fixture(autouse=True)
def close_figures():
    assert matplotlib.get_backend().lower() == "agg"
    yield
    pyplot.close("all")


def bars(ax):
    return [bar.get_height() for bar in ax.patches]


def test_bars_are_the_rows_and_points_the_event_rate():
    display = BinningDisplay.from_estimator(EqualWidthBinner(2).fit(X, Y))
    assert len(display.axes_) == 4
    assert bars(display.axes_[0]) == [2, 2, 1]
    over = display.figure_.axes[4]
    assert over.lines[-1].get_ydata().tolist() == [0.5, 1.0, 0.0]
    display.figure_.canvas.draw()


def test_without_target_only_bars():
    display = BinningDisplay.from_estimator(EqualWidthBinner(2).fit(X), columns="a")
    assert len(display.figure_.axes) == 1
    assert bars(display.axes_[0]) == [2, 2, 1]


@pytest.mark.parametrize("y", [[0.5, 1.5, 2.5, 3.5, 4.5], list("abcab")])
def test_numbers_and_classes_are_drawn(y):
    display = BinningDisplay.from_estimator(EqualWidthBinner(2).fit(X, y), columns=["a", "c"])
    over = display.figure_.axes[2]
    labels = {line.get_label() for line in over.lines if not line.get_label().startswith("_")}
    assert labels == ({"mean"} if isinstance(y[0], float) else {"a", "b", "c"})
    display.figure_.canvas.draw()


def test_groups_of_categories():
    frame = pd.DataFrame({"city": list("aabbccdd") * 5})
    display = BinningDisplay.from_estimator(OptimalBinner().fit(frame, [0, 1, 1, 1, 0, 0, 0, 1] * 5))
    assert all(text.get_text().startswith("{") for text in display.axes_[0].get_xticklabels())


def test_own_axes_and_errors():
    _, axes = pyplot.subplots(1, 2)
    binner = EqualWidthBinner(2).fit(X, Y)
    display = BinningDisplay.from_estimator(binner, columns=["a", "c"], axes=axes)
    assert display.axes_.tolist() == axes.tolist()
    with pytest.raises(ValueError, match="4 columns need 4 axes, got 2"):
        BinningDisplay(binner.bin_table()).plot(axes=axes)
    with pytest.raises(ValueError, match="'nope', which is not binned"):
        BinningDisplay.from_estimator(binner, columns=["nope"])
