import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from sklearn_mlknow.glassbox import ScorecardClassifier
from sklearn_mlknow.glassbox.scorecard import fit_slopes


def credit(n_rows=1500, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "age": rng.integers(18, 75, n_rows).astype(float),
            "income": rng.lognormal(3, 0.6, n_rows),
            "job": rng.choice(["fixed", "free", "none"], n_rows, p=[0.6, 0.3, 0.1]),
            "noise": rng.normal(size=n_rows),
        }
    )
    log_odds = (
        0.04 * (X["age"] - 45) + np.log(X["income"] / 20) + X["job"].map({"fixed": 0.5, "free": -0.5, "none": -2})
    )
    y = np.where(rng.random(n_rows) < 1 / (1 + np.exp(-log_odds)), "paid", "default")
    X.loc[rng.random(n_rows) < 0.1, "income"] = np.nan
    return X, y


def test_points_add_up_to_the_odds():
    X, y = credit()
    card = ScorecardClassifier(points_to_double=20, base_points=600).fit(X, y)
    odds = np.divide(*card.predict_proba(X).T[::-1])
    np.testing.assert_allclose(card.points(X), 600 + 20 * np.log2(odds))
    np.testing.assert_allclose(card.explain(X).sum(axis=1), card.points(X))
    assert card.explain(X).index.equals(X.index)


def test_the_card_is_all_there_is():
    """Looking every row's bins up in the card by hand gives the model's answer."""
    X, y = credit()
    card = ScorecardClassifier(max_bins=4).fit(X, y)
    table = card.scorecard_
    total = np.full(len(X), table.loc[0, "points"])
    for _, row in table[1:].iterrows():
        column, text = X[row["column"]], row["interval"]
        if text == "missing":
            rows = column.isna()
        elif text.startswith("{"):
            rows = column.isin(text.strip("{}").split(", "))
        else:
            low, high = (float(end) for end in text.strip("([)").split(","))
            rows = (column >= low) & (column < high)
        total[rows] += row["points"]
    np.testing.assert_allclose(total, card.points(X), rtol=1e-6)


def test_order_of_points_where_asked():
    X, y = credit()
    card = ScorecardClassifier(monotonic={"age": "decreasing", "income": "increasing", "noise": None}).fit(X, y)
    for name, is_rising in (("income", True), ("age", False)):
        table = card.scorecard_
        points = table[(table["column"] == name) & (table["interval"] != "missing")]["points"].to_numpy()
        assert (np.diff(points) >= 0).all() if is_rising else (np.diff(points) <= 0).all()
    names = card.scorecard_["column"].drop_duplicates().tolist()
    assert names == ["base", *X.columns]


def test_probabilities_are_calibrated():
    X, y = credit(6000)
    card = ScorecardClassifier().fit(X[:3000], y[:3000])
    chance = card.predict_proba(X[3000:])[:, 1]
    came = y[3000:] == card.classes_[1]
    for low, high in ((0.0, 0.4), (0.4, 0.7), (0.7, 1.0)):
        rows = (chance >= low) & (chance < high)
        assert came[rows].mean() == pytest.approx(chance[rows].mean(), abs=0.05)
    assert roc_auc_score(came, chance) > 0.75


def test_slopes_are_those_of_scikit_learn_where_none_would_be_negative():
    rng = np.random.default_rng(0)
    evidence = rng.normal(size=(400, 3))
    events = (rng.random(400) < 1 / (1 + np.exp(-evidence @ [1.0, 0.5, 0.8] - 0.3))).astype(float)
    intercept, slopes = fit_slopes(evidence, events, np.ones(400), 0.5)
    theirs = LogisticRegression(C=2.0, tol=1e-10).fit(evidence, events)
    np.testing.assert_allclose(slopes, theirs.coef_[0], rtol=1e-4)
    assert intercept == pytest.approx(theirs.intercept_[0], rel=1e-4)
    assert fit_slopes(np.column_stack([-evidence[:, 0]]), events, np.ones(400), 0.5)[1][0] == 0.0


def test_weights_repeat_rows_and_polars_answers_alike():
    X, y = credit(400)
    weights = np.random.default_rng(1).integers(0, 3, 400)
    weighted = ScorecardClassifier().fit(X, y, weights)
    repeated = ScorecardClassifier().fit(X.loc[np.repeat(X.index, weights)], np.repeat(y, weights))
    np.testing.assert_allclose(weighted.points(X), repeated.points(X), rtol=1e-5)
    np.testing.assert_allclose(
        ScorecardClassifier().fit(pl.from_pandas(X), y).points(pl.from_pandas(X)),
        ScorecardClassifier().fit(X, y).points(X),
    )


def test_unseen_level_and_missing_value_count_nothing_of_their_own():
    X, y = credit()
    card = ScorecardClassifier().fit(X, y)
    strange = X[:1].assign(job="clown", age=np.nan)
    assert card.explain(strange)[["job", "age"]].to_numpy().tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("three", "Only binary classification"),
        ("one", "only one class"),
        ("times", "column 'age' holds times"),
        ("shape", "monotonic names 'weight'"),
        ("word", "monotonic asks for 'upwards'"),
    ],
)
def test_errors_name_the_remedy(change, message):
    X, y = credit(100)
    monotonic = {"shape": {"weight": "peak"}, "word": {"age": "upwards"}}.get(change, "auto")
    if change == "three":
        y = np.arange(100) % 3
    if change == "one":
        y = np.zeros(100)
    if change == "times":
        X["age"] = pd.Timestamp("2024-01-01")
    with pytest.raises(ValueError, match=message):
        ScorecardClassifier(monotonic=monotonic).fit(X, y)


def test_page_says_what_bins_are_worth():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"age": rng.normal(size=400), "<noise>": rng.permutation(400) % 2})
    y = np.where(X["age"] + 0.3 * rng.normal(size=400) > 0, "good & fine", "bad")
    card = ScorecardClassifier(max_bins=3).fit(X, y)
    page = card.to_html()
    base = card.scorecard_["points"][0]
    assert f"Everyone starts with {base:.0f} points." in page
    assert "20 points more double the odds of good &amp; fine; 600 points are even odds." in page
    best = card.scorecard_.query("column == 'age'")["points"].max()
    assert f"{best:+.0f}<" in page and "<b>&lt;noise&gt;</b>" in page and "missing" not in page
    assert card._repr_mimebundle_()["text/html"] == page


def test_categories_have_no_order():
    X = pd.DataFrame({"age": np.arange(40.0), "city": list("ab") * 20})
    with pytest.raises(ValueError, match="monotonic orders 'city', which holds categories"):
        ScorecardClassifier(monotonic={"city": "increasing"}).fit(X, np.arange(40) % 2)
    ScorecardClassifier(monotonic={"city": None, "age": "peak"}).fit(X, np.arange(40) % 2)


def test_infinite_numbers_are_refused_in_its_own_name():
    X = pd.DataFrame({"age": np.arange(40.0)})
    card = ScorecardClassifier().fit(X, np.arange(40) > 19)
    for work in (lambda table: card.fit(table, np.arange(40) > 19), card.predict, card.explain):
        with pytest.raises(ValueError, match="^ScorecardClassifier: column 'age' holds inf"):
            work(X.replace(3.0, np.inf))
