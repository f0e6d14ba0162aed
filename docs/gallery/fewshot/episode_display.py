"""
An episode, seen
================

:class:`~sklearn_mlknow.fewshot.EpisodeDisplay` shows what a few-shot learner saw and said: the examples above, the rows
to be named on the left, and how alike each pair is. The class it chose is framed, in green where it is right.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from sklearn_mlknow.fewshot import EpisodeDisplay, PrototypeClassifier

# %%
# The encoder of drawn characters that comes with the package has never seen a digit; 28 x 28 pixels are what it reads.
digits, y = load_digits(return_X_y=True)
X = np.kron(digits.reshape(-1, 8, 8) / 16, np.ones((1, 3, 3)))
X = np.pad(X, ((0, 0), (2, 2), (2, 2))).reshape(len(X), -1)
support = np.array([np.flatnonzero(y == digit)[2] for digit in range(6)])
queries = np.array([np.flatnonzero(y == digit)[9] for digit in range(6)])
reader = PrototypeClassifier.pretrained("omniglot").with_support(X[support], y[support])
print(f"right, from one example of each of six digits: {reader.score(X[y < 6], y[y < 6]):.2f}")

# %%
EpisodeDisplay.from_estimator(reader, X[support], y[support], X[queries], y[queries])
plt.show()
