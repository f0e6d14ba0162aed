"""
What would more rows bring?
===========================

:class:`~sklearn_mlknow.study.DataSizeStudy` measures the loss at growing numbers of rows, fits a power law with a
floor, and carries it on to twice the rows: is the data the limit, or the model?
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge

from sklearn_mlknow.study import DataSizeStudy

# %%
# Two models of the same curved table. A line has soon learned all that it can; trees could use more rows.
X, y = make_friedman1(1200, noise=0.5, random_state=0)
models = {"a line": Ridge(), "boosted trees": HistGradientBoostingRegressor(max_iter=60)}
fig, axes = plt.subplots(1, 2, figsize=(10.0, 3.8))
for ax, (name, model) in zip(axes, models.items()):
    study = DataSizeStudy(model, repeats=6, random_state=0).fit(X, y)
    study.plot(ax=ax)
    ax.set_title(f"{name}: the limit is the {study.verdict_}")
    print(f"{name}: {study.sentence()}\n")
plt.show()
