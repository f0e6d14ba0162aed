"""
A card to go with the model
===========================

:func:`.model_card` measures a fitted model on rows it has not seen and writes what its reader must know: scores with
intervals beside the simplest answer, the columns, drift, what moves its answers, the versions. What only the author
knows, intended use and limits, is marked until it is given.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.drift import DriftMonitor
from sklearn_mlknow.persistence import model_card

# %%
X, y = load_penguins(return_X_y=True)
X = X.select_dtypes("number")
test = np.arange(len(X)) % 3 == 0
model = make_pipeline(DriftMonitor(), EqualFrequencyBinner(5, encode="onehot"), LogisticRegression()).fit(
    X[~test], y[~test]
)
card = model_card(
    model,
    X[test],
    y[test],
    name="Three penguins",
    intended_use="Naming penguins of the Palmer archipelago from four measurements.",
    limits="Other islands and chicks were never measured.",
)
print(card)

# %%
# It is Markdown: put it beside the file, into a repository, on a page.
head = "\n".join(card.splitlines()[:17])
fig, ax = plt.subplots(figsize=(7.6, 4.2))
ax.text(0.02, 0.96, head.replace("$", r"\$"), family="monospace", fontsize=7.5, va="top", wrap=True)
ax.set(xticks=[], yticks=[], title="the head of the card")
plt.show()
