"""
Is the table sound?
===================

:class:`~sklearn_mlknow.study.DataCheck` looks for what spoils models before any technique can help: rows twice, columns
that number the rows or know the answer, outliers, labels that look wrong, classes too rare to learn.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.study import DataCheck

# %%
# A good table, and seven things gone wrong with it.
X, y = load_penguins(return_X_y=True)
X, y = X.dropna().reset_index(drop=True), y[X.notna().all(axis=1)].to_numpy()
X["number"] = np.arange(len(X))  # numbers the rows
X["unit"] = "mm"  # always the same
X["nest"] = np.char.add(y.astype(str), "-nest")  # knows the answer
X.loc[5, "body_mass_g"] = 45_000  # a slip of the decimal point
wrong = [30, 160, 280]
y[wrong] = np.roll(y[wrong], 1)  # labels exchanged
check = DataCheck(random_state=0).fit(X, y)
check.to_frame()

# %%
# The rows whose labels a cross-fitted model contradicts. The nest, which gives them away, was left out.
check = DataCheck(random_state=0).fit(X.drop(columns="nest"), y)
doubtful = [row for finding in check.findings_ if "label" in finding.kind for row in finding.rows]
print("exchanged:", wrong, "found:", sorted(map(int, doubtful)))
fig, ax = plt.subplots()
for place, name in enumerate(np.unique(y)):
    rows = y == name
    ax.scatter(X["bill_length_mm"][rows], X["flipper_length_mm"][rows], 16, f"C{place}", alpha=0.5, label=name)
for rows, size, name, color in [(doubtful, 150, "doubtful label", "k"), (wrong, 50, "exchanged", "C3")]:
    at = X.loc[rows, ["bill_length_mm", "flipper_length_mm"]].to_numpy().T
    ax.scatter(*at, size, facecolors="none", edgecolors=color, linewidth=1.5, label=name)
ax.set(xlabel="bill_length_mm", ylabel="flipper_length_mm")
ax.legend()
plt.show()
