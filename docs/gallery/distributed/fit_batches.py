"""
One batch in memory at a time
=============================

``fit_batches`` fits an estimator or a whole Pipeline from batches, files or a folder of them. What is learned is the
same as from all rows at once: here with :class:`.EqualFrequencyBinner` and :class:`.TargetMeanEncoder`.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer

from sklearn_mlknow.binning import EqualFrequencyBinner
from sklearn_mlknow.distributed import fit_batches
from sklearn_mlknow.features import TargetMeanEncoder

# %%
# Forty thousand rows, in batches of four hundred.
rng = np.random.default_rng(0)
table = pd.DataFrame({"income": rng.lognormal(3, 0.8, 40_000).round(2), "city": rng.choice(list("abcdefgh"), 40_000)})
y = table["income"].to_numpy() + 5 * (table["city"] == "a") + rng.normal(0, 5, 40_000)
batches = [(table[start : start + 400], y[start : start + 400]) for start in range(0, 40_000, 400)]


def steps():
    """Build the same transformer anew."""
    return make_column_transformer(
        (EqualFrequencyBinner(8), ["income"]), (TargetMeanEncoder(target_type="number"), ["city"])
    )


in_batches = fit_batches(steps(), batches)
at_once = steps().fit(table, y)
equal = np.allclose(in_batches.transform(table), at_once.transform(table), rtol=1e-12)
print("the same as from all rows at once:", equal)

# %%
# The edges while batches come in: they wander, and end where ``fit`` puts them.
binner, seen = EqualFrequencyBinner(8), []
for rows, _ in batches:
    seen.append(binner.partial_fit(rows[["income"]]).bin_edges_[0][1:-1])
fig, ax = plt.subplots(figsize=(6.8, 3.6))
final = at_once.named_transformers_["equalfrequencybinner"].bin_edges_[0][1:-1]
ax.plot(np.arange(1, 101), 100 * (np.array(seen) / final - 1), linewidth=1.2)
ax.axhline(0, color="0.4", linestyle="--", linewidth=1)
ax.set(xlabel="batches seen", ylabel="off the edge of all rows (%)", title="seven edges of income")
plt.show()
