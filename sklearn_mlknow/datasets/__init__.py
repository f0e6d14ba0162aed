"""Small tables that come with the package, so that every example works offline.

A loader returns what scikit-learn's loaders return: a Bunch, or ``(X, y)`` with ``return_X_y=True``. The files are
compressed csv under a licence that allows bundling, never pickles; pandas is imported when a loader is called.
"""

from sklearn_mlknow.datasets.penguins import load_penguins

__all__ = ["load_penguins"]
