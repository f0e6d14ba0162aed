"""Columns -> fewer columns. A score says what a column is worth, a rule says who stays, a selector is one of each.

Scores differ in what they see: a column by itself (`MutualInformationSelector`), a column beside those already chosen
(`MRMRSelector`), columns beside each other without a target (`RedundancySelector`), a column inside a model
(`ShadowSelector`, `ShapSelector`). Rules are plain functions ``scores -> mask``: the best few, those above what chance
gives, those that beat their own shuffled shadows. Every selector leaves the columns that stay exactly as they are,
reports why each stayed or went (``report_``), and never leaves a table without columns.
"""

from sklearn_mlknow.selection.display import SelectionDisplay
from sklearn_mlknow.selection.mrmr import MRMRSelector
from sklearn_mlknow.selection.mutual_information import MutualInformationSelector
from sklearn_mlknow.selection.redundancy import RedundancySelector
from sklearn_mlknow.selection.shadow import ShadowSelector
from sklearn_mlknow.selection.shap import ShapSelector

__all__ = [
    "MRMRSelector",
    "MutualInformationSelector",
    "RedundancySelector",
    "SelectionDisplay",
    "ShadowSelector",
    "ShapSelector",
]
