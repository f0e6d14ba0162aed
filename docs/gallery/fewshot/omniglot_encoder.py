"""
An encoder of drawn signs, as plain arrays
==========================================

:func:`.load_omniglot_encoder` gives the weights behind :meth:`.PrototypeClassifier.pretrained`, for use in another
library. Here numpy alone runs the first layer, and :class:`.PrototypeClassifier` all of it.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.datasets import load_omniglot_encoder
from sklearn_mlknow.fewshot import PrototypeClassifier

# %%
arrays = load_omniglot_encoder()
print({name: array.shape for name, array in arrays.items() if array.ndim})

# %%
# Two signs, a cross and a ring, and each a little moved.
down, across = np.mgrid[:28, :28]


def cross(shift):
    """Draw two strokes."""
    return ((abs(down - across - shift) < 2) | (abs(down + across - 27 - shift) < 2)).astype(float)


def ring(shift):
    """Draw a circle."""
    return (abs(np.hypot(down - 14 - shift, across - 14) - 9) < 1.5).astype(float)


signs = np.array([cross(0), ring(0), cross(3), ring(3)])

# %%
# The first layer: 3 x 3 filters, every second pixel, and what is below zero becomes zero.
padded = np.pad(signs[0], 1)
patches = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))[::2, ::2]
maps = np.maximum(np.einsum("hwij,kij->khw", patches, arrays["blocks.0.weight"][:, 0]), 0)
strongest = np.argsort(-maps.sum(axis=(1, 2)))[:6]
fig, axes = plt.subplots(2, 6, figsize=(8.6, 3.0))
for place, k in enumerate(strongest):
    axes[0, place].imshow(arrays["blocks.0.weight"][k, 0], cmap="RdBu")
    axes[1, place].imshow(maps[k], cmap="Greys")
for ax in axes.ravel():
    ax.set(xticks=[], yticks=[])
axes[0, 0].set_ylabel("filter")
axes[1, 0].set_ylabel("of the cross")
plt.show()

# %%
# All layers: from one example of each sign, those that moved are named.
model = PrototypeClassifier.pretrained("omniglot")
pixels = signs.reshape(4, -1)
named = model.with_support(pixels[:2], np.array(["cross", "ring"])).predict(pixels[2:])
print(named.tolist())
