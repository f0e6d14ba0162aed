"""Saving models without pickle, handing them on, and saying what they are.

Pickle runs whatever code a file names. A model is only numbers and names, so a model file here holds arrays, plain
values and type names; types are built from a list that is in the program, not in the file.
"""

from sklearn_mlknow.persistence.archive import ModelFileError
from sklearn_mlknow.persistence.card import model_card
from sklearn_mlknow.persistence.model_file import load, save
from sklearn_mlknow.persistence.onnx.export import export_onnx
from sklearn_mlknow.persistence.onnx.inputs import onnx_inputs

__all__ = ["ModelFileError", "export_onnx", "load", "model_card", "onnx_inputs", "save"]
