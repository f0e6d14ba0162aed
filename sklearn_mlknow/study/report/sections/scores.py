"""The scores of the pipeline beside honest baselines."""

import numpy as np

from sklearn_mlknow.study.report.context import Context, Model
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import across, dot, line, plot, whisker
from sklearn_mlknow.study.report.scores import Metric
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.verdict import verdict
from sklearn_mlknow.study.report.words import MINUS, count, number


def scores(context: Context) -> Section:
    """Write the table of scores, the best of each column in bold, and what it comes to in words."""
    lead = (
        f"All models learned from the same {count(len(context.y_train), 'row')} and are judged on the same "
        f"{count(len(context.y_test), 'row')} that none of them has seen. The bars are 95 % intervals: how far the "
        "score would move had other rows been drawn for the test."
    )
    body = element("div", _table(context), class_="card wide scroll")
    return Section("scores", "The scores", lead, join([body, element("p", verdict(context)[1], class_="note")]))


def _table(context: Context) -> Html:
    first = context.metrics[0]
    low = min(float(_interval(model)[0]) for model in context.models)
    high = max(float(_interval(model)[1]) for model in context.models)
    pad = 0.04 * (high - low) or 1.0
    heads = [element("th", "Model", scope="col"), element("th", first.name, scope="col", colspan=2)]
    heads += [element("th", metric.name, scope="col", class_="num") for metric in context.metrics[1:]]
    heads.append(element("th", "fit", scope="col", class_="num"))
    rows = [_row(model, context, low - pad, high + pad) for model in context.models]
    return element("table", element("thead", element("tr", *heads)), element("tbody", *rows), class_="scores")


def _row(model: Model, context: Context, low: float, high: float) -> Html:
    cells = [_score(model, metric, context) for metric in context.metrics]
    drawn = element("td", _strip(model, context, low, high), class_="strip")
    name = element("th", element("span", model.name), element("small", model.what), scope="row")
    seconds = element("td", f"{number(model.fit_seconds, 2)} s", class_="num")
    return element("tr", name, cells[0], drawn, *cells[1:], seconds, class_="ours" if model is context.ours else None)


def _score(model: Model, metric: Metric, context: Context) -> Html:
    score = model.scores[metric.name]
    everyone = [other.scores[metric.name] for other in context.models]
    best = max(everyone) if metric.larger_is_better else min(everyone)
    shown = written(score)
    return element("td", element("b", shown) if shown == written(best) else shown, class_="num")


def written(score: float) -> str:
    """Write a score: three decimals up to ten, then four significant digits."""
    if abs(score) >= 10:
        return number(score, 4)
    return f"{score if abs(score) >= 5e-4 else 0.0:.3f}".replace("-", MINUS)


def _strip(model: Model, context: Context, low: float, high: float) -> Html:
    metric, reach = context.metrics[0], high - low
    left, right = ((edge - low) / reach for edge in _interval(model))
    x = (model.scores[metric.name] - low) / reach
    style = "c-ours" if model is context.ours else "c-other"
    label = f"{metric.name} {written(model.scores[metric.name])} at {across(x)} of the width"
    return plot(18, line(0, 9, 1, 9, "grid"), whisker(left, right, 9), dot(x, 9, style, radius=4.5), label=label)


def _interval(model: Model) -> tuple[float, float]:
    low, high = np.quantile(model.resampled, [0.025, 0.975])
    return float(low), float(high)
