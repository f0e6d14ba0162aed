"""
Bins that tell most about a target
==================================

:class:`~sklearn_mlknow.binning.OptimalBinner` finds, of all the bins it could make under your constraints, those with
the highest information value: exactly, without a solver. The event rate may be asked to rise, fall, or turn once.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer

from sklearn_mlknow.binning import OptimalBinner

# %%
# Is a tumour malignant? One measurement is kept, first without and then with a constraint.
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X, malignant = X[["mean smoothness"]], y == 0
binners = {str(order): OptimalBinner(max_bins=6, monotonic=order).fit(X, malignant) for order in [None, "increasing"]}

# %%
# "More is worse" costs little information here, and gives a rule that people believe.
fig, axes = plt.subplots(1, 2, figsize=(6.8, 3.4), sharey=True)
for place, (ax, (order, binner)) in enumerate(zip(axes, binners.items())):
    table = binner.bin_table()
    table = table[table["count"] > 0]
    ax.stairs(table["event_rate"], range(len(table) + 1), fill=True, color=f"C{place}", alpha=0.85)
    ax.set_xticks(range(1, len(table)), [f"{edge:.3f}" for edge in binner.bin_edges_[0][1:-1]], rotation=60)
    ax.set(title=f"monotonic: {order}\ninformation value {binner.scores_[0]:.2f}", xlabel="mean smoothness")
axes[0].set_ylabel("share of malignant tumours")
plt.show()
