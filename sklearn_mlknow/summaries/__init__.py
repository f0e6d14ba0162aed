"""Mergeable facts of a column: a summary is an immutable tuple of arrays, and summaries merge.

Three kinds: the ``values`` of numbers, the ``categories`` of texts, the ``moments`` of a target; and the first two
crossed with a target. Each module has ``summarise(column, …)``, ``merge(a, b)`` and an empty element, and ``merge`` is
associative and commutative: exactly for counts and for values below the cap, to rounding for moments, and within the
reported error above the cap. So it does not matter in how many parts, or where, the rows were seen.
"""

from sklearn_mlknow.summaries.categories import Categories
from sklearn_mlknow.summaries.crossed import Crossed
from sklearn_mlknow.summaries.moments import Moments
from sklearn_mlknow.summaries.values import Values

__all__ = ["Categories", "Crossed", "Moments", "Values"]
