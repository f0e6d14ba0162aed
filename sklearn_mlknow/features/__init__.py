"""Columns -> more columns: what a model cannot easily find for itself is written beside the table.

A builder keeps its inputs and adds columns with readable names (``weight / height**2``); an encoder or scaler puts
better columns in the place of its inputs. What is learned about a column is learned from a mergeable summary, so most
of them take batches (``partial_fit``) and each other (``merge``). What writes a statistic of y into a value is
cross-fitted in folds that never look at y.
"""

from sklearn_mlknow.features.clusters import ClusterFeatures
from sklearn_mlknow.features.counts import CountFeatures
from sklearn_mlknow.features.crosses import CrossFeatures
from sklearn_mlknow.features.datetimes import DatetimeFeatures
from sklearn_mlknow.features.distribution import DistributionScaler
from sklearn_mlknow.features.formulas import FormulaFeatures
from sklearn_mlknow.features.groups import GroupFeatures
from sklearn_mlknow.features.joins import JoinFeatures
from sklearn_mlknow.features.patterns import PatternFeatures
from sklearn_mlknow.features.rare import RareCategoryGrouper
from sklearn_mlknow.features.ratios import RatioFeatures
from sklearn_mlknow.features.smooth_clip import SmoothClipScaler
from sklearn_mlknow.features.target_mean import TargetMeanEncoder
from sklearn_mlknow.features.weight_of_evidence import WeightOfEvidenceEncoder

__all__ = [
    "ClusterFeatures",
    "CountFeatures",
    "CrossFeatures",
    "DatetimeFeatures",
    "DistributionScaler",
    "FormulaFeatures",
    "GroupFeatures",
    "JoinFeatures",
    "PatternFeatures",
    "RareCategoryGrouper",
    "RatioFeatures",
    "SmoothClipScaler",
    "TargetMeanEncoder",
    "WeightOfEvidenceEncoder",
]
