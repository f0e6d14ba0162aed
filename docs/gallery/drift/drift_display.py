"""
What has moved, bin by bin
==========================

:class:`~sklearn_mlknow.drift.DriftDisplay` draws a drift report: how far each column has moved, and for one column how
its shares went from bin to bin. The bins hold equally many rows of the reference, so what stands out has moved.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.drift import DriftDisplay, DriftMonitor

# %%
# A sensor that drops out more often than it did, and a shop that has a new kind of customer.
rng = np.random.default_rng(0)
before = pd.DataFrame({"sensor": rng.normal(20, 4, 2000), "kind": rng.choice(["retail", "trade"], 2000, p=[0.7, 0.3])})
now = pd.DataFrame(
    {"sensor": rng.normal(22, 3, 900), "kind": rng.choice(["retail", "trade", "online"], 900, p=[0.5, 0.2, 0.3])}
)
now.loc[rng.random(900) < 0.12, "sensor"] = np.nan
display = DriftDisplay(DriftMonitor().fit(before).report(now))

# %%
fig, axes = plt.subplots(1, 2, figsize=(9.4, 3.8), gridspec_kw={"width_ratios": [3, 2]})
for ax, column in zip(axes, ["sensor", "kind"]):
    display.column(column, ax=ax)
plt.show()
