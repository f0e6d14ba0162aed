"""The pictures of an explanation, one a file, each a function of the explained rows: any page can show them."""

from sklearn_mlknow.study.report.explanations.beeswarm import beeswarm
from sklearn_mlknow.study.report.explanations.effects import effects
from sklearn_mlknow.study.report.explanations.importance import importance
from sklearn_mlknow.study.report.explanations.waterfall import Waterfall, waterfalls

__all__ = ["Waterfall", "beeswarm", "effects", "importance", "waterfalls"]
