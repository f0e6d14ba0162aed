"""Modules that map rows to embeddings: four blocks of convolutions for images, a line plus a net for tables.

Sources: the four blocks are those of Vinyals et al. (*Matching Networks*, NeurIPS 2016) and Snell et al.
(*Prototypical Networks*, NeurIPS 2017), narrower at first and with a strided first block: a third of
the cost.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (32, 64, 64, 96)
SMALLEST_SIDE = 6  # maps smaller than this are not halved again
HIDDEN = (128, 128)
N_GROUPS = 8
ONE_AT_A_TIME = threading.RLock()  # what draws from, or restores, the generator of the process


class Encoder(nn.Module):
    """A module that is stored as its settings and plain arrays, so that saving one needs no pickle of torch's."""

    settings: dict[str, Any]

    def __getstate__(self) -> dict[str, Any]:
        arrays = {name: weight.numpy(force=True) for name, weight in self.state_dict().items()}
        return {"settings": self.settings, "arrays": arrays, "training": self.training}

    def __setstate__(self, state: dict[str, Any]) -> None:
        with (
            ONE_AT_A_TIME,
            torch.random.fork_rng(devices=[]),
        ):  # a fresh start draws weights, which are replaced at once
            self.__init__(**state["settings"])  # type: ignore[misc]
        weights = {name: torch.from_numpy(np.array(array)) for name, array in state["arrays"].items()}
        self.to(next(iter(weights.values())).dtype)
        self.load_state_dict(weights)
        self.train(state["training"])


class ConvolutionEncoder(Encoder):
    """Four blocks of 3 x 3 convolutions and a linear head: (n_rows, n_pixels) -> (n_rows, n_components).

    Parameters
    ----------
    image_shape : tuple of int
        Height, width and, for colours, channels last; a row is the image flattened in this order.
    n_components : int
    norm : {"batch", "group"} or None
        Batch norm learns its statistics from training rows and uses those for every query; group norm has none, which
        suits a net whose weights are adapted to each task; None is for weights that batch norm was folded into.
    """

    def __init__(self, image_shape: tuple[int, ...], n_components: int, norm: str | None = "batch") -> None:
        super().__init__()
        self.settings = {"image_shape": tuple(image_shape), "n_components": n_components, "norm": norm}
        height, width, channels = (*image_shape, 1)[:3]
        self.image_shape = (height, width, channels)
        blocks: list[nn.Module] = []
        for n_out in WIDTHS:
            halves = min(height, width) >= SMALLEST_SIDE
            stride = 2 if halves and not blocks else 1
            blocks.append(nn.Conv2d(channels, n_out, 3, stride=stride, padding=1, bias=norm is None))
            if norm is not None:
                blocks.append(nn.BatchNorm2d(n_out) if norm == "batch" else nn.GroupNorm(N_GROUPS, n_out))
            blocks.append(nn.ReLU(inplace=True))
            if stride == 2:
                height, width = (height + 1) // 2, (width + 1) // 2
            elif halves:
                blocks.append(nn.MaxPool2d(2))
                height, width = height // 2, width // 2
            channels = n_out
        self.blocks = nn.Sequential(*blocks).to(memory_format=torch.channels_last)
        self.head = nn.Linear(channels * height * width, n_components)

    def forward(self, x: Tensor) -> Tensor:
        height, width, channels = self.image_shape
        images = x.reshape(-1, height, width, channels).permute(0, 3, 1, 2)  # channels last in memory
        return self.head(self.blocks(images).flatten(1))


@torch.no_grad()
def folded(encoder: ConvolutionEncoder) -> ConvolutionEncoder:
    """Fold batch norm into the convolutions before it: the same answers from fewer steps."""
    slim = ConvolutionEncoder(encoder.image_shape, encoder.head.out_features, None)
    convolutions = [block for block in slim.blocks if isinstance(block, nn.Conv2d)]
    blocks = list(encoder.blocks)
    places = [place for place, block in enumerate(blocks) if isinstance(block, nn.Conv2d)]
    for target, place in zip(convolutions, places, strict=True):
        source, norm = blocks[place], blocks[place + 1]
        factor = norm.weight / (norm.running_var + norm.eps).sqrt()
        target.weight.copy_(source.weight * factor[:, None, None, None])
        target.bias.copy_(norm.bias - norm.running_mean * factor)
    slim.head.load_state_dict(encoder.head.state_dict())
    return slim.eval()


class TableEncoder(Encoder):
    """A linear map plus a two-layer net: (n_rows, n_inputs) -> (n_rows, n_components).

    The linear map starts as the identity (a random rotation where it must shrink) and the net at nearly zero, so
    training starts from the distances of the scaled columns and improves on them.
    """

    def __init__(self, n_inputs: int, n_components: int) -> None:
        super().__init__()
        self.settings = {"n_inputs": n_inputs, "n_components": n_components}
        self.line = nn.Linear(n_inputs, n_components)
        if n_inputs <= n_components:
            nn.init.eye_(self.line.weight)
        else:
            nn.init.orthogonal_(self.line.weight)
        nn.init.zeros_(self.line.bias)
        widths = (n_inputs, *HIDDEN)
        layers = [nn.Linear(a, b) for a, b in zip(widths[:-1], widths[1:], strict=True)]
        for layer in layers:
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.layers = nn.ModuleList(layers)
        self.head = nn.Linear(widths[-1], n_components)
        nn.init.normal_(self.head.weight, std=0.1 * widths[-1] ** -0.5)
        nn.init.zeros_(self.head.bias)

    def forward(self, x: Tensor) -> Tensor:
        hidden = x
        for layer in self.layers:
            hidden = functional.silu(layer(hidden))
        return self.line(x) + self.head(hidden)
