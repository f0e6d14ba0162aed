"""
Which columns did each answer look at?
======================================

:class:`~sklearn_mlknow.neural.AttentionClassifier` and :class:`~sklearn_mlknow.neural.AttentionRegressor` turn each
column into a token and let columns read each other. ``attention_map`` shows, row by row, what was looked at.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.neural import AttentionClassifier, AttentionRegressor

# %%
# Which column counts depends on the kind of the row: for apples the weight, for pears the length.
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(600, 4)), columns=["weight", "length", "colour", "price"])
X.insert(0, "kind", rng.choice(["apple", "pear"], 600))
decides = X["weight"].where(X["kind"] == "apple", X["length"])
net = AttentionClassifier(max_epochs=30, random_state=0).fit(X[:400], decides[:400] > 0)
print(f"right on new rows: {net.score(X[400:], decides[400:] > 0):.2f}")

# %%
# The same for numbers.
regressor = AttentionRegressor(max_epochs=20, random_state=0).fit(X[:400], decides[:400])
print(f"R² on new rows: {regressor.score(X[400:], decides[400:]):.2f}")

# %%
new = X[400:].sort_values("kind")
fig, axes = plt.subplots(1, 2, figsize=(9.0, 3.6), gridspec_kw={"width_ratios": [3, 2]})
net.plot_attention(new, ax=axes[0])
axes[0].set_title("classes: 200 new rows, apples above pears")
for kind, rows in new.groupby("kind"):
    axes[1].plot(regressor.attention_map(rows).mean(axis=0), "o-", label=f"{kind}s")
axes[1].set_xticks(range(5), X.columns, rotation=40)
axes[1].set(title="numbers: mean attention", ylim=(0, None))
axes[1].legend()
plt.show()
