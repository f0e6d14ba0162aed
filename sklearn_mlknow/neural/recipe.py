"""What "auto" means: the defaults, by the size of the training data.

The recipe and the measurements behind each number are in docs/decisions/neural-recipe.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from typing import Any

from sklearn_mlknow.neural.building import is_there
from sklearn_mlknow.neural.plan import Plan

SMALL = 300  # rows
MAX_BINS = 48
TOTAL_BINS = 1024
AUTO_RATES = {"adamw": 0.04, "adam": 0.04, "sgd": 0.03}
ARCHITECTURE = ("n_members", "activation", "numeric_embedding", "batch_norm")
STEPS = (
    "hidden_units", "image_shape", "dropout", "optimizer", "learning_rate", "weight_decay", "batch_size", "freeze",
    "layer_decay", "callbacks",
)  # fmt: skip
MIN_HELD_OUT_ROWS = 20  # fewer rows say nothing about when to stop


def choose_plan(estimator: Any, rows: Sized, loss: str, n_outputs: int, source: Plan | None) -> Plan:
    """Decide everything that is "auto".

    Parameters
    ----------
    estimator : NeuralClassifier or NeuralRegressor
    rows : Sized
        Distinct training rows.
    loss : {"softmax", "sigmoid", "squared"}
    n_outputs : int
    source : Plan or None
        The plan of the net that weights are taken over from: its architecture stays.

    Returns
    -------
    Plan
    """
    n_rows = len(rows)
    _check_means(estimator)
    image_shape = complete_shape(estimator.image_shape)
    hidden = estimator.hidden_units
    auto_hidden = (128,) if image_shape is not None else (64, 64) if n_rows < SMALL else (128, 128)
    hidden_units = auto_hidden if isinstance(hidden, str) else tuple(int(width) for width in hidden)
    embedding, activation = estimator.numeric_embedding, estimator.activation
    n_members = (
        (estimator._auto_members or auto_members(image_shape))
        if estimator.n_members == "auto"
        else int(estimator.n_members)
    )
    batch_norm = bool(estimator.batch_norm)
    if source is not None:
        if not isinstance(hidden, str) and hidden_units != source.hidden_units:
            raise ValueError(
                f"{type(estimator).__name__}: hidden_units is {hidden_units} and the net to start from has "
                f"{source.hidden_units}; leave hidden_units at 'auto'."
            )
        if image_shape != source.image_shape:
            raise ValueError(
                f"{type(estimator).__name__}: image_shape is {image_shape} and the net to start from has "
                f"{source.image_shape}; pass the same."
            )
        hidden_units, embedding, activation = source.hidden_units, source.numeric_embedding, source.activation
        n_members, batch_norm = source.n_members, source.batch_norm
    layers = frozen_layers(estimator.freeze, len(hidden_units))
    if layers and max(layers) > len(hidden_units):
        raise ValueError(
            f"{type(estimator).__name__}: freeze names layer {max(layers)}, but the net has {len(hidden_units)}; "
            "1 is the first."
        )
    rate, batch_size, epochs = estimator.learning_rate, estimator.batch_size, estimator.max_epochs
    return Plan(
        name=type(estimator).__name__,
        hidden_units=hidden_units,
        activation=activation,
        weight_init=estimator.weight_init,
        dropout=float(estimator.dropout),
        batch_norm=batch_norm,
        numeric_embedding=embedding,
        image_shape=image_shape,
        n_members=n_members,
        optimizer=estimator.optimizer,
        learning_rate=estimator._auto_rates[estimator.optimizer] if isinstance(rate, str) else float(rate),
        weight_decay=float(estimator.weight_decay),
        batch_size=auto_batch_size(n_rows) if isinstance(batch_size, str) else int(batch_size),
        max_epochs=auto_epochs(n_rows, image_shape) if isinstance(epochs, str) else int(epochs),
        max_time=estimator.max_time,
        patience=estimator.patience if estimator.early_stopping else None,
        restore_best=bool(estimator.restore_best and estimator.early_stopping),
        cools=True,
        freeze=layers,
        layer_decay=float(estimator.layer_decay),
        loss=loss,
        n_outputs=n_outputs,
        device=estimator.device,
        verbose=int(estimator.verbose),
        callbacks=list(estimator.callbacks or []),
    )


def complete_shape(shape: Sequence[int] | None) -> tuple[int, int, int] | None:
    """Return (height, width, channels); one channel where none are named."""
    return None if shape is None else (int(shape[0]), int(shape[1]), int(shape[2]) if len(shape) > 2 else 1)


def frozen_layers(freeze: str | Sequence[int] | None, n_layers: int) -> tuple[int, ...]:
    """Return the numbers of the layers that do not learn; 1 is the first."""
    return tuple(range(1, n_layers + 1)) if freeze == "body" else tuple(int(layer) for layer in freeze or ())


# how a parameter stands in a plan, where otherwise than it was given
SETTLED: dict[str, Callable[[Any, Plan], Any]] = {
    "hidden_units": lambda value, plan: tuple(value),
    "image_shape": lambda value, plan: complete_shape(value),
    "freeze": lambda value, plan: frozen_layers(value, len(plan.hidden_units)),
    "callbacks": lambda value, plan: list(value or []),
}


def _check_means(estimator: Any) -> None:
    """Refuse a device that is not there, and callbacks that are none."""
    if not is_there(estimator.device):
        raise ValueError(
            f"{type(estimator).__name__}: device is {estimator.device!r}, which torch does not find here; use 'cpu'."
        )
    for one in estimator.callbacks or []:
        callback = one[1] if isinstance(one, tuple) and len(one) == 2 else one
        if not hasattr(callback, "on_epoch_end"):
            raise ValueError(
                f"{type(estimator).__name__}: callbacks holds {one!r}, which is no callback; give skorch callbacks, "
                "alone or as (name, callback)."
            )


def check_goes_on(estimator: Any, source: Plan) -> None:
    """Refuse a warm start with another net than the one that was trained.

    Raises
    ------
    ValueError
        A parameter that shapes the net was changed.
    """
    _check_unchanged(estimator, source, ARCHITECTURE, "the net that warm_start goes on with", "warm_start=False")


def check_parts_go_on(estimator: Any, plan: Plan) -> None:
    """Refuse a further part of a training under other parameters than the first.

    Raises
    ------
    ValueError
        A parameter that shapes the net or its steps was changed.
    """
    architecture = ARCHITECTURE if estimator.pretrained is None else ()  # else it was never the estimator's own
    _check_unchanged(estimator, plan, (*architecture, *STEPS), "the net that partial_fit goes on with", "call fit")


def _check_unchanged(estimator: Any, plan: Plan, names: Sequence[str], who: str, way_out: str) -> None:
    for name in names:
        asked, has = getattr(estimator, name), getattr(plan, name)
        if isinstance(asked, str) and asked == "auto":  # whatever was chosen
            continue
        if SETTLED.get(name, lambda value, plan: value)(asked, plan) != has:
            raise ValueError(
                f"{type(estimator).__name__}: {name} is {asked!r}, but {who} has {has!r}; set {name} back, or "
                f"{way_out}."
            )


def auto_batch_size(n_rows: int) -> int:
    """Return the batch size for a number of rows: small data in small batches, since steps are what they lack."""
    for limit, size in ((1024, 64), (3000, 128), (20_000, 256), (100_000, 512)):
        if n_rows <= limit:
            return size
    return 1024


def auto_members(image_shape: tuple[int, int, int] | None) -> int:
    """Return the number of members: an image net is too dear for eight."""
    return 8 if image_shape is None else 2


def auto_epochs(n_rows: int, image_shape: tuple[int, int, int] | None) -> int:
    """Return the most passes over the rows: the more rows, the fewer."""
    if image_shape is not None:
        return max(12, min(60, 36_000 // n_rows))
    return 60 if n_rows < SMALL else max(10, min(120, round(120 * (5000 / n_rows) ** 0.5)))


def bins_per_number(n_rows: int, n_columns: int) -> int:
    """Return the most bins of a number: ten rows a bin, and not so many that wide tables drown in them."""
    return max(8, min(MAX_BINS, TOTAL_BINS // n_columns, n_rows // 10))
