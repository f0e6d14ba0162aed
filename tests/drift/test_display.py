"""Pictures of a report."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from sklearn_mlknow.drift import DriftDisplay, DriftMonitor

RNG = np.random.default_rng(0)
REPORT = DriftMonitor().fit(RNG.normal(size=(300, 3))).report(RNG.normal([0, 1, 0], 1, size=(300, 3)))


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


def test_psi_bars_are_sorted_and_the_drifted_one_is_red():
    ax = DriftDisplay(REPORT).psi(max_display=2)
    assert [label.get_text() for label in ax.get_yticklabels()][-1] == "x1"
    assert len(ax.patches) == 2
    assert ax.patches[-1].get_facecolor() != ax.patches[0].get_facecolor()


def test_column_shows_both_shares():
    _, ax = plt.subplots()
    assert DriftDisplay(REPORT).column("x1", ax=ax) is ax
    heights = [patch.get_height() for patch in ax.patches]
    n_bins = len(heights) // 2
    np.testing.assert_allclose(sum(heights[:n_bins]), 1)
    np.testing.assert_allclose(sum(heights[n_bins:]), 1)
    with pytest.raises(ValueError, match="has no column 'x9'"):
        DriftDisplay(REPORT).column("x9")
