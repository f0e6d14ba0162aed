"""A denoising autoencoder that starts as principal components: torch only.

Code and reconstruction are each the sum of a linear map and a small net. The linear maps start as principal components
and the nets as zero, so before the first step this is PCA, and training can only mend what PCA gets wrong. The noise
swaps values with those of other rows: a masking noise that works for any column (Vincent et al., "Stacked denoising
autoencoders", 2010; the swap is the one of tabular competitions, Jahrer 2017).
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


class Branch(nn.Module):
    """A linear map plus a multilayer perceptron whose last layer starts at zero."""

    def __init__(self, start: NDArray[np.float64], hidden_units: Sequence[int], generator: torch.Generator) -> None:
        super().__init__()
        n_in, n_out = start.shape
        self.linear = nn.Parameter(torch.from_numpy(start.astype(np.float32)))
        widths = [n_in, *hidden_units, n_out]
        weights = []
        for k, (a, b) in enumerate(zip(widths, widths[1:])):
            is_last = k == len(hidden_units)
            weight = torch.zeros(a, b) if is_last else torch.randn(a, b, generator=generator) * (2.0 / a) ** 0.5
            weights.append(nn.Parameter(weight.float()))
        self.weights = nn.ParameterList(weights)
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(b, dtype=torch.float32)) for b in widths[1:]])

    def forward(self, x: Tensor) -> Tensor:
        hidden = x
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            hidden = hidden @ weight + bias
            if k < len(self.weights) - 1:
                hidden = torch.nn.functional.silu(hidden)
        return x @ self.linear + hidden


class Autoencoder(nn.Module):
    """Noise, encoder, decoder: (…, n_rows, n_inputs) -> the same shape.

    Parameters
    ----------
    components : ndarray of shape (n_inputs, n_components)
        Principal components, orthonormal columns: where encoder and decoder start.
    hidden_units : sequence of int
        Of the encoder; the decoder has them in reverse.
    noise : float
        Share of values swapped with those of another row while training.
    generator : torch.Generator
        Draws the weights; the engine gives the one of the training.
    """

    def __init__(
        self,
        components: NDArray[np.float64],
        hidden_units: Sequence[int],
        noise: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.encoder = Branch(components, hidden_units, generator)
        self.decoder = Branch(components.T, list(hidden_units)[::-1], generator)
        self.noise = noise
        self.generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if self.training and self.noise > 0:
            is_swapped = torch.rand(x.shape, generator=self.generator) < self.noise
            other = torch.randperm(x.shape[-2], generator=self.generator)
            x = torch.where(is_swapped, x.index_select(-2, other), x)
        return self.decoder(self.encoder(x))


class ReconstructionLoss(nn.Module):
    """Mean squared difference between the reconstruction and the row without noise."""

    def forward(self, output: Tensor, target: tuple[Tensor, Tensor | None, Tensor | None]) -> Tensor:
        return (output - target[0]).square().mean()


def branch_arrays(branch: Branch) -> list[NDArray[np.float64]]:
    """Copy a branch into arrays: linear map, then weights and biases in turn."""
    tensors = [branch.linear, *(t for pair in zip(branch.weights, branch.biases) for t in pair)]
    return [tensor.detach().cpu().double().numpy() for tensor in tensors]


def apply_branch(x: NDArray[np.float64], arrays: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Work a branch out with numpy alone, in double precision."""
    linear, *rest = arrays
    hidden = x
    for k in range(0, len(rest), 2):
        hidden = hidden @ rest[k] + rest[k + 1]
        if k + 2 < len(rest):
            hidden = hidden / (1.0 + np.exp(np.clip(-hidden, -700.0, 700.0)))
    return x @ linear + hidden
