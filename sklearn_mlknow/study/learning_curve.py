"""The learning curve over rows: measured on nested subsets, and drawn with its law and forecast."""

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from sklearn_mlknow.formulas.power_law import PowerLaw


def learning_curve(
    pipeline: Pipeline,
    X: Any,
    y: np.ndarray,
    train: np.ndarray,
    test: np.ndarray,
    sizes: np.ndarray,
    scorer: Any,
) -> list[list[float]]:
    """Loss on training and on test rows for growing prefixes of the shuffled training rows.

    A prefix lacking a class that the test rows have cannot be scored fairly; each class's first row is moved to the
    front, so that every prefix has all of them.

    Parameters
    ----------
    pipeline : Pipeline
        Unfitted.
    X : frame of n_rows rows
    y : ndarray of shape (n_rows,)
    train, test : ndarray of int
        Row positions.
    sizes : ndarray of int
        Growing numbers of training rows.
    scorer : callable
        ``scorer(fitted, X, y)``, minus the loss.

    Returns
    -------
    list of two lists of float
        Training and test losses, one a size.
    """
    train_losses, test_losses = [], []
    if y.dtype.kind != "f":
        _, first = np.unique(y[train], return_index=True)
        train = np.concatenate([train[first], np.delete(train, first)])
    for size in sizes:
        rows = train[:size]
        fitted = clone(pipeline).fit(X.iloc[rows], y[rows])
        train_losses.append(-scorer(fitted, X.iloc[rows], y[rows]))
        test_losses.append(-scorer(fitted, X.iloc[test], y[test]))
    return [train_losses, test_losses]


def draw(shown: Any, law: PowerLaw, ahead: dict[str, Any], ax: Any = None) -> Any:
    """Draw a curve, its law and the forecast.

    Parameters
    ----------
    shown : DataFrame
        ``n_rows, train_loss, test_loss, test_low, test_high``.
    law : PowerLaw
    ahead : dict
        ``n_rows, loss, low, high``.
    ax : matplotlib Axes, default=None
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib Axes
    """
    if ax is None:
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    unseen = {"fmt": "o", "color": "#c06a2b", "capsize": 3}
    errors = [shown["test_loss"] - shown["test_low"], shown["test_high"] - shown["test_loss"]]
    ax.errorbar(shown["n_rows"], shown["test_loss"], errors, label="unseen rows", **unseen)
    ax.plot(shown["n_rows"], shown["train_loss"], "s", color="#3b6fb6", label="training rows", markersize=5)
    rows = np.geomspace(shown["n_rows"].iloc[0], ahead["n_rows"], 100)
    ax.plot(rows, law.at(rows), color="#c06a2b", linewidth=1, alpha=0.7)
    spread = [[max(ahead["loss"] - ahead["low"], 0)], [max(ahead["high"] - ahead["loss"], 0)]]
    ax.errorbar([ahead["n_rows"]], [ahead["loss"]], spread, mfc="none", label="forecast", **unseen)
    ax.set_xscale("log")
    ticks = [*shown["n_rows"], ahead["n_rows"]]
    ax.set_xticks(ticks, [str(tick) for tick in ticks])
    ax.minorticks_off()
    ax.set_xlabel("training rows")
    ax.set_ylabel("loss")
    ax.legend(frameon=False)
    for edge in ("top", "right"):
        ax.spines[edge].set_visible(False)
    return ax
