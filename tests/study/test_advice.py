"""One scale for all gains, and a sentence that says no more than they do."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from sklearn_mlknow.study import DataSizeStudy, TechniqueStudy
from sklearn_mlknow.study.advice import advice, best_of
from sklearn_mlknow.study.gain import Gain, of_family, of_rows, of_techniques, share_of_loss
from sklearn_mlknow.study.model_family_study import ModelFamilyStudy

ROWS = Gain("twice the rows", "data", 0.10, 0.06, 0.14)
NORM = Gain("batch norm", "model", 0.03, -0.01, 0.07)


def test_shares_by_hand():
    assert share_of_loss(0.1, -0.5, True) == pytest.approx(0.2)
    assert share_of_loss(0.75, 0.0, False) == pytest.approx(0.5)  # a quarter of the squared error is half of its root
    assert share_of_loss(-3.0, 0.0, False) == pytest.approx(-1.0)
    assert share_of_loss(1e-15, -0.5, True) == share_of_loss(-1e-15, 0.5, False) == 0  # rounding is no gain
    assert np.isnan(share_of_loss(0.1, 0.0, True)) and np.isnan(share_of_loss(0.1, 1.0, False))


@pytest.mark.parametrize(
    ("gains", "begins"),
    [
        ([ROWS, NORM], "Improve the data: twice the rows would lower the loss by 10 % (6 to 14 %). Of 1 change on"),
        (
            [ROWS],
            "Improve the data: twice the rows would lower the loss by 10 % (6 to 14 %). On the side of the model not",
        ),
        ([NORM, NORM], "Not known yet: of the changes tried, 2 on the side of the model, none"),
        (
            [ROWS._replace(low=-0.01, high=0.08), NORM],
            "Neither clearly pays: of the changes tried, 1 on the side of the model and 1 on the side of the data, "
            "none clearly lowers the loss. What they could still hide is at most 8 % of it.",
        ),
        ([ROWS, NORM._replace(low=0.02)], "Improve both, the data first: twice"),
        (
            [ROWS, NORM._replace(share=0.3, low=0.2, high=0.4)],
            "Improve the model: batch norm would lower the loss by 30",
        ),
        ([NORM._replace(share=float("nan"), high=float("nan"))], "Not known yet"),
        ([], "Nothing was tried"),
    ],
)
def test_the_sentence(gains, begins):
    assert advice(gains).startswith(begins)


def test_wide_intervals_are_no_answer():
    """Where little is known, nothing is denied: the largest ends are told, not dropped."""
    wide = ROWS._replace(low=-0.4, high=0.9), NORM._replace(low=-2.0, high=1.5)
    assert advice(wide).startswith("Cannot tell: of the changes tried")
    assert "hide as much as 100 % of it" in advice(wide)
    told = advice([ROWS, NORM._replace(high=0.4)])
    assert told.startswith("Improve the data") and told.endswith("one of them could bring as much as 40 %.")


def test_both_sides_are_measured_by_one_threshold():
    rows, trees = Gain("twice the rows", "data", 0.17, 0.02, 0.33), Gain("trees", "model", 0.18, 0.02, 0.33)
    assert advice([rows, trees]).startswith("Improve both, the model first: trees")
    swapped = rows._replace(side="model"), trees._replace(side="data")
    assert advice(swapped) == advice([rows, trees]).replace("the model first", "the data first")
    little = [rows._replace(share=0.017, low=0.002, high=0.033), trees._replace(share=0.018, low=0.002, high=0.033)]
    assert advice(little) == (
        "Little is to be won by what was tried: trees would lower the loss by 2 % (<1 to 3 %), twice the rows would "
        "lower the loss by 2 % (<1 to 3 %)."
    )


@pytest.mark.parametrize("side", ["model", "data"])
def test_no_gain_is_denied_whose_interval_leaves_out_nought(side):
    rng = np.random.default_rng(0)
    for _ in range(200):
        share, half = rng.uniform(0, 0.3), rng.uniform(0, 0.3)
        gain = Gain("this", side, share, share - half, share + half)
        other = NORM._replace(what="that", side="data" if side == "model" else "model")
        assert ("this would lower the loss" in advice([gain, other])) == (gain.low > 0)


def test_what_comes_before_any_gain():
    assert "'refund' and 'date'" not in advice([ROWS], leaks=["refund"])
    assert advice([ROWS], leaks=["refund", "date"]).startswith("Look at the data first: 'refund', 'date' all but give")
    assert advice([ROWS], has_signal=False).startswith("Improve the data: no model does clearly better")


def test_a_clear_gain_goes_before_a_larger_unclear_one():
    unsure = Gain("clusters", "data", 0.5, -0.1, 1.0)
    assert best_of([unsure, ROWS], "data") is ROWS
    assert best_of([unsure], "data") is unsure and best_of([unsure], "model") is None


def test_gains_of_studies_are_theirs():
    rng = np.random.default_rng(0)
    X = rng.uniform(0, 10, (200, 2))
    y = np.floor(X[:, 0]) % 2
    study = TechniqueStudy(LinearRegression(), techniques=["bins of equal width"], stack=False, random_state=0).fit(
        X, y
    )
    (found,) = of_techniques(study)
    before = 1 - study.base_scores_.mean()
    after = before - study.results_["gain"][0]
    assert found.share == pytest.approx(1 - np.sqrt(after / before)) and found.is_clear and found.side == "data"
    assert of_techniques(study.set_params(scoring="neg_mean_absolute_error")) == []
    size = DataSizeStudy(LinearRegression(), n_sizes=3, repeats=2, random_state=0).fit(X, y)
    assert of_rows(size).share == size.forecast_["gain"]
    models = {"line": LinearRegression(), "none": LinearRegression(fit_intercept=False)}
    families = ModelFamilyStudy(models, random_state=0).fit(X, X[:, 0] + 100)
    (other,) = of_family(families, "none")
    assert other.what == "a line model" and other.share == pytest.approx(1.0) and of_family(families, "line") == []
