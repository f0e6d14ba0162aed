"""
Two categories together
=======================

:class:`~sklearn_mlknow.features.CrossFeatures` writes the category that two columns make together. A linear model and a
scorecard add what columns tell; they cannot see what two tell only together.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from sklearn_mlknow.features import CrossFeatures

# %%
# Ice sells in summer in Oslo, and in winter in Sydney: neither city nor month tells alone.
rng = np.random.default_rng(0)
X = pd.DataFrame({"city": rng.choice(["Oslo", "Sydney"], 800), "season": rng.choice(["Dec–Feb", "Jun–Aug"], 800)})
warm = (X["city"] == "Sydney") == (X["season"] == "Dec–Feb")
sold = rng.random(800) < np.where(warm, 0.8, 0.15)

cross = CrossFeatures().set_output(transform="pandas")
cross.fit_transform(X).head(3)

# %%
one_hot = make_column_transformer((OneHotEncoder(), make_column_selector(dtype_include=[object, "string"])))
added = make_pipeline(one_hot, LogisticRegression())
crossed = make_pipeline(cross, one_hot, LogisticRegression())
print(f"side by side: {cross_val_score(added, X, sold).mean():.2f}")
print(f"crossed:      {cross_val_score(crossed, X, sold).mean():.2f}")

# %%
rates = pd.Series(sold).groupby([X["city"], X["season"]]).mean().unstack()
fig, axes = plt.subplots(1, 3, figsize=(8.4, 2.9), gridspec_kw={"width_ratios": [1, 1, 2]}, sharey=True)
for ax, values, title in [
    (axes[0], rates.mean(axis=1), "city alone"),
    (axes[1], rates.mean(axis=0), "season alone"),
    (axes[2], rates.stack(), "city & season"),
]:
    names = [" &\n".join(key) if isinstance(key, tuple) else key for key in values.index]
    ax.bar(names, values, color=["C0", "C1"] * 2, width=0.6)
    ax.set_title(title)
axes[0].set_ylabel("share that sells")
plt.show()
