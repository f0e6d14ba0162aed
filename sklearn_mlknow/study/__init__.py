"""Which technique helps on *this* table? The room for evidence: studies, and the report that shows them.

A study compares on the same folds and says how sure it is; a report puts one trained pipeline, its honest baselines
and its explanation on one page. See :mod:`sklearn_mlknow.study.report`.
"""

from sklearn_mlknow.study.data_check import DataCheck
from sklearn_mlknow.study.data_size_study import DataSizeStudy
from sklearn_mlknow.study.model_family_study import ModelFamilyStudy
from sklearn_mlknow.study.study_report import StudyReport
from sklearn_mlknow.study.technique_study import TechniqueStudy

__all__ = ["DataCheck", "DataSizeStudy", "ModelFamilyStudy", "StudyReport", "TechniqueStudy"]
