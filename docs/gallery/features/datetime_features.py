"""
Times on a circle
=================

:class:`~sklearn_mlknow.features.DatetimeFeatures` takes times apart. What comes round again is written as sine and
cosine, so that 23 h stands next to 0 h; plain numbers would hide that from a line, a network, a distance.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

from sklearn_mlknow.features import DatetimeFeatures

# %%
# Three weeks of hourly demand, high around midnight.
when = pd.date_range("2024-03-01", periods=21 * 24, freq="h")
rng = np.random.default_rng(0)
demand = 50 + 20 * np.cos(2 * np.pi * when.hour / 24) + 8 * (when.day_of_week >= 5) + rng.normal(0, 3, len(when))
X = pd.DataFrame({"when": when})
builder = DatetimeFeatures(["weekday", "hour", "is_weekend"], keep_inputs=False).set_output(transform="pandas")
builder.fit_transform(X).round(2).iloc[[0, 1, 23, 24]]

# %%
# The same line, on numbers and on the circle.
fig, ax = plt.subplots(figsize=(7.6, 3.2))
ax.plot(when[: 4 * 24], demand[: 4 * 24], ".", color="0.7", label="measured")
for encode in ["number", "cyclical"]:
    parts = DatetimeFeatures(["hour", "is_weekend"], encode=encode, keep_inputs=False)
    model = make_pipeline(parts, Ridge()).fit(X, demand)
    label = f'encode="{encode}", R² {model.score(X, demand):.2f}'
    ax.plot(when[: 4 * 24], model.predict(X)[: 4 * 24], label=label)
ax.set_ylabel("demand")
ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.2))
ax.xaxis.set_major_formatter(plt.matplotlib.dates.DateFormatter("%a %H h"))
plt.show()
