"""
Which rows to look at, and which to collect
===========================================

With the truth at hand, an explanation also debugs the data: :func:`.suspicious_rows` names rows that were explained
unlike the others or lost most, and the column that did it; :func:`.data_wanted` names regions where the model is
costly and rows are few.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

from sklearn_mlknow.explain import ShapExplainer, data_wanted, suspicious_rows

# %%
# Rents of flats. Few are large, and the price of those behaves otherwise; in one row, a size was typed ten times over.
rng = np.random.default_rng(0)
size = np.concatenate([rng.uniform(25, 90, 380), rng.uniform(90, 200, 20)])
flats = pd.DataFrame({"size": size, "age": rng.uniform(0, 100, 400)})
rent = 12 * size - 2 * flats["age"] + np.where(size > 90, 0.08 * (size - 90) ** 2, 0) + rng.normal(0, 40, 400)
flats.loc[7, "size"] *= 10
train = np.arange(400) % 2 == 0
model = RandomForestRegressor(40, min_samples_leaf=5, random_state=0).fit(flats[train], rent[train])
rows = flats[~train]
explanation = ShapExplainer(model, background=40, random_state=0).fit(flats[train]).explain(rows, rent[~train])

# %%
# The slip is row 7.
odd = suspicious_rows(explanation, n_rows=4)
odd.round(1)

# %%
# Where more flats would help most.
wanted = data_wanted(explanation, n_regions=4)
wanted.round(1)

# %%
fig, ax = plt.subplots(figsize=(7.2, 3.8))
off = np.abs(model.predict(rows) - rent[~train])
ax.scatter(rows["size"], off, s=16, alpha=0.6, label="a flat not learned from")
first = odd["row"].to_list()[:1]
ax.scatter(rows.loc[first, "size"], off.loc[first], s=150, facecolors="none", edgecolors="C3", label="suspicious first")
ax.set(xlabel="size", ylabel="rent is off by", title=f"wanted most: size {wanted['region'][0]}")
ax.legend()
plt.show()
