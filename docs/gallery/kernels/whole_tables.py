"""
The same loops for whole tables
===============================

A table is worked on in one pass, in its own memory layout, by threads where that pays: :func:`.digitise_table` with
:func:`.pad_edges`, :func:`.histogram_table`, :func:`.joint_histogram_table` and :func:`.bin_counts`, which counts
without making codes. :func:`.each_column` runs any function of a column, such as :func:`.sorted_present`; of one
column, :func:`.histogram` counts the codes.
"""

import matplotlib.pyplot as plt
import numpy as np

from sklearn_mlknow.kernels import (
    bin_counts,
    digitise_table,
    each_column,
    histogram,
    histogram_table,
    joint_histogram_table,
    pad_edges,
    sorted_present,
)

# %%
# Three columns, some values missing, and a class that the first two tell of.
rng = np.random.default_rng(0)
table = rng.normal(size=(5000, 3))
is_class = (table[:, 0] + table[:, 1] ** 2 + rng.normal(0, 0.5, 5000) > 1).astype(int)
table[rng.random(table.shape) < 0.05] = np.nan

# %%
# Edges of eight bins of equally many values in each column, from its sorted values.
ordered = each_column(sorted_present, table)
edges = pad_edges([values[len(values) * np.arange(1, 8) // 8] for values in ordered])
codes, holds_infinity = digitise_table(table, edges, np.full(3, 8))
print(codes.shape, holds_infinity)

# %%
# Counts of the codes: of one column, of all, and without codes. They are the same.
counts = histogram_table(codes, 9)
print(counts)
print((counts == bin_counts(table, edges)).all(), (counts[0] == histogram(codes[:, 0], 9)).all())

# %%
# Counts by class, from one more pass: the third column tells nothing.
by_class = joint_histogram_table(codes, is_class, 9, 2)
shares = by_class[:, :, 1] / by_class.sum(axis=2)
fig, ax = plt.subplots(figsize=(6.8, 3.6))
for place, line in enumerate(shares):
    ax.plot(range(9), line, "o-", label=f"column {place}")
ax.set_xticks(range(9), [*range(8), "missing"])
ax.set(xlabel="code", ylabel="share of the class")
ax.legend()
plt.show()
