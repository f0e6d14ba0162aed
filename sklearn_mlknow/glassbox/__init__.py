"""Models a person can read whole: what they say is all there is, so nothing has to be explained afterwards.

`ScorecardClassifier` adds points, one number for the bin that each column falls in: statistics. `RuleClassifier` asks
short questions, one after the other, written by experts or found in data: rules. Both are ordinary classifiers, so rule
based, statistical and learning based models stand in one table of a study.
"""

from sklearn_mlknow.glassbox.rules import RuleClassifier
from sklearn_mlknow.glassbox.scorecard import ScorecardClassifier

__all__ = ["RuleClassifier", "ScorecardClassifier"]
