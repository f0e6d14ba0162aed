import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklearn_mlknow.explain import ShapExplainer


@pytest.fixture(scope="session")
def people():
    """A table with a text, a missing value and a name that must be escaped, and three classes."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age <b>": rng.integers(20, 60, 60).astype(float),
            "size": rng.normal(size=60),
            "city": rng.choice(["Rome", "Oslo", "Bonn"], 60),
        }
    )
    y = np.where(frame["city"] == "Rome", "low", np.where(frame["size"] > 0, "mid", "top"))
    return frame, y


@pytest.fixture(scope="session")
def explanation(people):
    """Three classes, sampled, with the truth."""
    frame, y = people
    prepare = make_column_transformer((StandardScaler(), ["age <b>", "size"]), (OneHotEncoder(), ["city"]))
    model = make_pipeline(prepare, LogisticRegression()).fit(frame, y)
    explainer = ShapExplainer(model, background=20, random_state=0, method="paired", budget=100)
    return explainer.fit(frame).explain(frame.iloc[:25], y[:25])
