"""The techniques that a study tries: each one line of code on one Pipeline, and the side it improves."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_mlknow._shell.errors import some
from sklearn_mlknow.binning import EqualFrequencyBinner, EqualWidthBinner, OptimalBinner
from sklearn_mlknow.extraction import AutoencoderExtractor, HiddenLayerExtractor
from sklearn_mlknow.features import (
    ClusterFeatures,
    CountFeatures,
    DistributionScaler,
    GroupFeatures,
    RatioFeatures,
    SmoothClipScaler,
    TargetMeanEncoder,
)
from sklearn_mlknow.selection import MRMRSelector, MutualInformationSelector
from sklearn_mlknow.study.technique import SIDES, Facts, Technique, is_net, put, turn

TRANSFER = "transfer"
MOST_COMPONENTS = 16
FEW_LEVELS = 1000  # a category with more levels is no group


def techniques(names: str | Collection[str | Technique] = "all", pretrained: Any = None) -> list[Technique]:
    """Look up techniques.

    Parameters
    ----------
    names : "all", "model", "data" or list of str or Technique
        All of them, those of one side, or some by name; a `Technique` of your own stands for itself.
    pretrained : fitted net or None, default=None
        Adds "transfer" from that net to what is known.

    Returns
    -------
    list of Technique

    Raises
    ------
    ValueError
        A name is unknown or comes twice, or it is no list.
    """
    every = TECHNIQUES if pretrained is None else (transfer_from(pretrained), *TECHNIQUES)
    if isinstance(names, str) and names in ("all", *SIDES):
        return [technique for technique in every if names in ("all", technique.side)]
    if isinstance(names, str) or not isinstance(names, Collection):
        raise ValueError(f"techniques must be 'all', 'model', 'data' or a list, got {names!r}.")
    known = {technique.name: technique for technique in every}
    unknown = [name for name in names if not isinstance(name, Technique) and str(name) not in known]
    if unknown:
        remedy = " Transfer needs pretrained=, a fitted net." if TRANSFER in unknown else ""
        raise ValueError(f"techniques names {unknown}; known are {sorted(known)}.{remedy}")
    chosen = [name if isinstance(name, Technique) else known[str(name)] for name in names]
    twice = [name for name, count in Counter(technique.name for technique in chosen).items() if count > 1]
    if twice:
        raise ValueError(f"techniques has {some(twice)} more than once; give each a name of its own.")
    return chosen


def _scale(scaler: Any) -> Any:
    """Scale the numbers before everything else; a front that scales again afterwards leaves the shape as it is."""

    def change(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
        return put("scale", scaler)(pipeline, facts) if facts.numbers else None

    return change


def _bin(binner: Any) -> Any:
    def change(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
        return put("bin", binner.set_params(columns=None))(pipeline, facts) if facts.numbers else None

    return change


def _optimal_bins(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    if not facts.numbers:
        return None
    encode = "woe" if facts.task == "binary" else "onehot-dense"
    return put("bin", OptimalBinner(encode=encode, columns=list(facts.numbers)))(pipeline, facts)


def _ratios(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    return put("build", RatioFeatures())(pipeline, facts) if len(facts.numbers) >= 2 else None


def _groups(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    if not facts.categories or not facts.numbers:
        return None
    builder = GroupFeatures(by=[facts.categories[0]], columns=list(facts.numbers), statistics=("mean",))
    return put("build", builder)(pipeline, facts)


def _clusters(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    if not facts.numbers:
        return None
    return put("build", ClusterFeatures(n_clusters=8, random_state=facts.random_state))(pipeline, facts)


def _counts(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    return put("build", CountFeatures())(pipeline, facts) if facts.categories else None


def _target_means(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    return put("encode", TargetMeanEncoder())(pipeline, facts) if facts.categories else None


def _half(selector: Any) -> Any:
    """Keep half of what reaches the place."""

    def change(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
        n_columns = len(facts.numbers) + len(facts.categories)
        if n_columns < 4:
            return None
        return put("select", clone(selector).set_params(n_features_to_select=n_columns // 2))(pipeline, facts)

    return change


def _in_parts(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    """Learn the representation and the decision one after the other instead of end to end."""
    model = pipeline.named_steps["model"]
    if not is_net(pipeline):
        return None
    head = LogisticRegression(max_iter=1000) if facts.is_classification else Ridge()
    in_parts = clone(pipeline).set_params(extract=HiddenLayerExtractor(clone(model)), model=head)
    return in_parts.set_params(select=StandardScaler())


def _no_early_stopping(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    """Train a net to the end; other models mean other things by that parameter."""
    return turn(early_stopping=False)(pipeline, facts) if is_net(pipeline) else None


def _autoencoder(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
    """Learn, without the target, few columns from which all others can be restored."""
    n_columns = len(facts.numbers) + len(facts.categories)
    if n_columns < 4:
        return None
    extractor = AutoencoderExtractor(min(n_columns // 2, MOST_COMPONENTS), random_state=facts.random_state)
    return put("extract", extractor)(pipeline, facts)


def transfer_from(net: Any, name: str = TRANSFER, freeze: Any = None) -> Technique:
    """Return the technique of starting from a net that has learned from another table.

    Columns are matched by name, so a related table helps and an unrelated one starts nearly anew; the studied model
    must be a net of ours, and takes over the architecture.

    Parameters
    ----------
    net : fitted NeuralClassifier or NeuralRegressor, or a fitted Pipeline that ends in one
        Fitted on rows that the study does not have: else the comparison is unfair. What stands before the net in a
        Pipeline comes along as it is, and needs all its columns.
    name : str, default="transfer"
        As shown in the results.
    freeze : "body", sequence of int or None, default=None
        Hidden layers that do not learn.

    Returns
    -------
    Technique

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_mlknow.neural import NeuralRegressor
    >>> from sklearn_mlknow.study import TechniqueStudy
    >>> from sklearn_mlknow.study.catalogue import transfer_from
    >>> X = np.random.default_rng(0).normal(size=(400, 2))
    >>> small = NeuralRegressor(hidden_units=(16,), n_members=1, max_epochs=5, random_state=0)
    >>> net = NeuralRegressor(hidden_units=(16,), n_members=1, max_epochs=40, random_state=0).fit(X[:300], X[:300, 0])
    >>> study = TechniqueStudy(small, techniques=[transfer_from(net)], cv=2, stack=False, random_state=0)
    >>> bool(study.fit(X[300:], X[300:, 0]).results_["gain"][0] > 0)
    True
    """
    before: Any = "passthrough"
    if isinstance(net, Pipeline):
        before, net = FrozenEstimator(net[:-1]) if len(net.steps) > 1 else before, net[-1]
    start = turn(pretrained=FrozenEstimator(net), freeze=freeze)

    def change(pipeline: Pipeline, facts: Facts) -> Pipeline | None:
        started = start(pipeline, facts)
        return None if started is None else put("build", before)(started, facts)

    return Technique(name, "model", change)


TECHNIQUES: tuple[Technique, ...] = (
    Technique("no dropout", "model", turn(dropout=0.0)),
    Technique("more dropout", "model", turn(dropout=0.3)),
    Technique("batch norm", "model", turn(batch_norm=True)),
    Technique("Xavier initialisation", "model", turn(weight_init="xavier_uniform")),
    Technique("He initialisation", "model", turn(weight_init="he_normal")),
    Technique("no early stopping", "model", _no_early_stopping),
    Technique("a single net instead of a mini-ensemble", "model", turn(n_members=1)),
    Technique("no numeric embedding", "model", turn(numeric_embedding=None)),
    Technique("in parts instead of end to end", "model", _in_parts),
    Technique("scale: smooth clip", "data", _scale(SmoothClipScaler())),
    Technique("distribution: per column", "data", _scale(DistributionScaler())),
    Technique("bins of equal width", "data", _bin(EqualWidthBinner(encode="onehot-dense"))),
    Technique("bins of equal frequency", "data", _bin(EqualFrequencyBinner(encode="onehot-dense"))),
    Technique("optimal bins", "data", _optimal_bins),
    Technique("smoothing by bin means", "data", _bin(EqualFrequencyBinner(50, encode="mean"))),
    Technique("ratios of columns", "data", _ratios),
    Technique("group statistics", "data", _groups),
    Technique("clusters", "data", _clusters),
    Technique("counts of categories", "data", _counts),
    Technique("target means of categories", "data", _target_means),
    Technique("columns of an autoencoder", "data", _autoencoder, trains_a_net=True),
    Technique("half the columns by mutual information", "data", _half(MutualInformationSelector())),
    Technique("half the columns by mRMR", "data", _half(MRMRSelector())),
)
