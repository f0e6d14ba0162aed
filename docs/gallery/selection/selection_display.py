"""
Who stays, and why
==================

:class:`~sklearn_mlknow.selection.SelectionDisplay` draws the scores of a selector's columns, the ones that stay in
colour, each with the reason beside it. It works with every selector.
"""

import matplotlib.pyplot as plt

from sklearn_mlknow.datasets import load_penguins
from sklearn_mlknow.selection import MutualInformationSelector, RedundancySelector, SelectionDisplay

# %%
X, y = load_penguins(return_X_y=True)
SelectionDisplay.from_estimator(MutualInformationSelector(random_state=0).fit(X, y))
plt.show()

# %%
# Another selector, another reason.
SelectionDisplay.from_estimator(RedundancySelector(0.8).fit(X, y))
plt.show()
