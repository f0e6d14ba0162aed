"""Small tables and trained weights that come with the package, so that every example works offline.

A loader returns what scikit-learn's loaders return: a Bunch, or ``(X, y)`` with ``return_X_y=True``. The files are
compressed csv and plain arrays under a licence that allows bundling, never pickles; pandas is imported when a loader of
a table is called.
"""

from sklearn_mlknow.datasets.omniglot_encoder import load_omniglot_encoder
from sklearn_mlknow.datasets.penguins import load_penguins

__all__ = ["load_omniglot_encoder", "load_penguins"]
