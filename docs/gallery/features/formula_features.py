"""
Formulas from your field
========================

:class:`~sklearn_mlknow.features.FormulaFeatures` writes what experts know as a column of its own. Formulas are texts,
read by a small interpreter that knows arithmetic and nothing else, so they may come from anywhere.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.features import FormulaFeatures

# %%
# Who is overweight, among children and adults? A straight line through height and weight cannot say it.
rng = np.random.default_rng(0)
height = rng.uniform(0.9, 2.0, 500)
people = pd.DataFrame({"height": height, "weight": rng.normal(22, 4, 500) * height**2})
overweight = people["weight"] / people["height"] ** 2 > 25

bmi = FormulaFeatures({"bmi": "weight / height**2"}).set_output(transform="pandas")
line = make_pipeline(StandardScaler(), LogisticRegression())
print(f"as measured:      {cross_val_score(line, people, overweight).mean():.3f}")
print(f"with the formula: {cross_val_score(make_pipeline(bmi, *line), people, overweight).mean():.3f}")

# %%
fig, ax = plt.subplots()
for fact, name in [(False, "index up to 25"), (True, "index above 25")]:
    ax.plot(*people[overweight == fact][["height", "weight"]].to_numpy().T, ".", label=name)
grid = np.linspace(0.9, 2.0)
ax.plot(grid, 25 * grid**2, color="0.3", label="weight / height**2 = 25")
ax.set(xlabel="height (m)", ylabel="weight (kg)")
ax.legend()
plt.show()

# %%
# A formula that cannot be read is refused in ``fit``, and the message points at the place.
try:
    FormulaFeatures({"bmi": "weight / (height"}).fit(people)
except ValueError as error:
    print(error)
