"""What the scores say, in words: is the network better than the simplest rule, and than the best baseline?"""

from dataclasses import dataclass

import numpy as np

from sklearn_mlknow.study.report.context import Context, Model
from sklearn_mlknow.study.report.words import number


@dataclass(frozen=True)
class Comparison:
    """Difference of two models on the same test rows, positive where the first is better.

    Attributes
    ----------
    difference, low, high : float
        Difference of the first metric and its 95 % interval over resampled test rows.
    """

    difference: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def compare(context: Context, first: Model, second: Model) -> Comparison:
    """Compare two models by the first metric."""
    metric = context.metrics[0]
    sign = 1.0 if metric.larger_is_better else -1.0
    low, high = np.quantile(sign * (first.resampled - second.resampled), [0.025, 0.975])
    return Comparison(sign * (first.scores[metric.name] - second.scores[metric.name]), float(low), float(high))


def best_baseline(context: Context) -> Model:
    """Return the baseline with the best first metric."""
    metric = context.metrics[0]
    sign = 1.0 if metric.larger_is_better else -1.0
    return max(context.models[1:], key=lambda model: sign * model.scores[metric.name])


def verdict(context: Context) -> tuple[str, str]:
    """Return a sentence on the network by itself and one on how it compares.

    Parameters
    ----------
    context : Context
        The finished run.

    Returns
    -------
    headline, comparison : str
        For example "The network names the right species for 98.8 % of 86 test rows." and "The linear model does as
        well: …".
    """
    return _headline(context), _comparison(context)


def _headline(context: Context) -> str:
    ours, simplest, task = context.ours, context.models[1], context.task
    n_rows = f"{len(context.y_test):,} rows it had not seen"
    if task.kind == "regression":
        rmse = [model.scores["RMSE"] for model in (ours, simplest)]
        saved = 1 - rmse[0] / rmse[1] if rmse[1] > 0 else 0.0
        how = f"{saved:.0%} less than" if saved >= 0 else f"{-saved:.0%} more than"
        return (
            f"On {n_rows}, the network misses {context.target} by {number(rmse[0])} (root mean square), "
            f"{how.replace('%', ' %')} always answering with the mean."
        )
    right, by_rule = (f"{100 * model.scores['accuracy']:.1f} %" for model in (ours, simplest))
    return (
        f"The network names the right {context.target} for {right} of {n_rows}; always the commonest class: {by_rule}."
    )


def _comparison(context: Context) -> str:
    metric, other = context.metrics[0], best_baseline(context)
    found = compare(context, context.ours, other)
    low, high = number(found.low, 2), number(found.high, 2)
    interval = f"{metric.name} differs by {number(found.difference, 2)}, 95 % interval {low} to {high}"
    name = other.name[0].lower() + other.name[1:]
    if not found.is_clear:
        return f"On so many rows it cannot be told apart from the best baseline: {name} ({interval})."
    if found.low > 0:
        return f"It does better than the best baseline: {name} ({interval})."
    return f"The best baseline does better: {name} ({interval}). Use that, or read below what the network makes of it."
