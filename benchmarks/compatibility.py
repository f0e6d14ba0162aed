"""How scikit-learn's own checks, and a few plain questions, go for our estimators and for those of other packages.

    python benchmarks/compatibility.py

Every estimator is built with its defaults, or the least it asks for, and no failure is forgiven, not even the three
that cross-fitted encoders show on purpose (two checks, one of them twice: ``fit_transform`` differs from
``transform``). No number of checks means that scikit-learn's checks find no estimator that they know how to ask.
Packages that are not installed are left out.

Missing: a frame with missing values is taken. Polars: a polars frame is taken, and one comes back where there is a
``transform``.
"""

import importlib
import inspect
import warnings

import numpy as np
import pandas as pd
import polars as pl
from sklearn.utils.estimator_checks import check_estimator
from timing import versions, write


class EveryColumn:
    """Select all columns of a frame, or of an array."""

    def __call__(self, X: object) -> list[object]:
        """Return their names, or their positions."""
        return list(getattr(X, "columns", range(np.shape(X)[1])))

    def __repr__(self) -> str:
        """Look alike in every process."""
        return "EveryColumn()"


WORKS = {
    "bins": [
        "sklearn_mlknow.binning.EqualFrequencyBinner",
        "sklearn.preprocessing.KBinsDiscretizer",
        "feature_engine.discretisation.EqualFrequencyDiscretiser",
        "optbinning.OptimalBinning",
    ],
    "target means": [
        "sklearn_mlknow.features.TargetMeanEncoder",
        "sklearn.preprocessing.TargetEncoder",
        "feature_engine.encoding.MeanEncoder",
        "category_encoders.TargetEncoder",
    ],
    "scaling": [
        "sklearn_mlknow.features.SmoothClipScaler",
        "skrub.SquashingScaler",
        "feature_engine.transformation.YeoJohnsonTransformer",
    ],
    "selection": [
        "sklearn_mlknow.selection.MRMRSelector",
        "feature_engine.selection.MRMR",
        "sklearn_mlknow.selection.ShadowSelector",
        "boruta.BorutaPy",
    ],
    "nets": ["sklearn_mlknow.neural.NeuralClassifier", "skorch.NeuralNetClassifier"],
    "comparing": ["sklearn_mlknow.fewshot.PrototypeClassifier", "metric_learn.NCA"],
}
SETTINGS = {
    "sklearn_mlknow.neural.NeuralClassifier": {"max_epochs": 3, "n_members": 1},
    "sklearn_mlknow.fewshot.PrototypeClassifier": {"n_steps": 5},
    # the checks give numbers, which encoders of categories take only when told
    "sklearn_mlknow.features.TargetMeanEncoder": {"columns": EveryColumn()},
    "feature_engine.encoding.MeanEncoder": {"ignore_format": True},
}


def build(path: str) -> object:
    """Build an estimator with the least it asks for."""
    module, _, name = path.rpartition(".")
    cls = getattr(importlib.import_module(module), name)
    if name == "BorutaPy":
        from sklearn.ensemble import RandomForestClassifier

        return cls(RandomForestClassifier(20, random_state=0), max_iter=5)
    if path.startswith("skorch"):
        import torch

        return cls(torch.nn.LazyLinear, module__out_features=2, verbose=0, max_epochs=3)
    return cls(**SETTINGS.get(path, {}))


def answers(estimator: object) -> dict[str, object]:
    """Run the checks and ask the plain questions."""
    try:
        outcomes = [each["status"] for each in check_estimator(estimator, on_skip=None, on_fail=None)]
    except Exception:  # the checks themselves find no estimator that they know how to ask
        outcomes = []
    return {
        "checks": len(outcomes) or None,
        "failed": outcomes.count("failed") if outcomes else None,
        "sample_weight": "sample_weight" in inspect.signature(type(estimator).fit).parameters,
        "missing": _works(estimator, pd.DataFrame, missing=True),
        "polars": _works(estimator, pl.DataFrame, missing=False),
        "partial_fit": hasattr(estimator, "partial_fit"),
    }


def _works(estimator: object, frame: type, missing: bool) -> bool:
    """Whether it fits a frame and answers; a transformer told to give polars back must do so."""
    from sklearn.base import clone

    rng = np.random.default_rng(0)
    columns = {"a": rng.normal(size=60), "b": rng.normal(size=60)}
    categories = [str(level) for level in rng.integers(0, 4, 60)]
    if missing:
        columns["a"][::9] = np.nan
        categories[::9] = [None] * len(categories[::9])
    is_encoder = any(word in type(estimator).__name__ for word in ("Target", "MeanEncoder"))
    X = frame({"a": categories, "b": categories[::-1]} if is_encoder else columns)
    if type(estimator).__module__.startswith("optbinning"):  # one column at a time
        X = X["a"].to_numpy()
    try:
        model = clone(estimator)
        if frame is pl.DataFrame and hasattr(model, "set_output") and hasattr(model, "transform"):
            model.set_output(transform="polars")
        model.fit(X, np.arange(60) % 2)
        answer = model.transform(X) if hasattr(model, "transform") else model.predict(X)
        return not hasattr(model, "transform") or missing or isinstance(answer, pl.DataFrame)
    except Exception:  # whatever it raises, a frame is not what it takes
        return False


def main() -> None:
    """Ask everything of everyone."""
    warnings.simplefilter("ignore")
    lines = []
    for work, paths in WORKS.items():
        for path in paths:
            try:
                estimator = build(path)
            except ImportError:
                continue
            line = {"work": work, "estimator": path, **answers(estimator)}
            lines.append(line)
            print(line, flush=True)
    packages = [
        "scikit-learn",
        "feature-engine",
        "category_encoders",
        "optbinning",
        "skrub",
        "boruta",
        "skorch",
        "metric-learn",
    ]
    write("compatibility", {"settings": versions(*packages), "lines": lines})


if __name__ == "__main__":
    main()
