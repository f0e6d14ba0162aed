"""
Categories as evidence
======================

:class:`~sklearn_mlknow.features.WeightOfEvidenceEncoder` replaces a category by the log-odds of the event in it, less
those of all rows. Nought says nothing, +0.7 doubles the odds; small levels are drawn towards nought.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.features import WeightOfEvidenceEncoder

# %%
# Eight jobs of very different size. In the smallest, chance alone makes rates of 0 or 1.
rng = np.random.default_rng(0)
sizes = {"clerk": 600, "nurse": 400, "cook": 250, "smith": 120, "pilot": 40, "actor": 15, "diver": 6, "clown": 3}
job = np.repeat(list(sizes), list(sizes.values()))
rate = np.repeat([0.2, 0.1, 0.3, 0.4, 0.15, 0.5, 0.2, 0.2], list(sizes.values()))
X, default = pd.DataFrame({"job": job}), rng.random(len(job)) < rate
levels = pd.DataFrame({"job": list(sizes)})
smooth = WeightOfEvidenceEncoder(smoothing="auto").fit(X, default).transform(levels).ravel()
raw = WeightOfEvidenceEncoder(smoothing=0.01).fit(X, default).transform(levels).ravel()

# %%
fig, ax = plt.subplots()
ax.axhline(0, color="0.5", linewidth=1)
ax.vlines(range(8), raw, smooth, color="0.8", linewidth=2)
ax.plot(raw, "o", color="0.6", label="hardly smoothed")
ax.plot(smooth, "o", label='smoothing="auto"')
ax.set_xticks(range(8), [f"{name}\n{size}" for name, size in sizes.items()])
ax.set(ylabel="weight of evidence", xlabel="job, and its rows")
ax.legend(loc="lower left")
plt.show()
