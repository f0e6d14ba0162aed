"""
What another table knows
========================

:class:`~sklearn_mlknow.features.JoinFeatures` brings columns of another table to each row, by a key. With ``when`` a
row gets what was known *before* its time, so nothing is known before it happened.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.features import JoinFeatures

# %%
# Rain is measured every few hours; trips begin at any time.
rng = np.random.default_rng(0)
hours = np.sort(rng.uniform(3, 24, 9))
weather = pd.DataFrame({"city": "Oslo", "hour": hours, "rain": rng.gamma(1.0, 2.0, 9).round(1)})
trips = pd.DataFrame({"city": "Oslo", "hour": np.sort(rng.uniform(0, 24, 14))})
join = JoinFeatures(weather, "city", when="hour").set_output(transform="pandas")
known = join.fit_transform(trips)
join.report_

# %%
# Each trip takes the last measurement before it; the first trips have none, and say so by a missing value.
fig, ax = plt.subplots(figsize=(7.2, 3.2))
ax.step(weather["hour"], weather["rain"], where="post", color="0.75")
ax.plot(weather["hour"], weather["rain"], "s", color="0.45", label="measured")
ax.plot(known["hour"], known["rain"], "o", color="C0", label="known at the start of a trip")
lost = known["hour"][known["rain"].isna()]
ax.plot(lost, np.zeros(len(lost)), "x", color="C1", label="nothing known yet")
ax.set(xlabel="hour", ylabel="rain (mm)")
ax.legend()
plt.show()

# %%
# Where a key has many rows and time does not matter, numbers are aggregated.
orders = pd.DataFrame({"customer": [1, 1, 2], "paid": [10.0, 30.0, 5.0]})
aggregated = JoinFeatures(orders, "customer", statistics=("mean", "count")).set_output(transform="pandas")
aggregated.fit_transform(pd.DataFrame({"customer": [1, 2, 3]}))
