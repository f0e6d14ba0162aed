"""The start of a net under the microscope: how far signals and gradients reach before the first step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from sklearn_mlknow.neural.modules import PackedMLP, activate
from sklearn_mlknow.neural.plan import Plan
from sklearn_mlknow.neural.rows import Batch

if TYPE_CHECKING:
    import pandas as pd

DEAD_SHARE = 0.2
SPREAD_RANGE = (0.2, 5.0)
GRADIENT_RANGE = (0.05, 20.0)
KINKED = ("relu", "leaky_relu")


@dataclass(frozen=True)
class LayerStart:
    """One hidden layer at step 0."""

    layer: int
    spread: float  # standard deviation of pre-activations over rows, mean over units
    dead: float  # share of units whose activation is the same for every row
    gradient: float  # norm of the weight's gradient, over that of the last hidden layer


def measure_start(net: PackedMLP, criterion: Any, batch: Batch) -> list[LayerStart]:
    """Measure each hidden layer on one batch, which batch norm normalises by; the net is left as it was."""
    if not isinstance(net, PackedMLP):
        return []
    x, target = batch
    was_training = net.training
    buffers = [buffer.clone() for buffer in net.buffers()]
    net.eval()
    for block in net.body:
        if block.norm is not None:
            block.norm.train()  # its running statistics say nothing yet
    spreads, dead = [], []
    with torch.no_grad():
        z = net.entry(x)
        for block in net.body:
            z = block.pre_activation(z)
            spreads.append(float(z.std(dim=1, correction=0).mean()))
            z = activate(block.activation, z)
            dead.append(float((z.std(dim=1, correction=0) < 1e-6).float().mean()))
    weights = [block.linear.weight for block in net.body]
    learns = [weight for weight in weights if weight.requires_grad]
    gradients = torch.autograd.grad(criterion(net(x), target), learns) if learns else ()
    norms = {id(weight): float(gradient.norm()) for weight, gradient in zip(learns, gradients, strict=True)}
    net.train(was_training)
    for buffer, before in zip(net.buffers(), buffers, strict=True):
        buffer.copy_(before)
    last = norms.get(id(weights[-1]), 0.0) if weights else 0.0
    ratio = [norms.get(id(weight), 0.0) / last if last > 0 else float("nan") for weight in weights]
    return [LayerStart(i + 1, spreads[i], dead[i], ratio[i]) for i in range(len(weights))]


def report_start(layers: list[LayerStart], plan: Plan) -> pd.DataFrame:
    """Put the measurements into a table, with advice where a layer starts badly."""
    import pandas as pd

    return pd.DataFrame(
        {
            "layer": [layer.layer for layer in layers],
            "activation_spread": [layer.spread for layer in layers],
            "dead_units": [layer.dead for layer in layers],
            "gradient_ratio": [layer.gradient for layer in layers],
            "advice": [advise(layer, plan) for layer in layers],
        }
    )


def advise(layer: LayerStart, plan: Plan) -> str:
    """Say what to change about a layer, of what a plan has not yet, or that nothing need be."""
    data, auto = ((f'weight_init="{scheme}"', plan.weight_init == scheme) for scheme in ("data", "auto"))
    normed, smooth = ("batch_norm=True", plan.batch_norm), ('activation="silu"', plan.activation not in KINKED)
    low, high = SPREAD_RANGE
    if layer.dead > DEAD_SHARE:
        return "many units never react: use " + _remedies(data, normed, smooth)
    if not low <= layer.spread <= high:
        word = "vanish" if layer.spread < low else "explode"
        return f"activations {word}: use " + _remedies(data, normed)
    low, high = GRADIENT_RANGE
    if np.isfinite(layer.gradient) and not low <= layer.gradient <= high:
        word = "vanish" if layer.gradient < low else "explode"
        return f"gradients {word} on their way here: use " + _remedies(auto, normed)
    return "good"


def _remedies(*remedies: tuple[str, bool]) -> str:
    """Join what has not been tried, and what always helps."""
    return " or ".join([name for name, is_on in remedies if not is_on] + ["fewer layers"])
