"""
Train, test and real data side by side
======================================

Is the split fair, and will what was measured hold in use? ``compare_distributions`` asks both at once, and
:class:`~sklearn_mlknow.drift.DistributionComparison` holds a report for each two tables.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

from sklearn_mlknow.drift import DriftDisplay, compare_distributions

# %%
# Wines for training and testing are drawn by chance. The real ones come from another harvest: more alcohol, and a new
# instrument that reads the hue a little high.
X = load_wine(as_frame=True).data[["alcohol", "malic_acid", "magnesium", "hue", "proline"]]
train, test = train_test_split(X, test_size=0.4, random_state=0)
rng = np.random.default_rng(0)
real = X.sample(150, replace=True, random_state=1).assign(
    alcohol=lambda rows: rows["alcohol"] + 0.7, hue=lambda rows: rows["hue"] * 1.25 + rng.normal(0, 0.02, 150)
)
comparison = compare_distributions(train, test, real)
print(comparison.drifted)

# %%
fig, axes = plt.subplots(1, 3, figsize=(10.4, 2.9), sharex=True)
for ax, (pair, report) in zip(axes, comparison.reports.items()):
    DriftDisplay(report).psi(ax=ax)
    ax.set(title=pair.replace("_", " against "), ylabel="")
plt.show()
