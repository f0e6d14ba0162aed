"""What a unit of an image net looks for, as a picture.

Activation maximisation (Erhan et al. 2009) over all pixels ends in speckles that no camera or pen would make. Here the
ascent moves along the principal axes of the training images, no further than a training image is from their mean: a
learned prior as in Nguyen et al. (2016, "Synthesizing the preferred inputs for neurons"), in its simplest form, so that
strokes stay strokes.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow.neural.inputs import Inputs, soft_clip, undo_soft_clip
from sklearn_mlknow.neural.quiet import quiet_torch

N_AXES = 24
N_AXIS_ROWS = 1000
N_STARTS = 4
N_STEPS = 60
RATE = 0.1


def principal_axes(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Find the directions in which rows differ most, each as long as they deviate along it.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_inputs)
        When there are many rows, evenly spaced ones are looked at.
    weight : ndarray of shape (n_rows,)

    Returns
    -------
    ndarray of shape (n_axes, n_inputs)
        At most 24.

    Examples
    --------
    >>> rows = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 2.0], [0.0, -2.0]])
    >>> np.abs(principal_axes(rows, np.ones(4))).round(3).tolist()
    [[0.0, 1.414], [0.707, 0.0]]
    """
    step = -(-len(x) // N_AXIS_ROWS)
    x, share = x[::step], weight[::step] / weight[::step].sum()
    _, length, direction = np.linalg.svd(np.sqrt(share)[:, None] * (x - share @ x), full_matrices=False)
    return (length[:, None] * direction)[:N_AXES]


def draw_unit(estimator: Any, member: int, unit: int, depth: int, seed: int) -> np.ndarray:
    """Find the picture that a hidden unit of an image net answers most strongly.

    Parameters
    ----------
    estimator : fitted net with ``image_shape``
    member, unit, depth : int
        Layer 1 is the first.
    seed : int
        Of the places where the ascents start; the best one counts.

    Returns
    -------
    ndarray of shape (height, width) or (height, width, channels)
        In the units of the pixels.
    """
    low, high = pixel_range(estimator.inputs_)
    mean = torch.from_numpy(estimator.input_means_).float()
    axes = torch.from_numpy(estimator._picture_axes).float()  # (n_axes, n_pixels)
    generator = torch.Generator().manual_seed(seed)
    net = copy.deepcopy(estimator.net_.module_).cpu()
    with quiet_torch():
        place = 0.1 * torch.randn((N_STARTS, len(axes)), generator=generator, dtype=torch.float32)
        place.requires_grad_(True)
        optimizer = torch.optim.Adam([place], lr=RATE)
        size: Tensor | None = None
        for _ in range(N_STEPS):
            free = mean + place @ axes
            image = free.clamp(low, high)  # (n_starts, n_pixels)
            answer = _before_activation(net, image.expand(net.n_members, -1, -1), depth)[member, :, unit]
            if size is None:  # units speak on scales of their own
                (slope,) = torch.autograd.grad(answer.sum(), place, retain_graph=True)
                size = slope.norm(dim=1) + 1e-12
            optimizer.zero_grad()
            ((free - image).square().mean(dim=1) - answer / size).sum().backward()
            optimizer.step()
            with torch.no_grad():  # no stranger than a training image
                place.mul_((len(axes) ** 0.5 / place.norm(dim=1, keepdim=True)).clamp(max=1.0))
        best = (mean + place.detach()[answer.argmax()] @ axes).clamp(low, high).double().numpy()
    spread = np.where(np.isinf(estimator.inputs_.spread), 0.0, estimator.inputs_.spread)  # of images of one colour
    pixels = undo_soft_clip(best) * spread + estimator.inputs_.centre
    pixels = np.clip(pixels, estimator.inputs_.quantiles.min(), estimator.inputs_.quantiles.max())
    height, width, n_channels = estimator.plan_.image_shape
    return pixels.reshape((height, width) if n_channels == 1 else (height, width, n_channels))


def pixel_range(inputs: Inputs) -> tuple[float, float]:
    """Return the darkest and the brightest input that a training image held."""
    ends = np.array([inputs.quantiles.min(), inputs.quantiles.max()])
    low, high = soft_clip((ends - inputs.centre[0]) / inputs.spread[0])
    return float(low), float(high)


def _before_activation(net: Any, rows: Tensor, depth: int) -> Tensor:
    """Return what the units of a layer receive: unlike what they send, it has a slope everywhere."""
    received: Tensor = net.body[depth - 1].pre_activation(net.hidden(rows, depth - 1))
    return received
