"""Which kind of model: how far behind, how honest, at what cost, and who is right where another fails."""

import numpy as np

from sklearn_mlknow.study.report.context import Context, Model
from sklearn_mlknow.study.report.gains import Share, loss_saved
from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import dot, line, plot, whisker
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.studies.families import RESCUES, rescue_table
from sklearn_mlknow.study.report.words import count, number, percent

LEAD = (
    "Rules, statistics, machine learning and deep learning, each with one honest default. The bars say by what share "
    "the loss is above that of the network: left of the line is better. A model that is not surely worse and is "
    "quicker, smaller or clearer is the one to take."
)


def kinds(context: Context) -> Section:
    """Write the table of models and the table of who saves whom."""
    from sklearn_mlknow.study.judging import calibration_error, rescues

    models = [context.ours, *context.models[2:]]
    with_calibration = context.task.is_classification
    truth = context.codes_test if with_calibration else context.y_test.to_numpy(dtype=np.float64)
    saved = [loss_saved(context, context.ours, model, n_comparisons=len(models) - 1) for model in models]
    above = [Share(-share.share, -share.high, -share.low) for share in saved]
    low, high = min(max(one.low, -1.0) for one in above), max(min(one.high, 2.0) for one in above)
    pad = 0.05 * (high - low) or 1.0
    heads = ["model", "above ours", "", *(["calibration error"] if with_calibration else [])]
    heads += ["fit", f"predict {count(len(truth), 'row')}", "size"]
    head = [element("th", name, scope="col", class_="num" if k > 2 or k == 1 else None) for k, name in enumerate(heads)]
    rows = []
    for model, share in zip(models, above):
        error = (
            calibration_error(model.prediction, context.codes_test, context.weights_test) if with_calibration else None
        )
        rows.append(_row(model, share, low - pad, high + pad, error, model is context.ours))
    table = element("table", element("thead", element("tr", *head)), element("tbody", *rows), class_="scores")
    all_models = [*models, context.models[1]]  # the simplest rule as the share that luck alone has
    shares = rescues([model.prediction for model in all_models], truth, with_calibration, context.weights_test)
    body = [element("div", table, class_="card wide scroll"), element("p", RESCUES, class_="note")]
    told = rescue_table([model.name for model in all_models], shares, _failures(context, all_models))
    body.append(element("div", told, class_="card wide scroll"))
    return Section("kinds", "Which kind of model?", LEAD, join(body))


def _row(model: Model, above: Share, low: float, high: float, error: float | None, is_ours: bool) -> Html:
    def across(value: float) -> float:
        return (min(max(value, low), high) - low) / (high - low)

    zero = across(0.0)
    marks = [line(zero, 0, zero, 18, "zero")]
    if not is_ours:
        marks.append(whisker(across(above.low), across(above.high), 9))
    marks.append(dot(across(above.share), 9, "c-ours" if is_ours else "c-other", radius=4.5))
    shown = "0" if is_ours else f"{'+' if above.share > 0 else ''}{number(100 * above.share, 2)} %"
    cells = [
        element("th", element("span", model.name), scope="row"),
        element("td", shown, class_="num"),
        element("td", plot(18, *marks, label=f"{model.name}: {shown}"), class_="strip"),
    ]
    if error is not None:
        cells.append(element("td", percent(error, 1), class_="num"))
    cells += [
        element("td", f"{number(model.fit_seconds, 2)} s", class_="num"),
        element("td", f"{number(model.predict_seconds, 2)} s", class_="num"),
        element("td", f"{number(model.kilobytes, 2)} kB", class_="num"),
    ]
    return element("tr", *cells, class_="ours" if is_ours else None)


def _failures(context: Context, models: list[Model]) -> list[str]:
    """Write how many test rows each model gets wrong; nothing for numbers, where wrong is a matter of degree."""
    if not context.task.is_classification:
        return [""] * len(models)
    return [f"{int((model.prediction.argmax(axis=1) != context.codes_test).sum()):,} wrong" for model in models]
