"""Lists of rules in a graph: the first that holds decides, what cannot be answered does not hold."""

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.glassbox import RuleClassifier
from sklearn_mlknow.persistence import export_onnx

RNG = np.random.default_rng(0)
X = pd.DataFrame({"age": RNG.integers(18, 80, 200).astype(float), "pay": RNG.lognormal(size=200)})
X["kind"] = RNG.choice(list("uvw"), 200)
X.loc[::7, "age"] = np.nan
X.loc[::9, "kind"] = None
Y = np.select([X["age"] > 60, X["kind"] == "u"], ["old", "you"], "rest")
ROWS = pd.DataFrame({"age": [60.0, np.nan, 70.0, 20.0, 20.0], "pay": [1.0, np.nan, 0.0, 9.0, np.nan]})
ROWS["kind"] = ["u", None, "never", "v", "u"]


def test_rules_that_were_found(agree):
    agree(RuleClassifier(max_rules=6).fit(X, Y), X, pd.concat([X, ROWS], ignore_index=True))
    agree(RuleClassifier().fit(X[["pay"]], RNG.integers(0, 2, 200)), X[["pay"]], ROWS[["pay"]])


def test_rules_of_experts(agree):
    rules = {
        "old": ["age >= 60 and not missing(pay)", "age / pay > 100", "pay - pay"],
        "you": ["kind in ['u', 'x'] or missing(kind)", "1 > 0 and age < 19"],
    }
    agree(RuleClassifier(rules, default="rest").fit(X, Y), X, pd.concat([X, ROWS], ignore_index=True))
    always = RuleClassifier({"old": ["1 < 2"]}).fit(X, Y)
    agree(always, X, ROWS)


def test_words_without_a_graph_are_named(tmp_path):
    model = RuleClassifier({"old": ["age // 10 == 6"]}, default="rest").fit(X, Y)
    with pytest.raises(TypeError, match=r"RuleClassifier: rule 'age // 10 == 6' uses //, which has no graph"):
        export_onnx(model, X, tmp_path / "a")
