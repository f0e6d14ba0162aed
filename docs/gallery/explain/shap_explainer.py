"""
Why did it answer so, and how sure is that?
===========================================

:class:`~sklearn_mlknow.explain.ShapExplainer` shares each prediction out among the columns of the table as you gave it,
for any model or Pipeline. With many columns the shares are estimated, and every one has a standard error.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.explain import ShapExplainer

# %%
# A Pipeline is explained as a whole: texts and numbers go in, one share for each of the six columns comes out.
X, y = load_penguins(return_X_y=True)
X, y = X.dropna(), y[X.notna().all(axis=1)]
prepare = make_column_transformer(
    (StandardScaler(), make_column_selector(dtype_include="number")),
    (OneHotEncoder(), make_column_selector(dtype_include="category")),
)
model = make_pipeline(prepare, LogisticRegression()).fit(X, y)
explanation = ShapExplainer(model, random_state=0).fit(X).explain(X[:100])
explanation.importance().round(3).head(6)

# %%
# Thirty columns are too many for all coalitions. A larger ``budget`` of model calls buys smaller errors, and what is
# reported as a standard error is about the error that is made.
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
net = make_pipeline(StandardScaler(), MLPClassifier((16,), max_iter=150, random_state=0, tol=1e-2)).fit(X, y)
patients, others = X[:6], X[::15]


def explain(budget, seed):
    """Explain the same patients against the same background."""
    return ShapExplainer(net, background=None, budget=budget, random_state=seed).fit(others).explain(patients)


much = explain(30_000, seed=1)
budgets = [1600, 3200, 6400, 12_800]
little = [explain(budget, seed=0) for budget in budgets]

# %%
fig, ax = plt.subplots(figsize=(6.6, 3.6))
reported = [np.sqrt(np.mean(each.standard_errors**2)) for each in little]
made = [np.sqrt(np.mean((each.values - much.values) ** 2)) for each in little]
ax.loglog(budgets, reported, "o-", label="reported")
ax.loglog(budgets, made, "s--", label="made")
ax.set_xticks(budgets, [f"{budget:,}" for budget in budgets])
ax.minorticks_off()
ax.set(xlabel="model rows for each explained row", ylabel="error of a share\n(root mean square)")
ax.legend()
plt.show()
