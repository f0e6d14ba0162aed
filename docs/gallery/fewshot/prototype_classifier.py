"""
New classes without training
============================

:class:`~sklearn_mlknow.fewshot.PrototypeClassifier` learns on known classes what makes rows alike. Give it an example
of classes it has never seen, and it names those: the nearest class mean, in a space made for comparing.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from sklearn_mlknow.fewshot import PrototypeClassifier

# %%
# Recordings of speakers, 16 measurements each. A voice is in them, and so is the mood of the moment, which is louder.
rng = np.random.default_rng(0)
voice, mood = rng.normal(size=(4, 16)), rng.normal(size=(6, 16))


def record(n_speakers, n_rows):
    """Record each of some speakers a few times."""
    y = np.repeat(np.arange(n_speakers), n_rows)
    noise = 2 * rng.normal(size=(len(y), 6)) @ mood + 0.5 * rng.normal(size=(len(y), 16))
    return rng.normal(size=(n_speakers, 4))[y] @ voice + noise, y


# %%
# It learns from forty speakers what a voice is. Then five new ones come, with one recording each.
learner = PrototypeClassifier(random_state=0).fit(*record(40, 15))
X, y = record(5, 40)
first = np.arange(0, 200, 40)
judge = learner.with_support(X[first], y[first])
plain = KNeighborsClassifier(1).fit(X[first], y[first])
print(f"right, from one recording of each: {judge.score(X, y):.2f}; the nearest as measured: {plain.score(X, y):.2f}")

# %%
fig, axes = plt.subplots(1, 2, figsize=(9.0, 3.8))
for ax, rows, title in [(axes[0], X, "as measured"), (axes[1], judge.transform(X), "in the learned space")]:
    plane = PCA(2).fit_transform(rows)
    ax.scatter(*plane.T, s=14, c=[f"C{code}" for code in y], alpha=0.6)
    ax.scatter(*plane[first].T, s=220, c=[f"C{code}" for code in y[first]], marker="*", edgecolors="k")
    ax.set(title=title, xticks=[], yticks=[])
axes[0].scatter([], [], s=220, marker="*", color="0.7", edgecolors="k", label="the one example of each")
axes[0].legend(loc="lower right")
plt.show()
