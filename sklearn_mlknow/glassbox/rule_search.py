"""Find a short list of short rules: a beam search for the conjunction of conditions that tells most.

The list is read from the top and the first rule that holds decides. Each rule is the conjunction with the largest
likelihood-ratio statistic on the rows that no earlier rule decides, as in CN2 (Clark and Niblett, "The CN2 induction
algorithm", 1989); the search ends when chance explains the best one, corrected for the number of conditions tried.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, xlogy

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow.selection.contingency import spread_edges

BEAM = 8  # conjunctions that are made longer in each step
MOST_LEVELS = 20  # the commonest levels of a category become conditions
ALPHA = 0.01

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Conditions:
    """Simple conditions and where they hold."""

    texts: list[str]
    columns: NDArray[np.int64]  # (n_conditions,) which column each is about
    holds: NDArray[np.bool_]  # (n_conditions, n_rows)


def conditions_of(table: Table, n_bins: int, weights: Matrix) -> Conditions:
    """List the conditions that rules are made of: thresholds of numbers, levels of categories, being missing.

    Parameters
    ----------
    table : Table
        Columns of times are left out.
    n_bins : int
        Numbers are cut at the ends of this many bins of equal weight.
    weights : ndarray of shape (n_rows,)

    Returns
    -------
    Conditions
    """
    texts: list[str] = []
    columns: list[int] = []
    holds: list[NDArray[np.bool_]] = []
    is_used = weights > 0

    def add(index: int, text: str, mask: NDArray[np.bool_]) -> None:
        if mask[is_used].any() and not mask[is_used].all():
            texts.append(text)
            columns.append(index)
            holds.append(mask)

    for index, (name, kind) in enumerate(zip(table.names, table.kinds)):
        word = quoted(name)
        if kind == "number":
            column = np.asarray(table.number(index), dtype=np.float64)
            is_missing = np.isnan(column)
            present = column[~is_missing & is_used]
            for edge in spread_edges(present, n_bins, weights[~is_missing & is_used]):
                cut = short_number(float(present[present < edge].max()), float(edge))
                add(index, f"{word} < {cut!r}", column < cut)
                add(index, f"{word} >= {cut!r}", column >= cut)
            add(index, f"missing({word})", is_missing)
        elif kind == "category":
            codes, levels = table.factorised(index)
            counts = np.bincount(codes[codes >= 0], weights[codes >= 0], minlength=len(levels))
            for level in np.argsort(-counts, kind="stable")[:MOST_LEVELS]:
                written = constant(levels[level])
                if written is not None:
                    add(index, f"{word} == {written}", codes == level)
                    add(index, f"{word} != {written}", (codes != level) & (codes >= 0))
            add(index, f"missing({word})", codes < 0)
    shape = (len(holds), table.n_rows)
    return Conditions(texts, np.array(columns, dtype=np.int64), np.array(holds, dtype=bool).reshape(shape))


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


def quoted(name: str) -> str:
    """Write a column's name as formulas need it.

    Examples
    --------
    >>> quoted("age"), quoted("total fare")
    ('age', '`total fare`')
    """
    if name.isidentifier() and name not in ("and", "or", "not", "in"):
        return name
    return "`" + name.replace("`", "``") + "`"


def constant(level: object) -> str | None:
    """Write a level as formulas need it; None where they cannot say it.

    Examples
    --------
    >>> print(constant("yes"), constant('the "best"'), constant(3), constant(True))
    "yes" 'the "best"' 3 1
    """
    if isinstance(level, str):
        quotes = [mark for mark in "\"'" if mark not in level]
        return f"{quotes[0]}{level}{quotes[0]}" if quotes else None
    return repr(int(level) if isinstance(level, bool) else level) if isinstance(level, int | float) else None


def short_number(low: float, high: float) -> float:
    """Return the number with the fewest digits above ``low`` and not above ``high``.

    Examples
    --------
    >>> short_number(41.98, 42.31), short_number(0.12, 0.13)
    (42.0, 0.13)
    """
    for digits in range(1, 18):
        number = float(f"{(low + high) / 2 if digits < 17 else high:.{digits}g}")
        if low < number <= high:
            return number
        if low < float(f"{high:.{digits}g}") <= high:
            return float(f"{high:.{digits}g}")
    return high
