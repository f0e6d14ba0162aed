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
    "sklearn_mlknow.drift.monitor.DriftMonitor",
    "sklearn_mlknow.features.clusters.ClusterFeatures",
    "sklearn_mlknow.features.counts.CountFeatures",
    "sklearn_mlknow.features.crosses.Cross",
    "sklearn_mlknow.features.crosses.CrossFeatures",
    "sklearn_mlknow.features.crosses.Part",
    "sklearn_mlknow.features.datetimes.DatetimeFeatures",
    "sklearn_mlknow.features.distribution.DistributionScaler",
    "sklearn_mlknow.features.formula_language.Formula",
    "sklearn_mlknow.features.formula_language.Node",
    "sklearn_mlknow.features.formulas.FormulaFeatures",
    "sklearn_mlknow.features.group_keys.GroupIndex",
    "sklearn_mlknow.features.group_keys.GroupKeys",
    "sklearn_mlknow.features.group_order.GroupOrder",
    "sklearn_mlknow.features.groups.GroupFeatures",
    "sklearn_mlknow.features.groups.GroupSummary",
    "sklearn_mlknow.features.joins.Column",
    "sklearn_mlknow.features.joins.JoinFeatures",
    "sklearn_mlknow.features.joins.Moment",
    "sklearn_mlknow.features.patterns.PatternFeatures",
    "sklearn_mlknow.features.rare.RareCategoryGrouper",
    "sklearn_mlknow.features.ratios.RatioFeatures",
    "sklearn_mlknow.features.shapes.Shape",
    "sklearn_mlknow.features.smooth_clip.SmoothClipScaler",
    "sklearn_mlknow.features.target_mean.TargetMeanEncoder",
    "sklearn_mlknow.features.target_tables.TargetTable",
    "sklearn_mlknow.features.weight_of_evidence.WeightOfEvidenceEncoder",
    "sklearn_mlknow.summaries.categories.Categories",
    "sklearn_mlknow.summaries.crossed.Crossed",
    "sklearn_mlknow.summaries.moments.Moments",
    "sklearn_mlknow.summaries.values.Values",
)
