"""
Few numbers from which a row can be read off
============================================

:class:`~sklearn_mlknow.extraction.AutoencoderExtractor` squeezes rows through a few numbers and restores them. It
starts as principal components and bends from there, so it is ahead where the rows lie near a curved surface.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from sklearn_mlknow.extraction import AutoencoderExtractor

# %%
# 64 pixels through 6 numbers and back.
X = load_digits().data / 16
train, test = X[:1000], X[1000:]
squeezers = {
    "principal components": PCA(6, random_state=0),
    "autoencoder": AutoencoderExtractor(6, noise=0.0, scale=False, max_epochs=30, random_state=0),
}
restored = {name: each.inverse_transform(each.fit(train).transform(test)) for name, each in squeezers.items()}
errors = {name: np.mean((rows - test) ** 2) for name, rows in restored.items()}
print({name: round(float(error), 4) for name, error in errors.items()})

# %%
fig, axes = plt.subplots(3, 1, figsize=(7.6, 3.4))
for ax, (name, rows) in zip(axes, {"original": test, **restored}.items()):
    ax.imshow(np.hstack(rows[:12].reshape(-1, 8, 8)), cmap="gray_r", vmin=0, vmax=1)
    ax.axis("off")
    ax.set_title(f"{name}, squared error {errors[name]:.3f}" if name in errors else name, fontsize=9)
plt.show()

# %%
# What it cannot restore is unusual: ``score_samples`` is lowest for rows that do not fit the pattern.
rng = np.random.default_rng(0)
strange = rng.permuted(test[:100], axis=1)
score = squeezers["autoencoder"].score_samples
print(f"digits {score(test).mean():.2f}, the same pixels in disorder {score(strange).mean():.2f}")
