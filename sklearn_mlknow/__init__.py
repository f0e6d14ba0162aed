"""Useful knowledge about training models, as scikit-learn estimators.

A column is summarised; summaries merge; a technique learns from a summary; what it learned is applied to a column.

The folder is the public path: ``from sklearn_mlknow.binning import EqualFrequencyBinner``. Importing this package
loads nothing heavy; each room loads what it needs when it is imported.
"""

from sklearn_mlknow.versions import show_versions

__all__ = ["show_versions"]

__version__ = "0.1.0"
