"""
The model or the data?
======================

:class:`~sklearn_mlknow.study.TechniqueStudy` puts one technique at a time into the same Pipeline, on the same folds,
and says what it gains: with an interval that allows for shared rows and for the number of techniques tried.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from sklearn_mlknow.study import TechniqueStudy

# %%
# A line is to tell who fails to pay. The truth is a step in age and a ratio of debts to income, neither of them a line.
rng = np.random.default_rng(0)
X = pd.DataFrame(
    {"age": rng.uniform(18, 80, 700), "income": rng.lognormal(3, 0.5, 700), "debts": rng.lognormal(2, 0.7, 700)}
)
risk = 2.5 * ((X["age"] > 25) & (X["age"] < 60)) - 6 * X["debts"] / X["income"] + 1
fails = rng.random(700) < 1 / (1 + np.exp(risk))
names = [
    "scale: smooth clip",
    "distribution: per column",
    "bins of equal width",
    "bins of equal frequency",
    "optimal bins",
    "ratios of columns",
    "clusters",
]
study = TechniqueStudy(LogisticRegression(), techniques=names, cv=5, repeats=1, stack=False, random_state=0)
study.fit(X, fails)
print(study.sentence())

# %%
study.plot()
plt.show()

# %%
# The same as a table, with the chance that each helps and what a fit costs.
study.results_.round(3)
