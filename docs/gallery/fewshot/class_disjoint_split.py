"""
Folds that share no class
=========================

:class:`~sklearn_mlknow.fewshot.ClassDisjointSplit` splits rows so that the classes of the test part never occur in the
training part. An ordinary split shows a few-shot learner the very classes it is to be surprised with.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import StratifiedKFold

from sklearn_mlknow.fewshot import ClassDisjointSplit

# %%
y = np.repeat(np.arange(9), 8)
splitters = {
    "StratifiedKFold: every class on both sides": StratifiedKFold(3),
    "ClassDisjointSplit: no class on both sides": ClassDisjointSplit(3, random_state=0),
}
fig, axes = plt.subplots(2, 1, figsize=(7.6, 3.6), sharex=True)
for ax, (name, splitter) in zip(axes, splitters.items()):
    for fold, (train, test) in enumerate(splitter.split(np.zeros((72, 1)), y)):
        ax.scatter(train, np.full(len(train), fold), s=22, color="C0", marker="s")
        ax.scatter(test, np.full(len(test), fold), s=22, color="C1", marker="s")
    ax.vlines(np.arange(7.5, 71, 8), -0.5, 2.5, color="0.8", linewidth=1)
    ax.set(title=name, yticks=range(3), yticklabels=["fold 1", "fold 2", "fold 3"], ylim=(2.6, -0.6))
axes[1].set_xticks(np.arange(3.5, 72, 8), [f"class {number}" for number in range(9)])
axes[0].scatter([], [], color="C0", marker="s", label="train")
axes[0].scatter([], [], color="C1", marker="s", label="test")
fig.legend(ncols=2, loc="outside lower center")
plt.show()
