"""
Rules from experts, rules from data
===================================

:class:`~sklearn_mlknow.glassbox.RuleClassifier` reads a list of rules from the top, and the first that holds decides.
Give it the experts' own, and it measures them; give it none, and it finds a short list of short rules.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.glassbox import RuleClassifier

# %%
# What a field guide says, held against the table.
X, y = load_penguins(return_X_y=True)
guide = {"Gentoo": ["flipper_length_mm > 206 and bill_depth_mm < 18"], "Chinstrap": ["bill_length_mm > 44.5"]}
experts = RuleClassifier(guide, default="Adelie").fit(X, y)
experts.report_[["class", "rule", "decides", "precision_first"]].round(3)

# %%
# What the table itself says.
found = RuleClassifier(max_conditions=2).fit(X, y)
print(found.explain(X[:1])[0])
found.report_[["class", "rule", "decides", "precision_first"]].round(3)

# %%
print(f"right: experts {experts.score(X, y):.3f}, found {found.score(X, y):.3f}")
rule = found.apply(X)
fig, ax = plt.subplots(figsize=(7.2, 4.2))
for place, name in enumerate(found.classes_):
    rows = np.asarray(y) == name
    ax.scatter(X["bill_length_mm"][rows], X["flipper_length_mm"][rows], 18, color=f"C{place}", label=name)
wrong = found.predict(X) != np.asarray(y)
ax.scatter(
    X["bill_length_mm"][wrong], X["flipper_length_mm"][wrong], 90, facecolors="none", edgecolors="k", label="rules err"
)
ax.set(xlabel="bill_length_mm", ylabel="flipper_length_mm", title=f"{len(found.rules_)} rules, read from the top")
ax.legend()
plt.show()
