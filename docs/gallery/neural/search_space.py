"""
What to try on a net
====================

:func:`.search_space` lists the few settings of a net that are worth a search, ready for scikit-learn's own searches:
``"small"`` is a grid of twelve, ``"full"`` has everything that matters, as distributions. It finds the net inside a
Pipeline and puts the prefixes before the names.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow.neural import NeuralClassifier, search_space

# %%
X, y = load_digits(return_X_y=True)
X, y = X[:500], y[:500]
model = make_pipeline(StandardScaler(), NeuralClassifier(max_epochs=25, n_members=1, random_state=0))
space = search_space(model)
for name, values in space.items():
    print(name, values)
print("settings of the full space:", len(search_space(model, "full")))

# %%
# Six settings by chance, each on the same three folds. The bars, standard deviations over the folds, are wider than the
# differences: a search tells a bad setting from a good one, and seldom the best of the good.
search = RandomizedSearchCV(model, space, n_iter=6, cv=3, scoring="neg_log_loss", random_state=0).fit(X, y)
found = search.cv_results_
order = found["mean_test_score"].argsort()
fig, ax = plt.subplots(figsize=(8.2, 3.6))
ax.errorbar(found["mean_test_score"][order], range(6), xerr=found["std_test_score"][order], fmt="o")
tried = [found["params"][k] for k in order]
labels = [", ".join(f"{name.rpartition('__')[2]} {value}" for name, value in one.items()) for one in tried]
ax.set_yticks(range(6), labels, fontsize=7)
ax.set(xlabel="log-loss of rows not seen, turned round (larger is better)")
plt.show()
