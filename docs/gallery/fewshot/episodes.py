"""
How to judge a learner of new classes
=====================================

:class:`~sklearn_mlknow.fewshot.EpisodeSampler` draws small tasks: a few classes, a few examples of each (the support),
and rows to be named (the queries). ``evaluate_episodes`` plays them; the :class:`~sklearn_mlknow.fewshot.EpisodeResult`
tells accuracy, its interval, and what two plain baselines reach.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.fewshot import EpisodeSampler, PrototypeClassifier, evaluate_episodes

# %%
# Three episodes of a table with six classes: which rows are support, which are queries?
y = np.repeat(list("abcdef"), 6)
sampler = EpisodeSampler(n_way=3, n_shot=2, n_query=3, n_episodes=3, random_state=0)
fig, ax = plt.subplots(figsize=(7.6, 2.2))
for line, (support, query) in enumerate(sampler.split(np.zeros((36, 1)), y)):
    ax.scatter(np.arange(36), np.full(36, line), s=26, color="0.9", marker="s")
    ax.scatter(support, np.full(len(support), line), s=46, color="C0", marker="s", label="support" if line == 0 else "")
    ax.scatter(query, np.full(len(query), line), s=46, color="C1", marker="s", label="query" if line == 0 else "")
ax.set_xticks(np.arange(2.5, 36, 6), [f"class {name}" for name in "abcdef"])
ax.set(yticks=range(3), yticklabels=["episode 1", "episode 2", "episode 3"], ylim=(2.6, -0.6))
ax.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
plt.show()

# %%
# Played by a learner on classes that it was not trained on: a table in which most of what varies does not matter.
rng = np.random.default_rng(0)
matters, does_not = rng.normal(size=(4, 16)), rng.normal(size=(6, 16))
y = np.repeat(np.arange(46), 15)
X = rng.normal(size=(46, 4))[y] @ matters + 2 * rng.normal(size=(len(y), 6)) @ does_not
learner = PrototypeClassifier(random_state=0).fit(X[y < 40], y[y < 40])
new = y >= 40
results = [
    evaluate_episodes(learner, X[new], y[new], n_way=5, n_shot=shot, n_query=8, n_episodes=150, random_state=0)
    for shot in [1, 5]
]
results[0].to_frame().round(3)

# %%
fig, ax = plt.subplots(figsize=(6.4, 3.2))
for place, (shot, result) in enumerate(zip([1, 5], results)):
    where = np.arange(3) + 0.36 * place
    heights = [result.accuracy, *result.baselines.values()]
    errors = [result.half_width, 0, 0]
    ax.bar(where, heights, 0.34, yerr=errors, capsize=4, label=f"{shot} example{'s' * (shot > 1)} of each")
ax.set_xticks(np.arange(3) + 0.18, ["learner", *results[0].baselines])
ax.axhline(0.2, color="0.4", linestyle="--", linewidth=1)
ax.text(2.62, 0.2, "chance", va="center", color="0.3")
ax.set(ylabel="right answers", ylim=(0, 1.0))
ax.legend(loc="upper right")
plt.show()
