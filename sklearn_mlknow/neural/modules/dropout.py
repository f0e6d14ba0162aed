"""Dropout from a reel of random bytes.

Drawing a fresh mask for each layer of each step costs more than the layer itself on a CPU. The reel draws one long
tape of random bytes per layer and reads it at random offsets; no global random state is touched.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

REEL_BYTES = 1 << 22


class ReelDropout(nn.Module):
    """Zero a share ``rate`` of the inputs in training mode and scale the rest up; the identity in evaluation.

    A byte decides, so that the share is a multiple of 1/256: at least one unless ``rate`` is 0, at most 255.
    """

    def __init__(self, rate: float, generator: torch.Generator | None) -> None:
        super().__init__()
        self.rate = rate
        self.generator = generator
        self._reel: Tensor | None = None

    def mask(self, x: Tensor) -> Tensor | None:
        """Return what to multiply ``x`` with; None for nothing."""
        threshold = min(max(round(self.rate * 256), 1), 255) if self.rate else 0
        if not self.training or threshold == 0:
            return None
        keep = self._take(x.numel(), x.device).view(x.shape) >= threshold
        return keep.to(x.dtype).mul_(256 / (256 - threshold))

    def forward(self, x: Tensor) -> Tensor:
        mask = self.mask(x)
        return x if mask is None else x * mask

    def _take(self, size: int, device: torch.device) -> Tensor:
        if self._reel is None or self._reel.numel() < 2 * size:
            length = max(2 * size, min(REEL_BYTES, 64 * size))
            self._reel = torch.randint(0, 256, (length,), dtype=torch.uint8, generator=self.generator).to(device)
        start = int(torch.randint(0, self._reel.numel() - size + 1, (1,), generator=self.generator))
        return self._reel[start : start + size]

    def __getstate__(self) -> dict[str, Any]:
        """Leave the reel and its generator out of copies: evaluation needs neither."""
        return {**self.__dict__, "_reel": None, "generator": None}
