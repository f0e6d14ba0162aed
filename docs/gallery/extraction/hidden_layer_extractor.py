"""
A net in parts
==============

:class:`~sklearn_mlknow.extraction.HiddenLayerExtractor` hands what a net has learned to another model. The columns come
from the net, the decision from a model that you choose, such as a line that one can read.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.extraction import HiddenLayerExtractor
from sklearn_mlknow.neural import NeuralClassifier

# %%
# A net learns from a thousand digits, and its last hidden layer becomes 16 columns.
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, train_size=1000, random_state=0)
net = NeuralClassifier(hidden_units=(64, 16), n_members=1, max_epochs=20, random_state=0)
extractor = HiddenLayerExtractor(net).fit(X_train, y_train)
columns = {"64 pixels": X_test, "16 learned columns": extractor.transform(X_test)}

# %%
# What it learned serves a model that gets few labels: here a linear one, with 40.
for name, rows in columns.items():
    line = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(rows[:40], y_test[:40])
    print(f"40 labels on {name}: {line.score(rows[40:], y_test[40:]):.2f}")

# %%
# The same digits, laid out by the first two principal components of either.
fig, axes = plt.subplots(1, 2, figsize=(9.0, 3.9))
for ax, (name, rows) in zip(axes, columns.items()):
    plane = PCA(2, random_state=0).fit_transform(StandardScaler().fit_transform(rows))
    for digit in range(10):
        of_digit = plane[y_test == digit]
        ax.scatter(*of_digit.T, s=7, color=plt.get_cmap("tab10")(digit), alpha=0.6)
        ax.text(*np.median(of_digit, axis=0), str(digit), fontsize=14, weight="bold", ha="center", va="center")
    ax.set(title=name, xticks=[], yticks=[])
plt.show()
