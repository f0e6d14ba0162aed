"""
Learning to learn
=================

:class:`~sklearn_mlknow.fewshot.MetaLearningClassifier` is trained to be re-trained: a few gradient steps on a handful
of examples adapt it to a new task. Take it where tasks differ in what matters.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from sklearn_mlknow.fewshot import MetaLearningClassifier

# %%
# It meets many small tasks made of the digits 0 to 6. The new task: 7, 8 or 9?
X, y = load_digits(return_X_y=True)
known = y < 7
new, named = X[~known], y[~known]
rng = np.random.default_rng(0)
order = rng.permutation(len(new))
new, named = new[order], named[order]
steps = [1, 2, 5]
learners = {
    number: MetaLearningClassifier(n_way=3, n_steps=80, inner_steps=number, random_state=0).fit(X[known], y[known])
    for number in steps
}

# %%
# Right answers on the new task, by examples shown of each class, and by the gradient steps that adapt.
shots = [1, 2, 4, 8]
fig, ax = plt.subplots(figsize=(6.4, 3.6))
for number, learner in learners.items():
    right = []
    for shot in shots:
        scores = []
        for start in range(0, 80, 8):
            rows = np.concatenate([np.flatnonzero(named == digit)[start : start + shot] for digit in [7, 8, 9]])
            scores.append(learner.with_support(new[rows], named[rows]).score(new[300:], named[300:]))
        right.append(np.mean(scores))
    ax.plot(shots, right, "o-", label=f"{number} gradient step{'s' * (number > 1)}")
ax.set_xscale("log", base=2)
ax.set_xticks(shots, shots)
ax.axhline(1 / 3, color="0.6", linestyle="--", linewidth=1)
ax.text(1, 0.34, "chance", va="bottom", color="0.4")
ax.set(xlabel="examples of each new class", ylabel="right on new rows", ylim=(0.3, 1))
ax.legend(loc="lower right")
plt.show()
