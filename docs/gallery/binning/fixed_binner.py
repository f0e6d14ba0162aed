"""
Bins that somebody gave
=======================

:class:`~sklearn_mlknow.binning.FixedBinner` takes its edges from you: a guideline, a law, an earlier analysis. What is
learned is only what the bins tell.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes

from sklearn_mlknow.binning import FixedBinner

# %%
# The World Health Organization cuts the body mass index at 18.5, 25 and 30. The table has the index in kg/m².
X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
binner = FixedBinner({"bmi": [18.5, 25, 30]}, remainder="drop").fit(X, y)
table = binner.bin_table()
table[["interval", "count", "mean"]]

# %%
# How far the disease had progressed a year later, by class.
seen = table[table["count"] > 0]
fig, ax = plt.subplots(figsize=(6.6, 3.4))
bars = ax.bar(["underweight", "normal", "overweight", "obese"][: len(seen)], seen["mean"], color="C0", width=0.6)
ax.bar_label(bars, [f"{count:.0f} people" for count in seen["count"]], padding=3)
ax.axhline(y.mean(), color="0.4", linestyle="--", linewidth=1)
ax.text(-0.42, y.mean() + 4, "mean of all", color="0.35")
ax.set(ylabel="progression after a year", ylim=(0, 240))
plt.show()
