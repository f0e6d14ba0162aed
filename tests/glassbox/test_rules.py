import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency
from sklearn.base import BaseEstimator

from sklearn_mlknow._shell.table import read_table
from sklearn_mlknow.glassbox import RuleClassifier
from sklearn_mlknow.glassbox.conditions import conditions_of, short_number
from sklearn_mlknow.glassbox.rule_search import best_conjunction, likelihood_ratio


@pytest.fixture
def loans():
    return pd.DataFrame(
        {
            "income": [60.0, 80, 30, 55, 20, 90],
            "debts": [10.0, 50, 5, np.nan, 1, 2],
            "home town": ["a", "a", "b", "b", "a", "b"],
        }
    ), np.array(["yes", "no", "no", "yes", "no", "yes"])


RULES = {"yes": ["income > 50 and debts < 0.3 * income", "income > 85"], "no": ['`home town` == "a"']}


def test_first_rule_that_holds_decides(loans):
    X, y = loans
    model = RuleClassifier(RULES, default="yes").fit(X, y)
    assert model.apply(X).tolist() == [0, 2, 3, 3, 2, 0]
    assert model.predict(X).tolist() == ["yes", "no", "yes", "yes", "no", "yes"]
    assert model.explain(X[:1]) == ["yes, because income > 50 and debts < 0.3 * income"]
    assert model.explain(X[2:3]) == ["yes, because no rule holds"]


def test_report_by_hand(loans):
    X, y = loans
    report = RuleClassifier(RULES, default="yes").fit(X, y).report_
    assert report["class"].tolist() == ["yes", "yes", "no", "yes"]
    assert report["coverage"].tolist()[:3] == pytest.approx([2 / 6, 1 / 6, 3 / 6])  # rows 0 5; 5; 0 1 4
    assert report["precision"].tolist()[:3] == pytest.approx([1, 1, 2 / 3])
    assert report["decides"].tolist() == pytest.approx([2 / 6, 0, 2 / 6, 2 / 6])
    assert report["precision_first"].tolist()[0] == 1
    assert np.isnan(report["precision_first"][1])
    assert report["overlap"].tolist()[:3] == pytest.approx([1 / 2, 1, 0])
    assert report["conflict"].tolist()[:3] == pytest.approx([1 / 2, 0, 1 / 3])


def test_probabilities_by_hand(loans):
    """The first rule decides two rows, both yes; one imaginary row adds half of each class: 2.5 of 3."""
    X, y = loans
    model = RuleClassifier(RULES, default="yes").fit(X, y)
    assert model.predict_proba(X)[0].tolist() == pytest.approx([0.5 / 3, 2.5 / 3])


def test_finds_planted_rules():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.uniform(size=(1500, 4)), columns=list("abcd"))
    X["level"] = rng.choice(["x", "y"], 1500)
    y = np.where((X["a"] > 0.7) & (X["level"] == "x"), 2, np.where(X["b"] < 0.2, 1, 0))
    model = RuleClassifier(n_bins=20).fit(X, y)
    assert model.score(X, y) > 0.98
    assert model.rules_ == [(2, 'a >= 0.699 and level != "y"'), (1, "b < 0.2114")]


def test_found_rules_are_formulas_that_give_the_same_answers():
    rng = np.random.default_rng(1)
    X = pd.DataFrame(rng.normal(size=(400, 3)), columns=["a b", "c", "if"])
    y = (X["a b"] + X["c"] > 0).astype(int)
    found = RuleClassifier().fit(X, y)
    given: dict[int, list[str]] = {}
    for label, text in found.rules_:
        given.setdefault(label, []).append(text)
    if len({label for label, _ in found.rules_}) == 1 or list(given) == [label for label, _ in found.rules_]:
        again = RuleClassifier(given, default=found.default_).fit(X, y)
        assert (again.predict(X) == found.predict(X)).all()
    for text in (text for _, text in found.rules_):
        RuleClassifier({1: [text]}).fit(X, y)


def test_noise_gives_hardly_any_rule():
    n_rules = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(300, 5)), rng.integers(0, 2, 300)
        n_rules += len(RuleClassifier(max_conditions=1).fit(X, y).rules_)
    assert n_rules <= 2


def test_missing_values_make_conditions_of_their_own():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=300)})
    y = (rng.random(300) < 0.4).astype(int)
    X.loc[y == 1, "a"] = np.nan
    assert RuleClassifier().fit(X, y).rules_ == [(1, "missing(a)")]


