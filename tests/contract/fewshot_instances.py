"""How the few-shot learners are built for the common tests."""

from typing import Any

import numpy as np

NAMES = ("PrototypeClassifier", "SiameseClassifier", "MetaLearningClassifier")
ARGUMENTS: dict[str, dict[str, Any]] = {name: {"n_steps": 30} for name in NAMES}


def _module() -> Any:
    import torch

    torch_state = torch.get_rng_state()
    torch.manual_seed(0)
    module = torch.nn.Linear(5, 3)  # four columns and one indicator of missing values
    torch.set_rng_state(torch_state)
    return module


def _on_digits(**settings: Any) -> Any:
    """Check on digits, with ten classes, that one more setting changes the embedding (the last one) of small nets."""

    def check(cls: Any) -> None:
        from sklearn.datasets import load_digits

        X, y = load_digits(return_X_y=True)
        X, y = X[:200] / 16, y[:200]
        common = {"n_steps": 60, "random_state": 0, **dict(list(settings.items())[:-1])}
        usual = cls(**common).fit(X, y)
        changed = cls(**{**common, **dict(list(settings.items())[-1:])}).fit(X, y)
        assert not np.array_equal(usual.transform(X), changed.transform(X))

    check.checks_itself = True
    return check


def _answers(**settings: Any) -> Any:
    """Check that the last of the settings changes what is predicted."""

    def check(cls: Any) -> None:
        from tests.contract.data import numbers, target

        X = numbers()
        y = target(cls(), X)
        common = {"n_steps": 30, "random_state": 0, **dict(list(settings.items())[:-1])}
        usual = cls(**common).fit(X, y)
        changed = cls(**{**common, **dict(list(settings.items())[-1:])}).fit(X, y)
        assert usual.predict(X + 50).tolist() != changed.predict(X + 50).tolist()

    check.checks_itself = True
    return check


def _probabilities(**settings: Any) -> Any:
    """Check that the setting changes the probabilities."""

    def check(cls: Any) -> None:
        from tests.contract.data import numbers, target

        X = numbers()
        y = target(cls(), X)
        usual = cls(n_steps=30, random_state=0).fit(X, y)
        changed = cls(n_steps=30, random_state=0, **settings).fit(X, y)
        assert not np.array_equal(usual.predict_proba(X), changed.predict_proba(X))

    check.checks_itself = True
    return check


def _stops_early(cls: Any) -> None:
    """Check that patience ends a training that goes astray; the state that is kept may be the same."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    common = {"n_steps": 60, "validation_fraction": 0.5, "learning_rate": 0.1, "random_state": 0}
    usual = cls(**common).fit(X[:200], y[:200])
    short = cls(**common, patience=1).fit(X[:200], y[:200])
    assert len(short.history_) < len(usual.history_) == 20


_stops_early.checks_itself = True
_SHARED: dict[str, Any] = {
    "encoder": _module(),
    "image_shape": [2, 2],
    "n_components": 3,
    "metric": "cosine",
    "n_way": _on_digits(n_way=3),
    "n_steps": 10,
    "learning_rate": 0.01,
    "weight_decay": 10.0,
    "quarter_turns": _on_digits(image_shape=(8, 8), quarter_turns=True),
    "augmentation": _on_digits(image_shape=(8, 8), augmentation=1.0),
    "validation_fraction": _on_digits(validation_fraction=0.5),
    "patience": _stops_early,
    "max_time": 1e-9,
    "precision": "bfloat16",
    "reject_below": _answers(reject_below=1.0),
    "reject_label": _answers(reject_below=1.0, reject_label=7),
    "random_state": 1,
}
ALTERNATIVES: dict[str, dict[str, Any]] = {
    "PrototypeClassifier": {**_SHARED, "n_shot": 2, "n_query": 2},
    "SiameseClassifier": {**_SHARED, "margin": 3.0, "n_neighbors": _probabilities(n_neighbors=2), "n_rows": 3},
    "MetaLearningClassifier": {
        **_SHARED,
        "method": "reptile",
        "inner_steps": 2,
        "inner_rate": 0.5,
        "n_tasks": _on_digits(n_way=2, n_tasks=1),
        "n_shot": 2,
        "n_query": 2,
    },
}
