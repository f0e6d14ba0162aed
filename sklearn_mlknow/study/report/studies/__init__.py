"""The sections of the page of a study, one a file, each a function of one fitted study.

They read only the fitted attributes, so that any report can show them.
"""

from sklearn_mlknow.study.report.studies.advice import model_or_data
from sklearn_mlknow.study.report.studies.check import check
from sklearn_mlknow.study.report.studies.families import families
from sklearn_mlknow.study.report.studies.problem import problem
from sklearn_mlknow.study.report.studies.size import size
from sklearn_mlknow.study.report.studies.techniques import techniques

__all__ = ["check", "families", "model_or_data", "problem", "size", "techniques"]
