"""
Summaries merge
===============

Everything that is learned here is learned from a summary, and summaries of parts merge into the summary of the whole:
:class:`~sklearn_mlknow.summaries.Values` of numbers, :class:`~sklearn_mlknow.summaries.Categories` of texts,
:class:`~sklearn_mlknow.summaries.Moments` of a target, and either of the first two
:class:`~sklearn_mlknow.summaries.Crossed` with a target.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.summaries import categories, crossed, moments, values

# %%
# A column in three parts, in any order: the same summary.
rng = np.random.default_rng(0)
column = rng.gamma(2.0, 3.0, 3000).round(1)
parts = np.split(column, [700, 1500])
forwards = values.merge(
    values.merge(values.summarise(parts[0]), values.summarise(parts[1])), values.summarise(parts[2])
)
backwards = values.merge(values.summarise(parts[2]), values.merge(*map(values.summarise, parts[1::-1])))
whole = values.kept(values.summarise(column))
print(all(np.array_equal(one.values, whole.values) for one in [forwards, backwards]), forwards.rank_error)

# %%
# Texts as codes, a number's mean and spread, and the classes of a target beside each value.
levels = np.array(["Bonn", "Oslo", "Rome"], dtype=object)
cities = categories.merge(
    categories.summarise(np.array([0, 0, 2]), levels), categories.summarise(np.array([1, -1]), levels)
)
print(dict(zip(cities.levels, cities.weights)), "missing:", cities.missing)
both = moments.merge(moments.summarise(column[:10]), moments.summarise(column[10:]))
print(np.isclose(both.mean, column.mean()), np.isclose(both.deviation, column.std()))
table = crossed.cross_values(np.array([1.0, 2.0, 1.0, 2.0]), np.array([0, 1, 1, 1]), n_classes=2)
print(table.column.values, table.target[:2].tolist())

# %%
# Past a cap, neighbours share a run, and the worst error of a rank is kept beside them. Here the cap is 40 values of
# 3000 rows instead of 200 000, to see it at all.
small = values.EMPTY
for part in np.split(rng.permutation(column), 30):
    small = values.merge(small, values.summarise(part), most_values=40, n_runs=20)
fig, ax = plt.subplots(figsize=(6.8, 3.6))
ax.step(np.sort(column), np.arange(1, 3001) / 3000, color="0.6", label="all 3000 rows", where="post")
share = small.cumulative() / small.total
ax.step(small.values, share, where="post", label=f"{len(small.values)} values, merged of 30 parts")
ax.fill_between(small.values, share - small.rank_error, share + small.rank_error, step="post", alpha=0.2)
ax.set(xlabel="value", ylabel="share of rows below", title="the band is the error that is promised", ylim=(0, 1.02))
ax.legend()
plt.show()
