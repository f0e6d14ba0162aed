"""The learning curve over rows: measured on nested subsets, and drawn with its law and forecast."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from sklearn_mlknow.formulas.power_law import PowerLaw
from sklearn_mlknow.study.folds import members_of
from sklearn_mlknow.study.rows import Rows


def learning_curve(
    pipeline: Pipeline,
    rows: Rows,
    prefixes: list[np.ndarray],
    test: np.ndarray,
    scorer: Any,
    elsewhere: Sequence[Rows] = (),
) -> tuple[list[float], list[float], list[float]]:
    """Loss on training and on test rows for growing prefixes of the training rows.

    Parameters
    ----------
    pipeline : Pipeline
        Unfitted.
    rows : Rows
    prefixes : list of ndarray of int
        Positions of the training rows, each array the beginning of the next.
    test : ndarray of int
        Positions of the test rows.
    scorer : callable
        ``scorer(fitted, X, y)``, minus the loss.
    elsewhere : sequence of Rows, default=()
        Rows of other tables, for the model of all training rows.

    Returns
    -------
    train_losses, test_losses : list of float
        One a size.
    losses_elsewhere : list of float
        One a table.
    """
    train_losses, test_losses = [], []
    outside = rows.take(test)
    for prefix in prefixes:
        inside = rows.take(prefix)
        fitted = inside.fit(pipeline)
        train_losses.append(-inside.score(scorer, fitted))
        test_losses.append(-outside.score(scorer, fitted))
    return train_losses, test_losses, [-others.score(scorer, fitted) for others in elsewhere]


def prefixes_of(train: np.ndarray, rows: Rows, sizes: np.ndarray) -> list[np.ndarray]:
    """Cut shuffled training rows to growing numbers of rows; with groups, to growing numbers of whole groups.

    A prefix lacking a class that the test rows have cannot be scored fairly; the first row or group of each class is
    moved to the front, so that prefixes have all classes.

    Examples
    --------
    >>> rows = Rows(None, np.array([0.5, 1.5, 2.5, 3.5]), np.array([1, 0, 1, 2]))
    >>> [prefix.tolist() for prefix in prefixes_of(np.array([3, 0, 2]), rows, np.array([1, 2]))]
    [[3], [3, 0, 2]]
    """
    is_class = rows.y.dtype.kind != "f"
    if rows.groups is None:
        if is_class:
            _, first = np.unique(rows.y[train], return_index=True)
            train = np.concatenate([train[first], np.delete(train, first)])
        return [train[:size] for size in sizes]
    _, first, group = np.unique(rows.groups[train], return_index=True, return_inverse=True)
    place = np.argsort(np.argsort(first))[group]  # of its group in the order of the training rows
    parts = [train[members] for members in members_of(place)]
    if is_class:
        parts = _all_classes_first(parts, rows.y)
    together, ends = np.concatenate(parts), np.cumsum([len(part) for part in parts])
    return [together[: ends[size - 1]] for size in sizes]


def _all_classes_first(parts: list[np.ndarray], y: np.ndarray) -> list[np.ndarray]:
    seen: set[Any] = set()
    first: list[np.ndarray] = []
    others: list[np.ndarray] = []
    for part in parts:
        classes = set(y[part].tolist())
        (others if classes <= seen else first).append(part)
        seen |= classes
    return first + others


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
