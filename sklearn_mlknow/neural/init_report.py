"""The start of a net under the microscope: how far signals and gradients reach before the first step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from sklearn_mlknow.neural.modules import PackedMLP, activate
from sklearn_mlknow.neural.rows import Batch

if TYPE_CHECKING:
    import pandas as pd

DEAD_SHARE = 0.2
SPREAD_RANGE = (0.2, 5.0)
GRADIENT_RANGE = (0.05, 20.0)


@dataclass(frozen=True)
class LayerStart:
    """One hidden layer at step 0."""

    layer: int
    spread: float  # standard deviation of pre-activations over rows, mean over units
    dead: float  # share of units whose activation is the same for every row
    gradient: float  # norm of the weight's gradient, over that of the last hidden layer


def measure_start(net: PackedMLP, criterion: Any, batch: Batch) -> list[LayerStart]:
    """Measure each hidden layer on one batch; the net is left as it was."""
    if not isinstance(net, PackedMLP):
        return []
    x, target = batch
    was_training = net.training
    net.eval()
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
    last = norms.get(id(weights[-1]), 0.0) if weights else 0.0
    ratio = [norms.get(id(weight), 0.0) / last if last > 0 else float("nan") for weight in weights]
    return [LayerStart(i + 1, spreads[i], dead[i], ratio[i]) for i in range(len(weights))]


def report_start(layers: list[LayerStart]) -> pd.DataFrame:
    """Put the measurements into a table, with advice where a layer starts badly."""
    import pandas as pd

    return pd.DataFrame(
        {
            "layer": [layer.layer for layer in layers],
            "activation_spread": [layer.spread for layer in layers],
            "dead_units": [layer.dead for layer in layers],
            "gradient_ratio": [layer.gradient for layer in layers],
            "advice": [advise(layer) for layer in layers],
        }
    )


def advise(layer: LayerStart) -> str:
    """Say what to change about a layer, or that nothing need be."""
    low, high = SPREAD_RANGE
    if layer.dead > DEAD_SHARE:
        return 'many units never react: use weight_init="data" or a smooth activation such as "silu"'
    if not low <= layer.spread <= high:
        word = "vanish" if layer.spread < low else "explode"
        return f'activations {word}: use weight_init="data" or batch_norm=True'
    low, high = GRADIENT_RANGE
    if np.isfinite(layer.gradient) and not low <= layer.gradient <= high:
        word = "vanish" if layer.gradient < low else "explode"
        return f'gradients {word} on their way here: use weight_init="auto", batch_norm=True or fewer layers'
    return "good"
