"""What a wrong answer costs: thresholds for two classes, the commonest confusions of several, misses of a number."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sklearn_mlknow.study.report.context import Array
from sklearn_mlknow.study.report.html import Html, element
from sklearn_mlknow.study.report.problem import Problem
from sklearn_mlknow.study.report.words import clip, count, number, percent

COSTS = (0.2, 1.0, 5.0, 20.0)
MOST_CONFUSIONS = 6


class Priced(NamedTuple):
    """What happens when overlooking a row costs so many times as much as a false alarm.

    Attributes
    ----------
    cost : float
        Of overlooking; a false alarm costs 1.
    threshold : float
        Answer yes from this probability on: ``1 / (1 + cost)``, which is cheapest when probabilities are right.
    overlooked, false_alarms : int
    a_row, simplest : float
        Cost a row of the model, and of the cheaper of always yes and always no.
    """

    cost: float
    threshold: float
    overlooked: int
    false_alarms: int
    a_row: float
    simplest: float


def priced(probability: Array, is_yes: NDArray[np.bool_], cost: float) -> Priced:
    """Count the mistakes at the threshold that a cost asks for .

    Elkan, "The foundations of cost-sensitive learning", IJCAI (2001).

    Examples
    --------
    >>> priced(np.array([0.1, 0.4, 0.8]), np.array([False, True, True]), 4.0)
    Priced(cost=4.0, threshold=0.2, overlooked=0, false_alarms=0, a_row=0.0, simplest=0.3333333333333333)
    """
    threshold = 1 / (1 + cost)
    says_yes = probability >= threshold
    overlooked, alarms = int((is_yes & ~says_yes).sum()), int((~is_yes & says_yes).sum())
    n = len(is_yes)
    simplest = min(cost * is_yes.sum(), (~is_yes).sum()) / n
    return Priced(cost, threshold, overlooked, alarms, (cost * overlooked + alarms) / n, float(simplest))


def mistakes(known: Problem) -> Html:
    """Return the card."""
    told, table = {"binary": _binary, "multiclass": _several, "regression": _number}[known.task.kind](known)
    caption = element("figcaption", element("strong", "What does a wrong answer cost?"))
    drawn = element("div", table, class_="scroll")
    return element("figure", caption, element("p", told, class_="told"), drawn, class_="card")


def _binary(known: Problem) -> tuple[str, Html]:
    yes = clip(known.task.classes[1], 16)
    is_yes = known.truth == 1
    rows = [priced(known.prediction[:, 1], is_yes, cost) for cost in COSTS]
    told = (
        f"You know that best. If overlooking {yes} costs so many times as much as a false alarm, answer {yes} from "
        f"this probability on; of {count(len(is_yes), known.judged)} {known.model} then gets wrong:"
    )
    heads = ["times", "from", "overlooked", "false alarms", "cost, simplest rule = 100"]
    cells = [
        [
            number(row.cost),
            percent(row.threshold),
            f"{row.overlooked:,}",
            f"{row.false_alarms:,}",
            number(100 * row.a_row / row.simplest, 2) if row.simplest > 0 else "0",
        ]
        for row in rows
    ]
    return told, _table(heads, cells)


def _several(known: Problem) -> tuple[str, Html]:
    classes, truth, who = known.task.classes, known.truth, f"{known.model[0].upper()}{known.model[1:]}"
    guess = known.prediction.argmax(axis=1)
    table = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(table, (truth, guess), 1)
    np.fill_diagonal(table, 0)
    n_wrong, order = int(table.sum()), np.argsort(-table, axis=None, kind="stable")[:MOST_CONFUSIONS]
    pairs = [np.unravel_index(place, table.shape) for place in order if table.flat[place]]
    if not pairs:
        told = f"{who} gets none of {count(len(truth), known.judged)} wrong; more would show what it confuses."
        return told, Html("")
    told = (
        f"{who} gets {n_wrong:,} of {count(len(truth), known.judged)} wrong. Which confusions hurt, you know best; the "
        "commonest are:"
    )
    sizes = np.bincount(truth, minlength=len(classes))
    cells = [
        [clip(classes[a], 18), clip(classes[b], 18), f"{table[a, b]:,}", percent(float(table[a, b] / sizes[a]))]
        for a, b in pairs
    ]
    return told, _table(["truly", "answered", "rows", "of the class"], cells, n_words=2)


def _number(known: Problem) -> tuple[str, Html]:
    told = (
        f"How far off the answers are, in units of {clip(known.target)}: whether that is good enough depends on what "
        "is done with them."
    )
    ours, simplest = (np.abs(prediction - known.truth) for prediction in (known.prediction, known.simplest))
    names = ("half of the rows, at most", "nine of ten, at most", "99 of 100, at most", "the worst")
    levels = (0.5, 0.9, 0.99, 1.0)
    cells = [
        [name, number(float(np.quantile(ours, level))), number(float(np.quantile(simplest, level)))]
        for name, level in zip(names, levels)
    ]
    return told, _table(["off by", known.model, "always the mean"], cells, n_words=1)


def _table(heads: list[str], cells: list[list[str]], n_words: int = 0) -> Html:
    def style(place: int) -> str | None:
        return None if place < n_words else "num"

    head = element("tr", *[element("th", name, scope="col", class_=style(k)) for k, name in enumerate(heads)])
    rows = [
        element("tr", *[element("td", cell, class_=style(place)) for place, cell in enumerate(row)]) for row in cells
    ]
    return element("table", element("thead", head), element("tbody", *rows), class_="small")
