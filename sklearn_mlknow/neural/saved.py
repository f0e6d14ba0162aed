"""A trained net as plain arrays and back: what a copy, a pickle or a model file holds of it.

skorch's own state is a pickle within a pickle; a file that may be trusted holds arrays only, and the net is built again
from the settings beside them.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from skorch.history import History

from sklearn_mlknow.neural.building import freeze_layers, is_there, make_engine
from sklearn_mlknow.neural.engine import Engine, set_rates
from sklearn_mlknow.neural.plan import Plan
from sklearn_mlknow.neural.quiet import quiet_torch
from sklearn_mlknow.neural.session import make_callbacks

MOMENTS = {
    torch.optim.AdamW: ("step", "exp_avg", "exp_avg_sq"),
    torch.optim.Adam: ("step", "exp_avg", "exp_avg_sq"),
    torch.optim.SGD: ("momentum_buffer",),
}


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
        epoch; ``moments``: name -> what the optimiser knows of a weight, by its own words, empty after ``fit``;
        ``learning_rates``: of each group of weights, in the next part.
    """
    parameters = dict(engine.module_.named_parameters())
    weights = {name: tensor.detach().cpu().numpy().copy() for name, tensor in engine.module_.state_dict().items()}
    history = [{name: value for name, value in row.items() if name != "batches"} for row in engine.history]
    rests = getattr(engine.module_, "rests", None)
    moments = {
        name: {key: tensor.detach().cpu().numpy().copy() for key, tensor in engine.optimizer_.state[parameter].items()}
        for name, parameter in parameters.items()
        if parameter in engine.optimizer_.state
    }
    rests = None if rests is None else rests.numpy()
    rates = [float(group["lr"]) for group in engine.optimizer_.param_groups]
    return {"weights": weights, "rests": rests, "history": history, "moments": moments, "learning_rates": rates}


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
        Names or shapes of the weights, or of what the optimiser knows of them, are not those of the net.
    """
    device = plan.device if is_there(plan.device) else "cpu"  # trained elsewhere
    with quiet_torch():
        net = _bare_net(estimator, plan, n_inputs, len(state["weights"]))
        kinds = {name: tensor.dtype for name, tensor in net.state_dict().items()}
        weights = {
            name: torch.from_numpy(np.array(array)).to(kinds.get(name)) for name, array in state["weights"].items()
        }
        net.load_state_dict(weights, strict=True, assign=True)
        is_new = None
        if state["rests"] is not None:
            is_new = np.ones(net.front.shape[2], dtype=bool)
            is_new[state["rests"]] = False
        freeze_layers(net, plan.freeze, is_new)
        engine = make_engine(net, replace(plan, device=device), make_callbacks(None, plan)[0])
        _give_moments(engine, state["moments"])
        rates = state.get("learning_rates")  # files of version 0.1 have none: theirs were those of the first step
        if rates is not None:
            if len(rates) != len(engine.optimizer_.param_groups):
                raise RuntimeError("size mismatch: learning rates are not those of the groups of weights")
            set_rates(engine.optimizer_, rates)
    engine.history_ = History()
    for row in state["history"]:
        engine.history_.append({**row, "batches": []})
    return engine


def _bare_net(estimator: Any, plan: Plan, n_inputs: int, n_weights: int) -> torch.nn.Module:
    """Make a net that has shapes and no memory: settings that claim more than the weights beside them cost nothing."""
    if max(len(plan.hidden_units), getattr(estimator, "n_layers", 0)) > n_weights:
        raise RuntimeError(f"a net of more layers than its {n_weights} weights")
    start = replace(plan, weight_init="he_normal")  # whatever start needs no rows; it is never drawn
    with torch.device("meta"):
        rows = torch.zeros((plan.n_members, 1, n_inputs), dtype=torch.float32)
        return estimator._make_net(start, rows, torch.Generator().manual_seed(0))


def _give_moments(engine: Engine, moments: dict[str, dict[str, np.ndarray]]) -> None:
    """Let the optimiser go on where it was."""
    parameters = {name: p for name, p in engine.module_.named_parameters() if p.requires_grad}
    known = MOMENTS[type(engine.optimizer_)]
    for name, arrays in moments.items():
        parameter = parameters.get(name)
        shape = () if parameter is None else tuple(parameter.shape)
        found = {key: np.shape(array) for key, array in arrays.items()}
        if parameter is None or found != {key: () if key == "step" else shape for key in known}:
            raise RuntimeError(f"size mismatch: what the optimiser knows of {name!r} is not of the shape of a weight")
        engine.optimizer_.state[parameter] = {
            key: torch.from_numpy(np.array(array, dtype=np.float32)).to(parameter.device)
            for key, array in arrays.items()
        }
