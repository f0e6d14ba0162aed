"""
What is usual in a group, and how a row compares
================================================

:class:`~sklearn_mlknow.features.GroupFeatures` describes the group that a row belongs to, and the row against it. The
same price is a bargain in one city and a swindle in another.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_selection import mutual_info_classif

from sklearn_mlknow.features import GroupFeatures

# %%
rng = np.random.default_rng(0)
city = rng.choice(["Oslo", "Rome", "Bonn"], 600)
usual = pd.Series({"Oslo": 52.0, "Rome": 30.0, "Bonn": 38.0})
X = pd.DataFrame({"city": city, "price": usual[city].to_numpy() + rng.normal(0, 4, 600)})
sold = X["price"].to_numpy() - usual[city].to_numpy() + rng.normal(0, 2, 600) < 0

builder = GroupFeatures("city", statistics=("mean",), relative=("difference", "rank")).set_output(transform="pandas")
table = builder.fit_transform(X)
table.head()

# %%
# Small groups are drawn towards all rows by ``smoothing``, and a group that nobody has seen is described by them.
builder.transform(pd.DataFrame({"city": ["Rome", "Kyiv"], "price": [33.0, 33.0]}))

# %%
columns = ["price", "price_minus_mean_by_city"]
told = mutual_info_classif(table[columns], sold, random_state=0)
fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.5), sharey=True)
for ax, column, nats in zip(axes, columns, told):
    for place, name in enumerate(usual.index):
        for fact, marker, size in [(True, "o", 14), (False, "x", 14)]:
            rows = (city == name) & (sold == fact)
            where = place + rng.uniform(-0.3, 0.3, rows.sum())
            ax.scatter(table[column][rows], where, size, color=f"C{int(fact)}", marker=marker, linewidth=0.8)
    ax.set(xlabel=column, title=f"tells {nats:.2f} nats", yticks=range(3), yticklabels=usual.index)
axes[0].scatter([], [], color="C1", label="sold")
axes[0].scatter([], [], color="C0", marker="x", label="not sold")
fig.legend(loc="outside lower center", ncols=2)
plt.show()
