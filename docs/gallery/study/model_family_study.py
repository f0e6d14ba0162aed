"""
Rules, statistics, machine learning or a network?
=================================================

:class:`~sklearn_mlknow.study.ModelFamilyStudy` compares kinds of models on the same folds: how good, how well
calibrated, how fast, how large, and who is right where the others fail.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.glassbox import RuleClassifier, ScorecardClassifier
from sklearn_mlknow.neural import NeuralClassifier
from sklearn_mlknow.study import ModelFamilyStudy

# %%
# Without arguments it takes one default of each family; here we name our own.
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
models = {
    "rules": RuleClassifier(max_rules=5),
    "scorecard": ScorecardClassifier(max_bins=5),
    "line": make_pipeline(StandardScaler(), LogisticRegression()),
    "boosted trees": HistGradientBoostingClassifier(max_iter=50),
    "network": NeuralClassifier(max_epochs=10, n_members=2),
}
study = ModelFamilyStudy(models, cv=3, random_state=0).fit(X, y)
print(study.sentence())
study.results_[["family", "score", "behind", "low", "high", "calibration"]].round(3)

# %%
# On the left, how far each is behind the best; on the right, how often one is right where another fails: where
# that is far more often than a guess would be, trying the two together is worth it.
fig, axes = plt.subplots(1, 2, figsize=(9.8, 3.8))
results = study.results_
axes[0].hlines(results["family"], results["low"], results["high"], color="0.75", linewidth=3)
axes[0].plot(results["behind"], results["family"], "o", markersize=9)
axes[0].axvline(0, color="0.5", linewidth=1)
axes[0].invert_yaxis()
axes[0].set(xlabel="log-loss behind the best, with 95 % interval")
rescues = study.rescues_
picture = axes[1].imshow(rescues, cmap="GnBu", vmin=0, vmax=1)
for row, line in enumerate(rescues.to_numpy()):
    for column, share in enumerate(line):
        if row != column:
            axes[1].text(column, row, f"{share:.0%}", ha="center", va="center", color="k" if share < 0.6 else "w")
axes[1].set_xticks(range(5), rescues.columns, rotation=30, ha="right")
axes[1].set_yticks(range(5), rescues.index)
axes[1].set(xlabel="fails", ylabel="is right")
axes[1].spines[:].set_visible(False)
plt.show()
