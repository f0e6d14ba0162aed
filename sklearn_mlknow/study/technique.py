"""A technique as a study sees it: one change of one Pipeline, on the side of the model or of the data.

Every study starts from the same Pipeline of named places. A technique fills one place, empties it, or turns one
parameter of the model; everything else stays as it was, so that a paired comparison measures the technique alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sklearn.base import clone, is_classifier, is_regressor
from sklearn.pipeline import Pipeline

from sklearn_mlknow._shell.table import Table

BASE = "as it is"  # what the results call the Pipeline that every technique is compared with
SIDES = ("model", "data")
PLACES = ("build", "bin", "encode", "scale", "front", "extract", "select", "model")


@dataclass(frozen=True)
class Facts:
    """What decides whether a technique can be tried here.

    Attributes
    ----------
    task : {"binary", "multiclass", "regression"}
        The kind of target.
    n_rows : int
        Rows of the table.
    numbers, categories : tuple of str
        Names of the columns of each kind.
    random_state : int
        Seed of whatever a technique draws.
    """

    task: str
    n_rows: int
    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    random_state: int

    @property
    def is_classification(self) -> bool:
        """Whether classes are asked for."""
        return self.task != "regression"


@dataclass(frozen=True)
class Technique:
    """One change of a Pipeline.

    Attributes
    ----------
    name : str
        As shown in the results; of its own, and not "as it is".
    side : {"model", "data"}
        What it improves.
    change : callable
        ``change(pipeline, facts)`` returns the changed copy of the Pipeline, or None where it does not apply.
    trains_a_net : bool, default=False
        Whether it trains a net even where the model is none, and so takes much longer than the others.

    Raises
    ------
    ValueError
        The name is no text or is that of the base, or the side is another.

    Examples
    --------
    >>> Technique("no intercept", "model", turn(fit_intercept=False)).side
    'model'
    """

    name: str
    side: str
    change: Callable[[Pipeline, Facts], Pipeline | None]
    trains_a_net: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or self.name == BASE:
            raise ValueError(f"Technique: the name {self.name!r} is taken or no text; give another.")
        if self.side not in SIDES:
            raise ValueError(f"Technique: side must be 'model' or 'data', got {self.side!r}.")


def is_net(pipeline: Pipeline) -> bool:
    """Tell whether the model is a net of ours."""
    return "hidden_units" in pipeline.named_steps["model"].get_params(deep=False)


def wanted_target(estimator: Any) -> str:
    """Tell how to read a target from the model that is to predict it: "class", "number", or "any" without a model."""
    if estimator is None:
        return "any"
    return "class" if is_classifier(estimator) else "number" if is_regressor(estimator) else "any"


def facts_of(table: Table, n_classes: int, random_state: int) -> Facts:
    """Collect the facts of a table; ``n_classes`` is 0 for a regression."""
    task = "regression" if n_classes == 0 else "binary" if n_classes == 2 else "multiclass"
    names = [(name, kind) for name, kind in zip(table.names, table.kinds)]
    return Facts(
        task,
        table.n_rows,
        tuple(name for name, kind in names if kind == "number"),
        tuple(name for name, kind in names if kind == "category"),
        random_state,
    )


def put(place: str, step: Any) -> Callable[[Pipeline, Facts], Pipeline]:
    """Return the change that fills a place, or empties it with ``"passthrough"``."""

    def change(pipeline: Pipeline, facts: Facts) -> Pipeline:
        filled = clone(pipeline).set_params(**{place: clone(step) if hasattr(step, "get_params") else step})
        return filled.set_output(transform="pandas")  # a new step has not heard what the Pipeline was told

    return change


def turn(**parameters: Any) -> Callable[[Pipeline, Facts], Pipeline | None]:
    """Return the change that sets parameters of the model; it does not apply to a model without them.

    Those of the steps of a model that is a Pipeline are named as in ``set_params``: ``logisticregression__C``.
    """

    def change(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
        own = pipeline.named_steps["model"].get_params()
        if not set(parameters) <= set(own) or all(own[name] == value for name, value in parameters.items()):
            return None
        return clone(pipeline).set_params(**{f"model__{name}": value for name, value in parameters.items()})

    return change
