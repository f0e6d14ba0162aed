import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sklearn_mlknow.selection import MutualInformationSelector, RedundancySelector, SelectionDisplay
from sklearn_mlknow.selection.display import GONE, KEPT


def fitted(n_columns=5):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(100, n_columns)), columns=[f"column{i}" for i in range(n_columns)])
    return MutualInformationSelector(2).fit(X, (X["column1"] > 0).astype(int))


def test_bars_are_the_report():
    selector = fitted()
    ax = SelectionDisplay.from_estimator(selector).ax_
    assert [text.get_text() for text in ax.get_yticklabels()] == selector.report_["column"].tolist()
    assert [bar.get_width() for bar in ax.patches] == selector.report_["score"].tolist()
    from matplotlib.colors import to_hex

    assert [to_hex(bar.get_facecolor()) for bar in ax.patches] == [KEPT] * 2 + [GONE] * 3
    assert ax.texts[0].get_text() == selector.report_["reason"][0]


def test_many_columns_are_cut_and_said_so():
    display = SelectionDisplay.from_estimator(fitted(60), max_columns=10)
    assert len(display.ax_.patches) == 10
    assert display.ax_.get_title(loc="left") == "2 of 60 columns stay, 50 more not drawn"


def test_draws_into_given_axes_and_negative_scores():
    rng = np.random.default_rng(0)
    selector = RedundancySelector().fit(np.repeat(rng.normal(size=(50, 2)), 2, axis=1))
    ax = Figure().subplots()
    assert SelectionDisplay.from_estimator(selector, ax=ax).ax_ is ax
    assert min(bar.get_width() for bar in ax.patches) < -0.9


def test_a_figure_of_its_own_is_one_that_notebooks_show():
    display = SelectionDisplay.from_estimator(fitted())
    assert display.figure_.number in plt.get_fignums()
    plt.close(display.figure_)
