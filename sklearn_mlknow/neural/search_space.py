"""What is worth trying: search spaces of the nets, for any searcher."""

from __future__ import annotations

from typing import Any

from scipy.stats import loguniform, uniform

SMALL: dict[str, list[Any]] = {
    "learning_rate": [0.01, 0.04],
    "dropout": [0.05, 0.2, 0.4],
    "hidden_units": [(128, 128), (256, 256)],
}
FULL: dict[str, Any] = {
    "learning_rate": loguniform(0.003, 0.1),
    "dropout": uniform(0.0, 0.5),
    "weight_decay": loguniform(0.001, 0.3),
    "hidden_units": [(64, 64), (128, 128), (256, 256), (128, 128, 128), (256,)],
    "activation": ["relu", "silu", "selu", "tanh"],
    "weight_init": ["auto", "data", "orthogonal"],
    "numeric_embedding": ["ple", "periodic", None],
    "batch_norm": [False, True],
    "n_members": [4, 8, 16],
    "batch_size": ["auto", 64, 512],
    "n_token_features": [16, 32, 64],
    "n_layers": [1, 2, 3],
}


class SearchSpace(dict[str, Any]):
    """Parameter names and what to try: lists, or distributions with ``rvs``.

    Hand it to ``GridSearchCV`` (the small one, all lists), ``RandomizedSearchCV`` or ``HalvingRandomSearchCV``; in an
    Optuna objective call `suggest`.
    """

    def suggest(self, trial: Any) -> dict[str, Any]:
        """Draw one setting by an Optuna trial, or by anything with its two methods.

        Parameters
        ----------
        trial : object with ``suggest_categorical`` and ``suggest_float``
            It chooses.

        Returns
        -------
        dict of str -> value
            For ``estimator.set_params``.
        """
        chosen = {}
        for name, options in self.items():
            if isinstance(options, list):
                chosen[name] = options[trial.suggest_categorical(name, list(range(len(options))))]
            else:
                low, high = options.support()
                chosen[name] = trial.suggest_float(name, float(low), float(high), log=options.dist.name == "loguniform")
        return chosen


def search_space(estimator: Any, size: str = "small") -> SearchSpace:
    """Return what to try on a net, or on the net inside a Pipeline.

    Parameters
    ----------
    estimator : net of ours, or Pipeline with one as a step
        Only parameters that it has are listed, with the Pipeline's prefixes.
    size : {"small", "full"}, default="small"
        "small" is a grid of 12 settings; "full" has every parameter that matters, continuous where it can be.

    Returns
    -------
    SearchSpace
        A dict of parameter name to a list or a distribution.

    Raises
    ------
    ValueError
        The size is unknown, or no step is a net of ours.

    Examples
    --------
    >>> from sklearn_mlknow.neural import NeuralClassifier, search_space
    >>> sorted(search_space(NeuralClassifier()))
    ['dropout', 'hidden_units', 'learning_rate']
    """
    from sklearn_mlknow.neural.estimator import NeuralEstimator

    spaces = {"small": SMALL, "full": FULL}
    if size not in spaces:
        raise ValueError(f"search_space: size must be 'small' or 'full', got {size!r}.")
    steps = getattr(estimator, "steps", [("", estimator)])
    found = [(name, step) for name, step in steps if isinstance(step, NeuralEstimator)]
    if not found:
        raise ValueError("search_space: found no net of ours; pass one, or a Pipeline with one as a step.")
    name, net = found[-1]
    prefix = f"{name}__" if name else ""
    known = net.get_params(deep=False)
    return SearchSpace({prefix + key: options for key, options in spaces[size].items() if key in known})
