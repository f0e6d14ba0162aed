"""
A network that takes the table as it is
=======================================

:class:`~sklearn_mlknow.neural.NeuralClassifier` takes numbers, categories and missing values without preparation. Eight
small nets are trained side by side, each watched on its own held-out rows, and their mean answers.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.neural import NeuralClassifier

# %%
X, y = load_penguins(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
net = NeuralClassifier(random_state=0).fit(X_train, y_train)
print(f"right on new rows: {net.score(X_test, y_test):.3f}, after {net.n_iter_} epochs")

# %%
# Where it is sure and where not, seen by a net that knows two columns only.
pair = ["bill_length_mm", "flipper_length_mm"]
flat = NeuralClassifier(random_state=0).fit(X_train[pair], y_train)
bill, flipper = np.meshgrid(np.linspace(32, 60, 90), np.linspace(170, 232, 70))
chance = flat.predict_proba(pd.DataFrame({pair[0]: bill.ravel(), pair[1]: flipper.ravel()})).reshape(*bill.shape, 3)
colors = np.array([plt.matplotlib.colors.to_rgb(f"C{place}") for place in range(3)])
fig, ax = plt.subplots()
extent = (32, 60, 170, 232)
ax.imshow(chance @ colors * 0.5 + 0.5, extent=extent, origin="lower", aspect="auto", interpolation="bilinear")
for place, name in enumerate(net.classes_):
    rows = y_train == name
    ax.scatter(*X_train[pair][rows].to_numpy().T, 12, f"C{place}", label=name)
ax.set(xlabel=pair[0], ylabel=pair[1])
ax.legend(frameon=True)
plt.show()
