"""
Texts taken apart
=================

:class:`~sklearn_mlknow.features.PatternFeatures` turns each named group of a regular expression into a column: numbers
where all finds are numbers, texts otherwise. Patterns that some text could make run away are refused.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from sklearn_mlknow.features import PatternFeatures

# %%
# Cabins of a ship: the deck is a letter, the number grows towards the stern, and some passengers have none.
rng = np.random.default_rng(0)
decks = rng.choice(list("ABCDE"), 300, p=[0.1, 0.2, 0.3, 0.2, 0.2])
cabins = pd.Series([f"{deck}{rng.integers(1, 130)}" for deck in decks]).mask(rng.random(300) < 0.15)
X = pd.DataFrame({"cabin": cabins})
builder = PatternFeatures("cabin", r"(?P<deck>[A-Z])(?P<number>\d+)").set_output(transform="pandas")
table = builder.fit_transform(X)
print(builder.types_, f"found in {builder.matched_:.0%} of the distinct texts")
table.head()

# %%
fig, ax = plt.subplots(figsize=(6.6, 2.6))
for place, (deck, rows) in enumerate(table.groupby("cabin_deck")):
    ax.plot(rows["cabin_number"], np.full(len(rows), place), "|", markersize=14)
    ax.text(-8, place, f"deck {deck}", ha="right", va="center")
ax.set(xlabel="cabin_number", yticks=[], ylim=(4.6, -0.6), title="bow  →  stern")
ax.spines["left"].set_visible(False)
plt.show()

# %%
# A pattern that could take for ever is an error in ``fit``, before any row is read.
try:
    PatternFeatures("cabin", r"(?P<name>(a+)+b)").fit(X)
except ValueError as error:
    print(error)
