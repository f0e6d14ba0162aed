"""The types of ours that a model file may hold, by full name.

A list, not a pattern: a name in a file is built only when somebody has looked at the class and put it here. The
contract test saves every public estimator and fails when a name is missing.
"""

OWN_TYPES: tuple[str, ...] = (
    "sklearn_mlknow.binning.bins.Bins",
    "sklearn_mlknow.binning.seen.ClassWeights",
    "sklearn_mlknow.binning.seen.Seen",
    "sklearn_mlknow.binning.supervised.Supervised",
    "sklearn_mlknow.distributed.passes.SeenClasses",
    "sklearn_mlknow.summaries.categories.Categories",
    "sklearn_mlknow.summaries.crossed.Crossed",
    "sklearn_mlknow.summaries.moments.Moments",
    "sklearn_mlknow.summaries.values.Values",
)
