"""
A model that fits on a page
===========================

:class:`~sklearn_mlknow.glassbox.ScorecardClassifier` gives points for the bin that each column falls in, and adds them
up. The table of points is the whole model, and its probabilities are calibrated.
"""

import matplotlib.pyplot as plt
from sklearn.calibration import calibration_curve
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from sklearn_mlknow.glassbox import ScorecardClassifier

# %%
# Five measurements of a tumour; more points mean that it is more likely malignant.
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
X = X[["mean radius", "mean texture", "mean smoothness", "mean concavity", "mean symmetry"]]
X_train, X_test, y_train, y_test = train_test_split(X, y == 0, random_state=0)
card = ScorecardClassifier(max_bins=4, monotonic="increasing").fit(X_train, y_train)
card.scorecard_[["column", "interval", "count", "event_rate", "points"]].round(2).head(10)

# %%
# Why these points? Column by column.
card.explain(X_test[:3]).round(0)

# %%
seen = card.scorecard_[(card.scorecard_["count"] > 0) & (card.scorecard_["column"] != "base")]
fig, axes = plt.subplots(1, 2, figsize=(9.6, 4.4), gridspec_kw={"width_ratios": [3, 2]})
names = [f"{row.column} {row.interval}" for row in seen.itertuples()]
axes[0].barh(names, seen["points"], color=["C1" if points > 0 else "C0" for points in seen["points"]])
axes[0].invert_yaxis()
axes[0].tick_params(axis="y", labelsize=8)
axes[0].set(title="points", xlabel="away from malignant  |  towards malignant")
said = card.predict_proba(X_test)[:, 1]
axes[1].plot([0, 1], [0, 1], color="0.7")
axes[1].plot(*calibration_curve(y_test, said, n_bins=4, strategy="quantile")[::-1], "o-")
axes[1].set(xlabel="said", ylabel="happened", title=f"test rows, area under ROC {roc_auc_score(y_test, said):.2f}")
plt.show()
