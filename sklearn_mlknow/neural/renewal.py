"""A layer that starts anew and loses nothing: the principal directions of what reaches it, each in both signs.

The last layers of a classifier draw the rows of a class together and forget what else told them apart (Papyan, Han and
Donoho 2020, "Prevalence of neural collapse during the terminal phase of deep learning training"), which other classes
would ask for; earlier layers still know it. Activations of the ReLU family give a number back from its two signs:
relu(z) - relu(-z) = z, and silu and gelu alike, so that the next layer can read all that came in.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from sklearn_mlknow.neural.modules.mlp import Block

SMALLEST_SHARE = 1e-6  # of the largest spread; directions below are rounding


def principal_units(x: np.ndarray, weight: np.ndarray, n_units: int) -> tuple[np.ndarray, np.ndarray]:
    """Find a layer whose units are the directions of largest variance, with both signs.

    All share one scale, which gives the directions a mean variance of 1; units that are left over stay at 0.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_inputs)
    weight : ndarray of shape (n_rows,)
    n_units : int

    Returns
    -------
    slope : ndarray of shape (n_inputs, n_units)
    intercept : ndarray of shape (n_units,)

    Examples
    --------
    >>> slope, intercept = principal_units(np.array([[1.0, 5.0], [3.0, 5.0]]), np.ones(2), 2)
    >>> np.abs(slope).round(6).tolist(), np.abs(intercept).round(6).tolist()
    ([[1.0, 1.0], [0.0, 0.0]], [2.0, 2.0])
    """
    share = weight / weight.sum()
    mean = share @ x
    _, spread, directions = np.linalg.svd(np.sqrt(share)[:, None] * (x - mean), full_matrices=False)
    n_directions = min(n_units // 2, int((spread > SMALLEST_SHARE * spread[0]).sum()))
    slope = np.zeros((x.shape[1], n_units))
    if n_directions:
        along = directions[:n_directions].T / np.sqrt((spread[:n_directions] ** 2).mean())
        slope[:, : 2 * n_directions] = np.hstack([along, -along])
    return slope, -mean @ slope


@torch.no_grad()
def renew(block: Block, x: Tensor, weight: np.ndarray) -> None:
    """Start a layer anew at the principal directions of its inputs.

    Parameters
    ----------
    block : Block
        Without batch norm; changed in place.
    x : Tensor of shape (n_members, n_rows, n_inputs)
        What reaches it.
    weight : ndarray of shape (n_members, n_rows)
    """
    n_units = block.linear.bias.shape[2]
    layers = [
        principal_units(rows[counts > 0], counts[counts > 0], n_units)
        for rows, counts in zip(x.cpu().double().numpy(), weight, strict=True)
    ]
    block.linear.set_effective_weight(torch.from_numpy(np.stack([slope for slope, _ in layers])).to(x))
    block.linear.bias.copy_(torch.from_numpy(np.stack([intercept[None] for _, intercept in layers])))
