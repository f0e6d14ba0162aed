"""What studies refuse before any work is done: folds that lack a class, numbers without end, scorings nobody knows."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring, get_scorer_names, log_loss, make_scorer

from sklearn_mlknow._shell.errors import who
from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.study.base_pipeline import brings_steps
from sklearn_mlknow.study.splitters import draws_by_chance, is_number


def refuse_few_rows(study: Any, target: Target, needed: int, why: str) -> None:
    """Refuse a target with too few rows, or with a class that has too few.

    Parameters
    ----------
    study : object
        Who asks.
    target : Target
    needed : int
        Rows, of each class where there are classes.
    why : str
        What needs them: ``"cv=5"``.

    Raises
    ------
    ValueError
        There are fewer.
    """
    if target.is_class:
        fewest = int(np.bincount(target.values, minlength=target.n_classes).min())
        if fewest < needed:
            raise ValueError(f"{who(study)}: {why} needs {needed} rows of each class, the rarest has {fewest}.")
    elif len(target.values) < needed:
        raise ValueError(f"{who(study)}: {why} needs {needed} rows, the table has {len(target.values)}.")


def refuse_few_for_folds(study: Any, target: Target, cv: Any) -> None:
    """Refuse a target with fewer rows, or with fewer of a class, than folds; what a splitter needs, it says itself."""
    if is_number(cv):
        refuse_few_rows(study, target, cv, f"cv={cv}")


def refuse_constant(study: Any, target: Target) -> None:
    """Refuse a number to predict that is the same in every row."""
    if not target.is_class and len(target.values) and np.ptp(target.values) == 0:
        raise ValueError(f"{who(study)}: the target is {target.values[0]:g} in every row; there is nothing to predict.")


def refuse_infinite(study: Any, table: Table, models: Iterable[Any]) -> None:
    """Refuse infinite numbers, unless every model brings steps of its own, which may know what to do with them."""
    if all(model is not None and brings_steps(model) for model in models):
        return
    for index, kind in enumerate(table.kinds):
        column = table.number(index) if kind == "number" else np.empty(0)
        if column.dtype.kind == "f" and np.isinf(column).any():
            raise ValueError(f"{who(study)}: column {table.names[index]!r} holds inf; remove or clip it first.")


def refuse_checkpoint(study: Any, checkpoint: Any, random_state: Any, cv: Any) -> None:
    """Refuse a checkpoint that is a file, or one that no second run could find again."""
    if checkpoint is None:
        return
    if Path(checkpoint).is_file():
        raise ValueError(f"{who(study)}: checkpoint {str(checkpoint)!r} is a file; give a folder.")
    if not isinstance(random_state, int | np.integer):
        raise ValueError(f"{who(study)}: a checkpoint needs an integer random_state, so that folds are the same.")
    if not is_number(cv) and draws_by_chance(cv):
        raise ValueError(f"{who(study)}: a checkpoint needs the same folds again; give {cv} an integer random_state.")


def read_scoring(study: Any, estimator: Any, scoring: Any, classes: np.ndarray | None) -> Any:
    """Return the scorer; None stands for log-loss of classes and R² of numbers.

    Parameters
    ----------
    study : object
        Who asks.
    estimator : estimator
        Unfitted.
    scoring : str, callable or None
    classes : ndarray of shape (n_classes,) or None
        Sorted, so that log-loss is defined on test rows that lack one; None for numbers.

    Raises
    ------
    ValueError
        It is no name of scikit-learn's, and no callable.
    """
    if scoring is None:
        scoring = "r2" if classes is None else "neg_log_loss"
    if isinstance(scoring, str) and scoring not in get_scorer_names():
        raise ValueError(
            f"{who(study)}: scoring={scoring!r} is not known; sklearn.metrics.get_scorer_names() lists what is."
        )
    if not isinstance(scoring, str) and not callable(scoring):
        raise ValueError(f"{who(study)}: scoring must be a name or callable(estimator, X, y), got {scoring!r}.")
    if isinstance(scoring, str) and scoring == "neg_log_loss" and classes is not None:
        scoring = make_scorer(log_loss, greater_is_better=False, response_method="predict_proba", labels=classes)
    return check_scoring(estimator, scoring=scoring)


def read_groups(study: Any, groups: Any, n_rows: int) -> np.ndarray | None:
    """Validate groups.

    Parameters
    ----------
    study : object
        Who asks.
    groups : array-like of shape (n_rows,) or None
        Texts or numbers; equal ones belong together.
    n_rows : int
        Rows of X.

    Returns
    -------
    ndarray of shape (n_rows,) or None
        A code for each group.

    Raises
    ------
    ValueError
        Their number is another than that of the rows, one is missing, or there is one group only.
    """
    if groups is None:
        return None
    import pandas as pd

    flat = pd.Series(np.asarray(groups, dtype=object).ravel() if not hasattr(groups, "to_numpy") else groups.to_numpy())
    if len(flat) != n_rows:
        raise ValueError(f"{who(study)}: groups has {len(flat)} values for {n_rows} rows; give one a row of X.")
    codes, names = pd.factorize(flat)
    if (codes < 0).any():
        raise ValueError(f"{who(study)}: groups is missing in {int((codes < 0).sum())} rows; give each row a group.")
    if len(names) < 2:
        raise ValueError(f"{who(study)}: all rows belong to one group; leave groups out, or give another column.")
    return np.asarray(codes, dtype=np.int64)


def refuse_models(study: Any, models: dict[str, Any], kinds: Collection[str]) -> None:
    """Refuse models that are none, or that predict different things.

    Parameters
    ----------
    study : object
        Who asks.
    models : dict of str to estimator
    kinds : collection of str
        What each predicts: "class" or "number".
    """
    if not models:
        raise ValueError(f"{who(study)}: models is empty; leave it out for one default of each family.")
    unfit = next((name for name, model in models.items() if not hasattr(model, "fit")), None)
    if unfit is not None:
        raise ValueError(f"{who(study)}: models[{unfit!r}] has no fit; give an unfitted estimator.")
    if len(set(kinds)) > 1:
        raise ValueError(f"{who(study)}: some models predict classes and some numbers; compare those of one kind.")
