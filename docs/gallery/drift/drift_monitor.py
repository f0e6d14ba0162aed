"""
Has a column moved?
===================

:class:`~sklearn_mlknow.drift.DriftMonitor` remembers how the columns of training data were distributed, as summaries
and never as rows; its :class:`~sklearn_mlknow.drift.DriftReport` says which columns of a later table have moved. A
drift is both more than chance and large, so neither a million rows nor fifty raise an alarm by themselves.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.drift import DriftDisplay, DriftMonitor

# %%
# Customers of last year, and of today: they have grown older, a new city has appeared, incomes are as they were.


def customers(rng, n_rows, age, cities):
    """Draw a table of customers."""
    return pd.DataFrame(
        {
            "age": rng.normal(age, 10, n_rows),
            "income": rng.lognormal(3, 0.6, n_rows),
            "visits": rng.poisson(4, n_rows),
            "city": rng.choice(cities, n_rows),
        }
    )


rng = np.random.default_rng(0)
monitor = DriftMonitor().fit(customers(rng, 3000, 40, ["Oslo", "Rome"]))
report = monitor.report(customers(rng, 800, 46, ["Oslo", "Rome", "Bonn"]))
print(report.verdict)
report.to_frame().round(3)

# %%
# By rule of thumb a population stability index of 0.1 is worth a look, and 0.25 is a large move.
DriftDisplay(report).psi()
plt.show()

# %%
# Fifty rows of the same kind as before move the index by chance alone. The test knows it, and no alarm is raised.
few = monitor.report(customers(rng, 50, 40, ["Oslo", "Rome"]))
print(few.to_frame()["psi"].round(2).tolist(), few.is_drift)
