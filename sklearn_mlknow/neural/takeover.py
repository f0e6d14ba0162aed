"""From one net to another: which net to start from, what goes over, and whether it was worth it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator

from sklearn_mlknow.neural.head_start import start_head
from sklearn_mlknow.neural.inputs import Inputs
from sklearn_mlknow.neural.modules import ConvStem, PackedMLP
from sklearn_mlknow.neural.plan import Plan
from sklearn_mlknow.neural.recipe import check_goes_on
from sklearn_mlknow.neural.rows import Batch
from sklearn_mlknow.neural.transfer import TransferReport, report_columns, transfer_weights


def find_source(estimator: Any) -> Any:
    """Return the fitted net that an estimator starts from, itself where it goes on, or None."""
    if estimator.warm_start and hasattr(estimator, "net_"):
        if estimator.pretrained is None:  # else the architecture was never the estimator's own
            check_goes_on(estimator, estimator.plan_)
        return estimator
    if estimator.pretrained is None:
        return None
    pretrained = estimator.pretrained
    source = pretrained.estimator if isinstance(pretrained, FrozenEstimator) else pretrained
    if not hasattr(source, "net_"):
        raise ValueError(
            f"{type(estimator).__name__}: pretrained is not a fitted net of ours; fit it first, and wrap it in "
            "sklearn.frozen.FrozenEstimator where it will be cloned."
        )
    if not isinstance(source.net_.module_, PackedMLP):
        raise ValueError(
            f"{type(estimator).__name__}: pretrained is a fitted {type(source).__name__}, whose layers are of another "
            "kind; pass a NeuralClassifier, a NeuralRegressor or a hybrid."
        )
    return source


def take_over(
    net: PackedMLP,
    source: Any,
    inputs: Inputs,
    some: Batch,
    plan: Plan,
    rescale_head: Callable[[PackedMLP, Any], None] | None,
) -> tuple[TransferReport, np.ndarray]:
    """Copy what matches from a fitted source into a net whose weights have started.

    Parameters
    ----------
    net : PackedMLP
        Changed in place.
    source : fitted net of ours
    inputs : Inputs
        Of the new table.
    some : Batch
        Rows from which a new head starts.
    plan : Plan
    rescale_head : callable or None
        Puts a copied head into the units of the new target; None where the head answers another question.

    Returns
    -------
    report : TransferReport
    is_new : ndarray of bool, shape (n_features,)
        Which features of the first layer start anew.
    """
    keeps_head = rescale_head is not None
    layers, is_new = transfer_weights(net, source.net_.module_, inputs, source.inputs_, source.input_means_, keeps_head)
    if rescale_head is not None:
        rescale_head(net, source)
    else:
        lowest = 0 if isinstance(net.stem, ConvStem) else 1  # a table's first layer is what went over by name
        n_stayed = start_head(net, some, plan.loss, max((lowest, *plan.freeze)))
        layers = [name for name in layers if name not in [f"layer {k + 1}" for k in range(n_stayed, len(net.body))]]
    head = "copied" if keeps_head else "new"
    return replace(report_columns(source.inputs_, inputs), layers=layers, head=head), is_new
