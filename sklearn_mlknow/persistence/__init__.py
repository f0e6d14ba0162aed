"""Saving models without pickle.

Pickle runs whatever code a file names. A model is only numbers and names, so a model file here holds arrays, plain
values and type names; types are built from a list that is in the program, not in the file.
"""

from sklearn_mlknow.persistence.archive import ModelFileError
from sklearn_mlknow.persistence.model_file import load, save

__all__ = ["ModelFileError", "load", "save"]
