"""
Are these two the same?
=======================

:class:`~sklearn_mlknow.fewshot.SiameseClassifier` learns from pairs. ``similarity`` says how alike two rows are, as the
calibrated probability that they are of one class, also for classes it has never met.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import roc_auc_score

from sklearn_mlknow.fewshot import SiameseClassifier

# %%
# Recordings of speakers, 16 measurements each. A voice is in them, and so is the mood of the moment, which is louder.
rng = np.random.default_rng(0)
voice, mood = rng.normal(size=(4, 16)), rng.normal(size=(6, 16))


def record(n_speakers, n_rows):
    """Record each of some speakers a few times."""
    y = np.repeat(np.arange(n_speakers), n_rows)
    noise = 2 * rng.normal(size=(len(y), 6)) @ mood + 0.5 * rng.normal(size=(len(y), 16))
    return rng.normal(size=(n_speakers, 4))[y] @ voice + noise, y


# %%
# Trained on forty speakers, asked about pairs of recordings of six others.
learner = SiameseClassifier(n_steps=150, random_state=0).fit(*record(40, 15))
X, y = record(6, 25)
first, second = np.triu_indices(len(X), 1)
same = y[first] == y[second]
likeness = {
    "distance as measured": -np.linalg.norm(X[first] - X[second], axis=1),
    "learned similarity": learner.similarity(X, X)[first, second],
}

# %%
fig, axes = plt.subplots(1, 2, figsize=(9.0, 3.4))
for ax, (name, alike) in zip(axes, likeness.items()):
    for fact, label in [(True, "pairs of one speaker"), (False, "pairs of two speakers")]:
        ax.hist(alike[same == fact], 40, density=True, alpha=0.65, label=label)
    ax.set(title=f"{name}: area under ROC {roc_auc_score(same, alike):.2f}", yticks=[])
axes[0].legend(loc="upper left")
axes[1].axvline(learner.match_threshold_, color="0.3", linestyle="--", linewidth=1)
axes[1].set_xlabel("the dashed line is match_threshold_")
plt.show()
