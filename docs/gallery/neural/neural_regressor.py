"""
A smooth function of several columns
====================================

:class:`~sklearn_mlknow.neural.NeuralRegressor` learns numbers. Where the truth is smooth it does with few rows what
trees can only do in steps; and it never answers outside the range that it was trained on.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from sklearn_mlknow.neural import NeuralRegressor

# %%
# Four hundred noisy measurements of a wave that grows.
rng = np.random.default_rng(0)
X = rng.uniform(-3, 3, (400, 2))


def truth(X):
    """Return what was measured, without the noise."""
    return np.sin(2 * X[:, 0]) * (1 + X[:, 1] / 3) + X[:, 1]


y = truth(X) + rng.normal(0, 0.25, 400)
models = {
    "boosted trees": HistGradientBoostingRegressor(random_state=0).fit(X, y),
    "network": NeuralRegressor(max_epochs=80, random_state=0).fit(X, y),
}

# %%
new = rng.uniform(-3, 3, (2000, 2))
line = np.column_stack([np.linspace(-3, 3, 300), np.full(300, 1.0)])
fig, axes = plt.subplots(1, 2, figsize=(8.8, 3.4), sharey=True)
for place, (ax, (name, model)) in enumerate(zip(axes, models.items())):
    near = np.abs(X[:, 1] - 1) < 0.4
    ax.plot(X[near, 0], y[near], ".", color="0.75")
    ax.plot(line[:, 0], truth(line), color="0.4", linewidth=1, label="truth")
    ax.plot(line[:, 0], model.predict(line), color=f"C{place}", linewidth=2, label=name)
    error = np.sqrt(np.mean((model.predict(new) - truth(new)) ** 2))
    ax.set(xlabel="x0, with x1 = 1", title=f"{name}: off the truth by {error:.2f}")
plt.show()
