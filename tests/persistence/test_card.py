"""Model cards: every figure was measured, every text is shown as text, what only the author knows is open."""

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.persistence import model_card
from sklearn_mlknow.persistence.card import TO_FILL_IN
from sklearn_mlknow.persistence.markdown import number, plain

RNG = np.random.default_rng(0)
X = pd.DataFrame({"a|b": RNG.normal(size=300), "weak": RNG.normal(size=300)})
Y = np.where(X["a|b"] + 0.3 * RNG.normal(size=300) > 0, "<b>yes</b>", "no")
TRAIN, TEST = slice(0, 200), slice(200, 300)


def section(card, title):
    return card.split(f"## {title}\n")[1].split("\n## ")[0]


def cells(text):
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:2] == "| "]


@pytest.fixture(scope="module")
def model():
    line = make_pipeline(DriftMonitor(), StandardScaler(), LogisticRegression()).set_output(transform="pandas")
    return line.fit(X[TRAIN], Y[TRAIN])


def test_the_card_has_every_part_in_order(model):
    card = model_card(model, X[TEST], Y[TEST], name="My *model*")
    heads = [line for line in card.splitlines() if line.startswith("#")]
    assert heads == [
        r"# Model card: My \*model\*", "## Intended use", "## Limits", "## Scores", "## Data", "## Drift",
        "## Explanation", "## Versions",
    ]  # fmt: skip
    assert card.count(TO_FILL_IN) == 2 and card.endswith("|\n")
    assert r"\<b\>yes\</b\>" in card and "<b>" not in card
    assert "| logisticregression | LogisticRegression |" in card


def test_scores_are_those_of_the_held_out_rows(model):
    found = {name: rest for name, *rest in cells(section(model_card(model, X[TEST], Y[TEST]), "Scores"))[2:]}
    accuracy = model.score(X[TEST], Y[TEST])
    assert list(found) == ["ROC AUC", "accuracy", "balanced accuracy", "log loss"]
    assert found["accuracy"][0] == number(accuracy)
    low, high = map(float, found["accuracy"][1].split(" to "))
    assert 0.5 < low < accuracy < high <= 1
    commonest = max(np.mean(Y[TEST] == one) for one in np.unique(Y))
    assert found["accuracy"][2] == number(commonest) and found["ROC AUC"][2] == "0.5"


def test_what_the_author_says_takes_the_place_of_the_field(model):
    card = model_card(model, X[TEST], Y[TEST], intended_use="Only *here*. ", limits="None known.")
    assert TO_FILL_IN not in card
    assert section(card, "Intended use").strip() == "Only *here*." and section(card, "Limits").strip() == "None known."


def test_the_explanation_names_the_column_that_decides(model):
    rows = cells(section(model_card(model, X[TEST], Y[TEST]), "Explanation"))[2:]
    assert [row[0] for row in rows] == [r"a\|b", "weak"]
    assert float(rows[0][1]) > 3 * float(rows[1][1])


def test_drift_from_the_reference_is_told(model):
    assert "No drift in 2 columns" in section(model_card(model, X[TEST], Y[TEST]), "Drift")
    moved = section(model_card(model, X[TEST] + [4.0, 0.0], Y[TEST]), "Drift")
    assert "Drift in 1 of 2 columns" in moved and "summaries of the 200 rows" in moved
    assert [row[3] for row in cells(moved)[2:]] == ["yes", ""]
    later = make_pipeline(StandardScaler(), DriftMonitor(), LogisticRegression()).fit(X[TRAIN], Y[TRAIN])
    assert "summaries of the 200 rows" in model_card(later, X[TEST], Y[TEST])
    without = make_pipeline(StandardScaler(), LogisticRegression()).fit(X[TRAIN], Y[TRAIN])
    assert "carries no drift reference. Put `DriftMonitor()`" in model_card(without, X[TEST], Y[TEST])


def test_single_rows_are_not_told():
    names = [f"person {k}" for k in range(88)] + ["everybody"] * 12
    frame = pd.DataFrame({"name": names, "few": [1.0] * 5 + [np.nan] * 95, "day": pd.date_range("2026", periods=100)})
    card = model_card(DummyClassifier().fit(frame, Y[TEST]), frame, Y[TEST])
    data = section(card, "Data")
    assert "person" not in data and "89 levels: everybody (12 %), …" in data
    assert "too few rows to show" in data and "95.0 %" in data and "| day | time | times |" in data


def test_regressors_and_arrays():
    y = 3 * X["a|b"].to_numpy()
    model = LinearRegression().fit(X[TRAIN].to_numpy(), y[TRAIN])
    card = model_card(model, X[TEST].to_numpy(), y[TEST])
    assert "A regressor." in card and "in units of the target" in card and "| model | LinearRegression |" in card
    found = {name: rest for name, *rest in cells(section(card, "Scores"))[2:]}
    assert found["R²"][0] == "1" and found["R²"][2] == "0"


def test_classifiers_without_probabilities():
    card = model_card(Perceptron().fit(X[TRAIN], Y[TRAIN]), X[TEST], Y[TEST])
    assert [row[0] for row in cells(section(card, "Scores"))[2:]] == ["accuracy", "balanced accuracy"]


def test_many_columns_and_many_classes():
    wide = pd.DataFrame(RNG.normal(size=(200, 24)))
    wide.columns = [f"c{k}" for k in range(24)]
    y = np.repeat(np.arange(14), 15)[:200]
    card = model_card(LogisticRegression(max_iter=50, tol=1.0).fit(wide, y), wide, y)
    assert "4 more columns matter less." in card and "14 classes: 0, 1, 2" in card and ", 11, …" in card


def test_polars():
    polars = pytest.importorskip("polars")
    frame = polars.from_pandas(X.rename(columns={"a|b": "a"}))
    net = NeuralClassifier(hidden_units=[4], max_epochs=3).fit(frame[:200], Y[TRAIN])
    assert "## Explanation" in model_card(net, frame[200:], Y[TEST])


def test_the_same_rows_give_the_same_card(model):
    assert model_card(model, X[TEST], Y[TEST]) == model_card(model, X[TEST], Y[TEST])
    assert model_card(model, X[TEST], Y[TEST]) != model_card(model, X[TEST], Y[TEST], random_state=1)


def test_refusals(model):
    with pytest.raises(ValueError, match="19 held-out rows say too little"):
        model_card(model, X[:19], Y[:19])
    with pytest.raises(ValueError, match="model_card: the target holds the classes 'maybe', which are none of"):
        model_card(model, X[TEST], np.where(Y[TEST] == "no", "maybe", Y[TEST]))
    with pytest.raises(TypeError, match="FunctionTransformer does not predict"):
        model_card(FunctionTransformer().fit(X), X, Y)


def test_any_text_is_shown_as_text():
    assert number(float("nan")) == "–" and number(12345.6) == "12,300"
    assert plain("a\nb\x1b[0m") == "a�b�\\[0m" and plain("`[x](y)` & <i>") == r"\`\[x\](y)\` \& \<i\>"


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.r_[np.nan, np.zeros(99)], r"model_card: Input y contains NaN \(1 of 100 rows\)"),
        (np.zeros(99), "inconsistent numbers of samples"),
        (np.zeros((100, 2)), "y should be a 1d array"),
        (np.repeat(["a"], 100), "model_card: y must hold numbers"),
    ],
)
def test_a_target_that_cannot_be_scored_is_refused(y, message):
    model = LinearRegression().fit(X[TRAIN], X[TRAIN]["weak"])
    with pytest.raises(ValueError, match=message):
        model_card(model, X[TEST], y)
