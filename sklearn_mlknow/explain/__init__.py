"""Why did it answer so: Shapley values of the original columns for any model, each with a standard error.

Players -> game -> coalitions -> solver -> explanation. The columns of a table (or groups of them) are *players*. A
*coalition* keeps the values of some players of the explained row; a background row lends the others theirs; the model's
answer to the mixture is the value of the *game*. A player's Shapley value is what it adds to a coalition, averaged over
all orders in which players can join and over the background: the only shares that add up to the prediction minus the
mean prediction, treat equal players equally and give nothing to a player that changes nothing.

With few players all coalitions are played and one matrix product finishes the job. With many, pairs of a coalition and
its complement are drawn, different ones for every background row, and one coefficient matrix, which depends on the
coalitions only, turns the answers for any number of rows and outputs into values and standard errors.
"""

from sklearn_mlknow.explain.display import ExplanationDisplay
from sklearn_mlknow.explain.explainer import ShapExplainer
from sklearn_mlknow.explain.explanation import Explanation
from sklearn_mlknow.explain.questions import general_effect, how_each_acted, which_matter_most
from sklearn_mlknow.explain.surrogate import SurrogateTree
from sklearn_mlknow.explain.uses import data_wanted, feature_suggestions, suspicious_rows

__all__ = [
    "Explanation",
    "ExplanationDisplay",
    "ShapExplainer",
    "SurrogateTree",
    "data_wanted",
    "feature_suggestions",
    "general_effect",
    "how_each_acted",
    "suspicious_rows",
    "which_matter_most",
]
