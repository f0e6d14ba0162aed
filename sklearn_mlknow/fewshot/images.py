"""Images made from images: quarter turns as further classes, small affine and elastic changes as further rows.

Sources: quarter turns as classes, Santoro et al., *Meta-Learning with Memory-Augmented Neural Networks*, ICML 2016;
small affine changes, Koch et al., *Siamese Neural Networks for One-shot Image Recognition*, 2015; elastic changes,
Simard et al., *Best Practices for Convolutional Neural Networks*, ICDAR 2003.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

TURN, SHEAR, SCALE, SHIFT = 0.25, 0.25, 0.2, 0.16  # at strength 1: radians, slope, log, share of half the image
BEND, KNOTS = 0.08, 5  # standard deviation as a share of half the image; knots a side


def quarter_turned(x: Tensor, turns: Tensor, image_shape: tuple[int, ...]) -> Tensor:
    """Turn each image by its number of quarter turns.

    Parameters
    ----------
    x : Tensor of shape (n_rows, n_pixels)
    turns : Tensor of int64, shape (n_rows,)
        0 to 3, counter-clockwise.
    image_shape : tuple of int
        Square images only.
    """
    images = x.view(len(x), *image_shape).clone()
    for turn in (1, 2, 3):
        chosen = turns == turn
        images[chosen] = torch.rot90(images[chosen], turn, (1, 2))
    return images.reshape(len(x), -1)


def deformed(x: Tensor, image_shape: tuple[int, ...], strength: float, generator: torch.Generator) -> Tensor:
    """Turn, shear, scale, shift and bend each image a little, each in its own way.

    Parameters
    ----------
    x : Tensor of shape (n_rows, n_pixels)
    image_shape : tuple of int
    strength : float
        Factor on all changes; 1 is what one drawer's hand differs from another's.
    generator : torch.Generator
    """
    height, width, channels = (*image_shape, 1)[:3]
    n_rows = len(x)

    def uniform(*shape: int) -> Tensor:
        return (torch.rand(*shape, generator=generator, dtype=torch.float32) * 2 - 1) * strength

    angle, shear, scale = uniform(n_rows) * TURN, uniform(n_rows) * SHEAR, (uniform(n_rows, 2) * SCALE).exp()
    cosine, sine = angle.cos(), angle.sin()
    matrix = torch.stack(
        [cosine * scale[:, 0], (shear - sine) * scale[:, 1], sine * scale[:, 0], cosine * scale[:, 1]], dim=1
    ).view(n_rows, 2, 2)
    matrix = torch.cat([matrix, uniform(n_rows, 2, 1) * SHIFT], dim=2)
    grid = functional.affine_grid(matrix, [n_rows, channels, height, width], align_corners=False)
    bend = torch.randn(n_rows, 2, KNOTS, KNOTS, generator=generator, dtype=torch.float32) * (BEND * strength)
    bend = functional.interpolate(bend, size=(height, width), mode="bicubic", align_corners=True)
    images = x.view(n_rows, height, width, channels).permute(0, 3, 1, 2)
    images = functional.grid_sample(images, grid + bend.permute(0, 2, 3, 1), align_corners=False)
    return images.permute(0, 2, 3, 1).reshape(n_rows, -1)
