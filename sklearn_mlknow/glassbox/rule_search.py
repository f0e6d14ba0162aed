"""Find a short list of short rules: a beam search for the conjunction of conditions that tells most.

The list is read from the top and the first rule that holds decides. Each rule is the conjunction with the largest
likelihood-ratio statistic on the rows that no earlier rule decides, as in CN2 (Clark and Niblett, "The CN2 induction
algorithm", 1989); the search ends when chance explains the best one, corrected for the number of conditions tried.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, xlogy

from sklearn_mlknow.glassbox.conditions import Conditions

BEAM = 8  # conjunctions that are made longer in each step
ALPHA = 0.01

Matrix = NDArray[np.float64]


def search_rules(
    conditions: Conditions, classes: Matrix, max_rules: int, max_conditions: int, min_weight: float
) -> list[str]:
    """Find rules one after the other, each on the rows that the earlier ones left.

    Parameters
    ----------
    conditions : Conditions
    classes : ndarray of shape (n_rows, n_classes)
        Weight of each row in the column of its class.
    max_rules, max_conditions : int
    min_weight : float
        Least weight of the rows that a rule decides.

    Returns
    -------
    list of str
        Rules, first to last.
    """
    rules: list[str] = []
    holds: list[NDArray[np.bool_]] = []
    is_left = classes.sum(axis=1) > 0
    while len(rules) < max_rules and conditions.texts:
        chosen = best_conjunction(conditions, classes * is_left[:, None], max_conditions, min_weight)
        if not chosen:
            break
        rules.append(" and ".join(conditions.texts[i] for i in sorted(chosen)))
        holds.append(np.logical_and.reduce(conditions.holds[sorted(chosen)]))
        is_left &= ~holds[-1]
    return [rules[place] for place in best_order(np.array(holds), classes)] if rules else []


def best_order(holds: NDArray[np.bool_], classes: Matrix) -> list[int]:
    """Read the rules as found, or the purest first: whichever makes the classes likelier.

    A broad rule found first may hide a purer one that was found later.

    Parameters
    ----------
    holds : ndarray of bool, shape (n_rules, n_rows)
    classes : ndarray of shape (n_rows, n_classes)

    Returns
    -------
    list of int
        Positions of the rules.
    """
    covered = holds.astype(np.float64) @ classes  # (n_rules, n_classes)
    purity = covered.max(axis=1) / covered.sum(axis=1)
    as_found, purest_first = list(range(len(holds))), np.argsort(-purity, kind="stable").tolist()

    def log_likelihood(order: list[int]) -> float:
        first = np.concatenate([holds[order], np.ones((1, holds.shape[1]), dtype=bool)]).argmax(axis=0)
        decided = np.zeros((len(order) + 1, classes.shape[1]))
        np.add.at(decided, first, classes)
        return float(xlogy(decided, decided).sum() - xlogy(decided.sum(axis=1), decided.sum(axis=1)).sum())

    return purest_first if log_likelihood(purest_first) > log_likelihood(as_found) + 1e-9 else as_found


def best_conjunction(
    conditions: Conditions, classes: Matrix, max_conditions: int, min_weight: float
) -> frozenset[int] | None:
    """Return the conditions whose conjunction tells most about the classes, or None when chance explains the best."""
    whole = classes.sum(axis=0)
    n_classes = int((whole > 0).sum())
    if n_classes < 2:
        return None
    best, best_score = None, 0.0
    beam: list[frozenset[int]] = [frozenset()]
    for _ in range(max_conditions):
        found: dict[frozenset[int], float] = {}
        for stem in beam:
            rows = conditions.holds[sorted(stem)].all(axis=0) if stem else slice(None)
            covered = conditions.holds[:, rows].astype(np.float64) @ classes[rows]  # (n_conditions, n_classes)
            scores = likelihood_ratio(covered, whole)
            scores[covered.sum(axis=1) < min_weight] = -np.inf
            for i in np.argsort(-scores, kind="stable")[: 2 * BEAM]:
                if np.isfinite(scores[i]) and int(i) not in stem:
                    found[stem | {int(i)}] = float(scores[i])
        ranked = sorted(found, key=lambda one: (-found[one], sorted(one)))
        beam = ranked[:BEAM]
        # a longer rule must tell more by more than its further condition would by chance
        if beam and found[beam[0]] > best_score + (0.0 if best is None else chdtri(n_classes - 1, 0.05)):
            best, best_score = beam[0], found[beam[0]]
    needed = chdtri(n_classes - 1, ALPHA / max(1, len(conditions.texts)))
    return best if best_score > needed else None


def likelihood_ratio(covered: Matrix, whole: Matrix) -> Matrix:
    """Twice the log-likelihood that a rule gains: its classes against those of all rows it was chosen from.

    Parameters
    ----------
    covered : ndarray of shape (n_rules, n_classes)
    whole : ndarray of shape (n_classes,)

    Returns
    -------
    ndarray of shape (n_rules,)

    Examples
    --------
    >>> likelihood_ratio(np.array([[10.0, 0.0], [5.0, 5.0]]), np.array([10.0, 10.0])).round(3).tolist()
    [27.726, 0.0]
    """
    rest = whole - covered

    def gain(part: Matrix) -> Matrix:
        total = part.sum(axis=1, keepdims=True)
        expected = total * (whole / whole.sum())
        return (xlogy(part, part) - xlogy(part, np.where(expected > 0, expected, 1.0))).sum(axis=1)

    return 2 * (gain(covered) + gain(np.maximum(rest, 0.0)))
