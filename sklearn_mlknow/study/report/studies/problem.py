"""The problem itself: is there signal, how many rows, which score fits, and what a wrong answer costs."""

import numpy as np

from sklearn_mlknow.study.report.chart_colors import color_of
from sklearn_mlknow.study.report.gains import Share
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import bar, dot, line, plot, whisker
from sklearn_mlknow.study.report.mistakes import mistakes
from sklearn_mlknow.study.report.problem import Problem
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, count, number, percent

MOST_CLASSES = 12
SURE_OF_A_SHARE = 0.98  # 1.96 * sqrt(1/4): widest half-width of a share of one row
LOPSIDED = 0.7
LEAD = (
    "Before any model is tuned: does the table tell anything about the target, are there rows enough to learn it and "
    "to judge it, which score says what is wanted, and what does a wrong answer cost?"
)


def problem(known: Problem) -> Section:
    """Draw four cards."""
    cards = [_signal(known), _rows(known), _score(known), mistakes(known)]
    return Section("problem", "The problem itself", LEAD, element("div", *cards, class_="cards broad"))


def card(title: str, told: str, *body: Html) -> Html:
    """Return a card with an answer in words."""
    caption = element("figcaption", element("strong", title))
    return element("figure", caption, element("p", told, class_="told"), *body, class_="card")


def _signal(known: Problem) -> Html:
    saved = known.saved
    best = max((share for _, share in saved), key=lambda share: share.share)
    rule = "always answering with the shares of the classes" if known.task.is_classification else "the mean"
    if not known.has_signal:
        told = f"Hardly: no model clearly lowers the loss of the simplest rule ({rule})."
    else:
        told = f"Yes: of the loss of the simplest rule ({rule}), the best model removes {percent(best.share)}."
    low = min(0.0, *(max(share.low, -0.5) for _, share in saved))
    rows = [_bar(name, share, low) for name, share in saved]
    return card("Is there signal?", told, element("div", *rows, class_="levels"))


def _bar(name: str, share: Share, low: float) -> Html:
    def across(value: float) -> float:
        return (min(max(value, low), 1.0) - low) / (1 - low)

    zero = across(0.0)
    marks = [
        bar(zero, across(share.share), 2, 9, "fill"),
        line(zero, 0, zero, 13, "zero"),
        whisker(across(share.low), across(share.high), 6.5, 2.5),
    ]
    drawn = plot(13, *marks, label=f"{name}: {percent(share.share)} of the loss goes")
    return join([element("span", name), drawn, element("span", percent(share.share), class_="num")])


def _rows(known: Problem) -> Html:
    n_learned, n_columns = len(known.learned), known.n_columns
    facts = f"{count(n_learned, 'row')} to learn from and {len(known.truth):,} to judge by, {n_columns} columns. "
    if known.is_crossed:
        facts = f"{count(n_learned, 'row')}, each judged by models of the others, {n_columns} columns. "
    if not known.task.is_classification:
        a_column = n_learned / max(n_columns, 1)
        told = f"{facts}That is {number(a_column, 2)} rows to learn from for each column"
        told += "; fewer than ten are few." if a_column < 10 else "."
        return card("Are there rows enough?", told, _spread(known))
    classes = known.task.classes
    sizes = np.bincount(known.learned, minlength=len(classes))
    tested = np.bincount(known.truth, minlength=len(classes))
    rarest = int(sizes.argmin())
    unsure = SURE_OF_A_SHARE / np.sqrt(max(int(tested[rarest]), 1))
    told = (
        f"{facts}The rarest class, {clip(classes[rarest], 20)}, has {sizes[rarest]:,} to learn from; its "
        f"{count(int(tested[rarest]), known.judged)} tell how many of it are found to ±{percent(min(unsure, 1.0))}."
    )
    order = np.argsort(-sizes, kind="stable")
    shown = order[:MOST_CLASSES]
    rows = []
    for code in shown:
        drawn = plot(9, bar(0, sizes[code] / sizes.max(), 0, 9, color_of(int(code))), label=f"{sizes[code]} rows")
        rows.append(element("span", clip(classes[code], 16), title=classes[code]))
        rows += [drawn, element("span", f"{sizes[code]:,}", class_="num")]
    if len(order) > len(shown):
        told += f" The {len(order) - len(shown)} classes that are not drawn have fewer rows."
    return card("Are there rows enough?", told, element("div", *rows, class_="levels"))


def _spread(known: Problem) -> Html:
    names = ("lowest", "a tenth is below", "half", "a tenth is above", "highest")
    values = np.quantile(known.learned, [0, 0.1, 0.5, 0.9, 1])
    reach = float(values[-1] - values[0]) or 1.0
    rows: list[Html] = []
    for name, value in zip(names, values):
        x = (float(value) - float(values[0])) / reach
        drawn = plot(9, line(0, 4.5, 1, 4.5, "grid"), dot(x, 4.5, "fill", radius=3.5), label=f"{name}: {number(value)}")
        rows += [element("span", name), drawn, element("span", number(float(value)), class_="num")]
    return element("div", *rows, class_="levels")


def _score(known: Problem) -> Html:
    if known.task.is_classification:
        return card("Which score fits?", _score_of_classes(known))
    errors = np.sort((known.prediction - known.truth) ** 2)[::-1]
    n_worst = max(len(errors) // 100, 1)
    share = float(errors[:n_worst].sum() / max(errors.sum(), 1e-300))
    worst = count(n_worst, f"worst {known.judged}")
    told = f"The {worst} of {len(errors):,} make up {percent(share)} of the squared error. "
    told += (
        "So RMSE and R² speak of them more than of the rest: take them only if a few large misses are what costs, else "
        "the mean absolute error."
        if share > 0.25
        else "So no few rows decide: RMSE and R² fit, and so does the mean absolute error, which is easier to tell."
    )
    return card("Which score fits?", told)


def _score_of_classes(known: Problem) -> str:
    shares = np.bincount(known.learned, minlength=len(known.task.classes)) / len(known.learned)
    most = int(shares.argmax())
    name, n_classes = clip(known.task.classes[most], 20), len(shares)
    whole = "ROC AUC compares without choosing a threshold; " if n_classes == 2 else ""
    always = "log loss is for when the probabilities themselves are used."
    if shares[most] >= LOPSIDED or shares.min() < 0.3 / n_classes:
        return (
            f"The classes are lopsided: always answering {name} is right for {percent(float(shares[most]))}, so "
            f"accuracy flatters. Balanced accuracy counts each class alike; {whole}{always}"
        )
    return (
        f"The classes are balanced enough ({name}, the commonest, has {percent(float(shares[most]))}) for accuracy to "
        f"mean something; {whole}{always}"
    )
