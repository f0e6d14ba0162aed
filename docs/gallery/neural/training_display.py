"""
Early stopping, seen
====================

:class:`~sklearn_mlknow.neural.TrainingDisplay` draws how a training went. Held-out rows say when the net begins to
learn by heart; then it returns to its best state and learns on with a rate that falls to nothing.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.neural import NeuralClassifier, TrainingDisplay

# %%
# A noisy table: one row in five has the wrong label.
rng = np.random.default_rng(0)
X = rng.normal(size=(500, 8))
y = (X[:, 0] + X[:, 1] > 0) ^ (rng.random(500) < 0.2)
nets = {
    "early stopping, dropout": NeuralClassifier(max_epochs=60, n_members=2, random_state=0),
    "neither": NeuralClassifier(
        max_epochs=60,
        n_members=2,
        patience=None,
        restore_best=False,
        dropout=0,
        weight_decay=0,
        random_state=0,
    ),
}

# %%
fig, axes = plt.subplots(1, 2, figsize=(9.0, 3.4), sharey=True)
for ax, (name, net) in zip(axes, nets.items()):
    TrainingDisplay.from_estimator(net.fit(X, y), ax=ax)
    ax.set_title(f"{name}: {net.n_iter_} epochs")
plt.show()

# %%
# How each layer stood before the first step, and what to change if something was wrong.
nets["neither"].init_report_
