"""How the nets are built for the common tests."""

from typing import Any

import numpy as np

ARGUMENTS: dict[str, dict[str, Any]] = {
    "AttentionClassifier": {"max_epochs": 15},
    "AttentionRegressor": {"max_epochs": 15},
    "HybridClassifier": {"max_epochs": 10},
    "HybridRegressor": {"max_epochs": 10},
}

_SHORT = {"max_epochs": 4}
_LONG = {"max_epochs": 40}


def _pretrained(cls: Any) -> None:
    """Start from a net fitted elsewhere: the answers differ from a fresh start."""
    from sklearn.frozen import FrozenEstimator

    from tests.contract.data import answer, as_pandas, numbers, same, target

    X = as_pandas(numbers())
    y = target(cls(), X.to_numpy())
    source = cls(**_SHORT, random_state=0).fit(X, y)
    fresh = cls(**_SHORT, random_state=0).fit(X, y)
    started = cls(**_SHORT, pretrained=FrozenEstimator(source), random_state=0).fit(X, y)
    assert not same(answer(fresh, X), answer(started, X))


def _warm_start(cls: Any) -> None:
    """Fit twice: the second fit goes on where the first stopped."""
    from tests.contract.data import answer, as_pandas, numbers, same, target

    X = as_pandas(numbers())
    y = target(cls(), X.to_numpy())
    cold = cls(**_SHORT, random_state=0).fit(X, y).fit(X, y)
    warm = cls(**_SHORT, warm_start=True, random_state=0).fit(X, y).fit(X, y)
    assert not same(answer(cold, X), answer(warm, X))


def _callbacks(cls: Any) -> None:
    """A callback is told of every epoch, and may end the training."""
    from skorch.callbacks import Callback

    from tests.contract.data import answer, as_pandas, numbers, same, target

    class Stop(Callback):
        def on_epoch_end(self, net: Any, **kwargs: Any) -> None:
            raise KeyboardInterrupt

    X = as_pandas(numbers())
    y = target(cls(), X.to_numpy())
    usual = cls(**_SHORT, random_state=0).fit(X, y)
    stopped = cls(**_SHORT, callbacks=[("stop", Stop())], random_state=0).fit(X, y)
    assert stopped.n_iter_ == 1
    assert not same(answer(usual, X), answer(stopped, X))


def _max_time(cls: Any) -> None:
    """A budget ends the training early, at its own last step."""
    from tests.contract.data import numbers, target

    X = np.tile(numbers(), (5, 1)) + np.random.default_rng(0).normal(0, 0.01, (300, 4))
    y = target(cls(), X)
    budget = cls(max_epochs=2000, patience=None, max_time=0.2, random_state=0).fit(X, y)
    assert budget.n_iter_ < 2000


for _check in (_pretrained, _warm_start, _callbacks, _max_time):
    _check.checks_itself = True  # type: ignore[attr-defined]

_BOTH: dict[str, Any] = {
    "hidden_units": ((8,), _SHORT),
    "activation": ("relu", _SHORT),
    "weight_init": ("orthogonal", _SHORT),
    "dropout": (0.5, _SHORT),
    "batch_norm": (True, _SHORT),
    "numeric_embedding": (None, _SHORT),
    "n_members": (2, _SHORT),
    "optimizer": ("sgd", _SHORT),
    "learning_rate": (0.001, _SHORT),
    "weight_decay": (5.0, _SHORT),
    "batch_size": (10, _SHORT),
    "max_epochs": 3,
    "max_time": _max_time,
    "early_stopping": (False, _LONG),
    "patience": (1, {**_LONG, "learning_rate": 0.2}),
    "validation_fraction": (0.4, _LONG),
    "restore_best": (False, {**_LONG, "learning_rate": 0.2, "patience": 1}),
    "image_shape": ((2, 2), _SHORT),
    "pretrained": _pretrained,
    "freeze": ("body", _SHORT),
    "layer_decay": (0.1, _SHORT),
    "warm_start": _warm_start,
    "callbacks": _callbacks,
    "device": "cpu",
    "verbose": 1,
    "random_state": (1, _SHORT),
}
SPEED_ONLY = {"device"}  # the tests have one kind of device
_CLASS: dict[str, Any] = {"class_weight": ({0: 5.0}, _SHORT), "calibrate": (False, _SHORT)}
_ATTENTION: dict[str, Any] = {
    "n_token_features": (16, _SHORT),
    "n_heads": (2, _SHORT),
    "n_layers": (1, _SHORT),
    "n_members": (1, _SHORT),
    **{
        name: _BOTH[name]
        for name in (
            "dropout", "learning_rate", "weight_decay", "batch_size", "max_epochs", "max_time", "early_stopping",
            "patience", "validation_fraction", "restore_best", "callbacks", "device", "verbose", "random_state",
        )
    },
}  # fmt: skip
_HYBRID: dict[str, Any] = {
    "n_folds": (2, _SHORT),
    **{
        name: _BOTH[name]
        for name in (
            "hidden_units", "activation", "dropout", "numeric_embedding", "n_members", "learning_rate", "weight_decay",
            "batch_size", "max_epochs", "max_time", "patience", "device", "verbose", "random_state",
        )
    },
}  # fmt: skip
ALTERNATIVES: dict[str, dict[str, Any]] = {
    "NeuralClassifier": {**_BOTH, **_CLASS},
    "NeuralRegressor": _BOTH,
    "AttentionClassifier": {**_ATTENTION, **_CLASS},
    "AttentionRegressor": _ATTENTION,
    "HybridClassifier": {**_HYBRID, **_CLASS},
    "HybridRegressor": _HYBRID,
}
