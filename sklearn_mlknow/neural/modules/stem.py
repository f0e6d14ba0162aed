"""What may stand before the hidden layers: periodic features of numbers, or convolutions of images."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

N_FREQUENCIES = 16
N_FEATURES = 3
FREQUENCY_SPREAD = 0.15
CHANNELS = (16, 32, 64)
KERNEL = 3
N_GROUPS = 4  # of channels that are normalised together
SMALLEST_SIDE = 6  # images smaller than this are not halved again
EPSILON = 1e-5


class PeriodicStem(nn.Module):
    """Append learned waves of each number: ``W2 cos(2 pi (w1 x + b1)) + b2`` (PBLD, Holzmüller et al. 2024).

    (n_members, n_rows, n_in) -> (n_members, n_rows, n_in + 3 n_numbers); the numbers are the first inputs.
    """

    def __init__(self, n_members: int, n_numbers: int, n_in: int) -> None:
        super().__init__()
        self.n_numbers = n_numbers
        self.n_out = n_in + N_FEATURES * n_numbers
        shape = (n_members, 1, n_numbers, N_FREQUENCIES)
        self.frequency = nn.Parameter(torch.zeros(shape, dtype=torch.float32))
        self.phase = nn.Parameter(torch.zeros(shape, dtype=torch.float32))
        self.mix = nn.Parameter(torch.zeros(n_members, n_numbers, N_FREQUENCIES, N_FEATURES, dtype=torch.float32))
        self.shift = nn.Parameter(torch.zeros(n_members, 1, n_numbers, N_FEATURES, dtype=torch.float32))

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Start with low frequencies, so that the first waves are smooth."""
        bound = N_FREQUENCIES**-0.5
        self.frequency.normal_(0, FREQUENCY_SPREAD, generator=generator)
        self.phase.uniform_(-0.5, 0.5, generator=generator)
        self.mix.uniform_(-bound, bound, generator=generator)
        self.shift.uniform_(-bound, bound, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        n_members, n_rows, _ = x.shape
        turns = torch.addcmul(self.phase, x[:, :, : self.n_numbers, None], self.frequency)
        waves = torch.cos(2 * math.pi * turns).transpose(1, 2)  # (n_members, n_numbers, n_rows, n_frequencies)
        features = torch.matmul(waves, self.mix).transpose(1, 2) + self.shift
        return torch.cat([x, features.reshape(n_members, n_rows, -1)], dim=2)


class ConvStem(nn.Module):
    """Three convolutions, each with group norm, ReLU and pooling, over images given as rows of pixels.

    (n_members, n_rows, height * width * channels) -> (n_members, n_rows, n_out). Group norm (Wu and He 2018) looks at
    one image at a time: its answer depends on no other row of the batch, as batch norm's would, and weights of rows
    keep their meaning.

    Attributes
    ----------
    halves : tuple of bool
        Which convolutions end with pooling over two by two pixels.
    """

    def __init__(self, n_members: int, image_shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.image_shape = image_shape
        self.n_members = n_members
        height, width, n_in = image_shape
        weights, biases, halves = [], [], []
        for n_out in CHANNELS:
            weights.append(nn.Parameter(torch.zeros(n_members, n_out, n_in, KERNEL, KERNEL, dtype=torch.float32)))
            biases.append(nn.Parameter(torch.zeros(n_members, n_out, dtype=torch.float32)))
            halves.append(min(height, width) >= SMALLEST_SIDE)
            if halves[-1]:
                height, width = (height + 1) // 2, (width + 1) // 2
            n_in = n_out
        self.weights, self.bias, self.halves = nn.ParameterList(weights), nn.ParameterList(biases), tuple(halves)
        self.n_out = height * width * n_in

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        """Draw normal weights; `gain` gives them He's scale."""
        for weight, bias in zip(self.weights, self.bias, strict=True):
            weight.normal_(0, 1, generator=generator)
            bias.zero_()

    @staticmethod
    def gain(weight: Tensor) -> float:
        """Return the factor on stored weights (neural-tangent parametrisation, He's scale)."""
        return math.sqrt(2 / weight[0, 0].numel())

    def forward(self, x: Tensor) -> Tensor:
        n_members, n_rows, _ = x.shape
        image = x.view(n_members, n_rows, *self.image_shape).permute(1, 0, 4, 2, 3).flatten(1, 2)
        for weight, bias, halves in zip(self.weights, self.bias, self.halves, strict=True):
            kernel = (weight * self.gain(weight)).flatten(0, 1)  # (n_members * n_out, n_in, 3, 3)
            image = functional.conv2d(image, kernel, padding=1, groups=n_members)
            image = functional.group_norm(image, n_members * N_GROUPS, eps=EPSILON)
            image = functional.relu(image + bias.flatten()[:, None, None])
            if halves:
                image = functional.max_pool2d(image, 2, ceil_mode=True)
        return image.reshape(n_rows, n_members, -1).transpose(0, 1)