def test_weights_repeat_rows():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 3)), columns=list("abc"))
    y = (X["a"] > 0).astype(int) ^ (rng.random(300) < 0.1)
    weights = rng.integers(0, 3, 300)
    weighted = RuleClassifier().fit(X, y, weights)
    repeated = RuleClassifier().fit(X.loc[np.repeat(X.index, weights)], np.repeat(y, weights))
    assert weighted.rules_ == repeated.rules_
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X))


def test_likelihood_ratio_is_the_g_test():
    covered, whole = np.array([[12.0, 3.0, 5.0]]), np.array([20.0, 30.0, 25.0])
    expected = chi2_contingency(np.stack([covered[0], whole - covered[0]]), lambda_="log-likelihood")[0]
    assert likelihood_ratio(covered, whole)[0] == pytest.approx(expected)


def test_best_conjunction_is_the_best_pair_of_a_small_table():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, (200, 3)).astype(float)
    y = ((X[:, 0] == 1) & (X[:, 1] == 1)).astype(int)

    table = read_table(BaseEstimator(), X, reset=True)
    conditions = conditions_of(table, 4, np.ones(200))
    chosen = best_conjunction(conditions, np.eye(2)[y], 3, 1.0)
    assert {conditions.texts[i] for i in chosen} == {"x0 >= 0.5", "x1 >= 0.5"}


def test_short_numbers():
    assert short_number(0.999, 1.0) == 1.0
    assert short_number(123.4, 123.9) == 123.7
    assert short_number(-0.25, -0.1) == -0.2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rules": {"maybe": ["income > 1"]}}, "rules name the class 'maybe', which y has not"),
        ({"rules": {"yes": ["income >"]}}, "rule 'income >'.*expected"),
        ({"rules": {"yes": ["salary > 1"]}}, "reads 'salary', which X has not"),
        ({"rules": {"yes": "income > 1"}}, "are a list of at least one text"),
        ({"default": "maybe"}, "default is 'maybe', which y has not"),
        ({"rules": {"yes": ["__import__('os')"]}}, "there is no function '__import__'"),
    ],
)
def test_errors_name_the_remedy(loans, arguments, message):
    with pytest.raises(ValueError, match="(?s)" + message):
        RuleClassifier(**arguments).fit(*loans)


def test_experts_may_write_signs_for_and_and_or():
    X = pd.DataFrame({"income": [60.0, 60, 40, 40], "debts": [10.0, 30, 5, 30]})
    y = ["approve", "deny", "deny", "deny"]
    model = RuleClassifier({"approve": ["income > 50 & debts < 0.3 * income"]}).fit(X, y)
    assert model.predict(X).tolist() == y
    either = RuleClassifier({"approve": ["income > 50 | debts < 10 & income > 0"]}, default="deny").fit(X, y)
    assert either.predict(X).tolist() == ["approve", "approve", "approve", "deny"]


def test_levels_that_are_numbers_or_hold_quotes_become_conditions():
    y = np.tile([0, 1], 100)
    for levels in ([3, 7], [2.5, 3.5], [False, True], ['say "a"', 'say "b"'], ["it's", "its"]):
        X = pd.DataFrame({"level": pd.Categorical([levels[label] for label in y])})
        model = RuleClassifier().fit(X, y)
        assert model.predict(X).tolist() == y.tolist(), levels
    X = pd.DataFrame({"level": pd.Categorical([["'\"a", "'\"b"][label] for label in y])})
    assert RuleClassifier().fit(X, y).rules_ == []  # formulas have no way to write such a text


def test_page_says_what_the_list_does():
    X = pd.DataFrame({"<a>": [1.0, 2, 3, 4] * 5})
    model = RuleClassifier({"<yes>": ["`<a>` > 2", "`<a>` > 9"]}, default="no").fit(
        X, ["no", "no", "<yes>", "<yes>"] * 5
    )
    page = model.to_html()
    assert "if <code>`&lt;a&gt;` &gt; 2</code>" in page and "<b>&lt;yes&gt;</b>" in page and "<yes>" not in page
    assert page.count("<tr class='first'>") == 3 and "never asked" in page and "100.0%" in page
    assert model._repr_mimebundle_()["text/html"] == page
    assert "RuleClassifier" in RuleClassifier()._repr_mimebundle_()["text/html"]


def test_errors_show_classes_as_people_write_them():
    with pytest.raises(ValueError, match="which y has not; it has 'no', 'yes'"):
        RuleClassifier({"maybe": ["x0 > 1"]}).fit([[1.0], [2.0]], ["no", "yes"])
    with pytest.raises(ValueError, match="default is 'maybe', which y has not; it has 'no', 'yes'"):
        RuleClassifier(default="maybe").fit([[1.0], [2.0]], ["no", "yes"])
