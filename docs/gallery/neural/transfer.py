"""
Transfer by column name
=======================

:class:`.NeuralClassifier` takes over, by column *name* and level, what another net has learned on a larger table.
Columns that are new, and a question that is new, start anew.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from sklearn_mlknow.neural import NeuralClassifier

# %%
# A net knows the digits 0 to 4. Now 5 to 9 are to be learned, from a handful of each.
X, y = load_digits(return_X_y=True, as_frame=True)
plain = {"max_epochs": 30, "n_members": 2, "random_state": 0}
source = NeuralClassifier(**plain).fit(X[y < 5], y[y < 5])
X, y = X[y >= 5].reset_index(drop=True), y[y >= 5].to_numpy()
test = slice(400, None)

# %%
# ``layer_decay`` lets lower layers learn slower than upper ones, so that what was learned is not washed away.
scores = {"from scratch": [], "transferred": []}
sizes = [2, 4, 8, 16]
for size in sizes:
    rows = np.concatenate([np.flatnonzero(y[:400] == digit)[:size] for digit in range(5, 10)])
    for name, extra in [("from scratch", {}), ("transferred", {"pretrained": source, "layer_decay": 0.5})]:
        net = NeuralClassifier(**plain, **extra).fit(X.iloc[rows], y[rows])
        scores[name].append(net.score(X[test], y[test]))
print(len(net.transfer_report_.matched), "columns matched by name,", len(net.transfer_report_.new), "new")

# %%
fig, ax = plt.subplots(figsize=(6.4, 3.6))
for name, line in scores.items():
    ax.plot(sizes, line, "o-", label=name)
ax.set_xscale("log", base=2)
ax.set_xticks(sizes, sizes)
ax.set(xlabel="examples of each new digit", ylabel="right on new rows")
ax.legend()
plt.show()
