"""A trained net as plain arrays and back: what a copy, a pickle or a model file holds of it.

skorch's own state is a pickle within a pickle; a file that may be trusted holds arrays only, and the net is built again
from the settings beside them.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from skorch.history import History

from sklearn_mlknow.neural.engine import Engine
from sklearn_mlknow.neural.session import Plan, freeze_layers, make_engine, quiet_torch


def net_to_arrays(engine: Engine) -> dict[str, Any]:
    """Write a net as its arrays and the lines of its history.

    Parameters
    ----------
    engine : Engine
        Trained.

    Returns
    -------
    dict
        ``weights``: name -> array; ``rests``: features that rest, or None; ``history``: one dict of plain values an
        epoch.
    """
    weights = {name: tensor.detach().cpu().numpy().copy() for name, tensor in engine.module_.state_dict().items()}
    history = [{name: value for name, value in row.items() if name != "batches"} for row in engine.history]
    rests = getattr(engine.module_, "rests", None)
    return {"weights": weights, "rests": None if rests is None else rests.numpy(), "history": history}


def net_from_arrays(estimator: Any, plan: Plan, n_inputs: int, state: dict[str, Any]) -> Engine:
    """Build a net from its settings and give it its weights.

    Parameters
    ----------
    estimator : NeuralEstimator
        Says how its kind of net is made.
    plan : Plan
        Settings of the training.
    n_inputs : int
        Inputs of the net.
    state : dict
        As `net_to_arrays` wrote it.

    Returns
    -------
    Engine

    Raises
    ------
    RuntimeError
        Names or shapes of the weights are not those of the net.
    """
    rows = torch.zeros((plan.n_members, 1, n_inputs))
    with quiet_torch():
        start = replace(plan, weight_init="he_normal")  # whatever start needs no rows; it is overwritten
        net = estimator._make_net(start, rows, torch.Generator().manual_seed(0))
        weights = {name: torch.from_numpy(np.array(array)) for name, array in state["weights"].items()}
        net.load_state_dict(weights, strict=True)
        is_new = None
        if state["rests"] is not None:
            is_new = np.ones(net.front.shape[2], dtype=bool)
            is_new[state["rests"]] = False
        freeze_layers(net, plan.freeze, is_new)
        engine = make_engine(net, plan, [])
    engine.history_ = History()
    for row in state["history"]:
        engine.history_.append({**row, "batches": []})
    return engine
