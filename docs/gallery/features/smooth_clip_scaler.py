"""
Outliers without their pull
===========================

:class:`~sklearn_mlknow.features.SmoothClipScaler` scales by median and quartiles and bends what is far away smoothly
towards ±3. Outliers keep their order but no longer decide.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from sklearn_mlknow.features import SmoothClipScaler

# %%
# Two hundred ordinary values, and three that somebody typed with a wrong unit.
rng = np.random.default_rng(0)
X = np.concatenate([rng.normal(50, 10, 200), [900.0, 1200.0, 5000.0]])[:, None]
scalers = [MinMaxScaler(), StandardScaler(), SmoothClipScaler()]

# %%
fig, axes = plt.subplots(3, 1, figsize=(6.6, 3.8))
for place, (ax, scaler) in enumerate(zip(axes, scalers)):
    scaled = scaler.fit_transform(X).ravel()
    ax.plot(scaled[:200], np.zeros(200), "|", markersize=18, alpha=0.5, color=f"C{place}")
    ax.plot(scaled[200:], np.zeros(3), "v", color="C3")
    ax.set(title=type(scaler).__name__, yticks=[], ylim=(-1, 1))
    ax.spines["left"].set_visible(False)
plt.show()

# %%
# The ordinary rows keep their distances; the triangles, the outliers, have lost their pull but not their order.
print(SmoothClipScaler().fit_transform(X)[-3:].ravel().round(4))
