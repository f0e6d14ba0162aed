"""
How common is this value?
=========================

:class:`~sklearn_mlknow.features.CountFeatures` writes beside each category how often it occurred. One column takes the
place of thousands, and the values nobody has seen before count nought.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.features import CountFeatures

# %%
# Payments from many devices. A device that is seen once is more often a thief's than one that is seen daily.
rng = np.random.default_rng(0)
device = rng.zipf(1.6, 4000)
X = pd.DataFrame({"device": [f"device {number}" for number in device]})
counts = CountFeatures(statistics=("count", "log_count")).set_output(transform="pandas")
table = counts.fit_transform(X)
fraud = rng.random(4000) < 0.25 / table["device_count"].to_numpy() ** 0.5
table.head()

# %%
# New values get 0, whatever they are.
counts.transform(pd.DataFrame({"device": ["device 1", "never seen"]}))

# %%
bins = pd.cut(table["device_count"], [0, 1, 3, 10, 30, 100, 4000])
rate = pd.Series(fraud).groupby(bins, observed=True).agg(["mean", "size"])
fig, ax = plt.subplots()
bars = ax.bar(["1", "2–3", "4–10", "11–30", "31–100", "more"], rate["mean"], width=0.6)
ax.bar_label(bars, [f"{size} payments" for size in rate["size"]], padding=3, fontsize=8)
ax.set(xlabel="device_count", ylabel="share of fraud", title=f"{X['device'].nunique()} devices, one column")
plt.show()
