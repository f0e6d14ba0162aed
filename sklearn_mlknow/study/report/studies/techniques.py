"""The forest picture: each technique's gain with its interval, model side and data side apart."""

from typing import TYPE_CHECKING, Any

from sklearn_mlknow.study.report.html import Html, element, join
from sklearn_mlknow.study.report.marks import dot, line, plot, ticks_between, whisker, x_axis
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, count, number, percent, score_in_words

if TYPE_CHECKING:
    from sklearn_mlknow.study.technique_study import TechniqueStudy

SIDES = (("model", "c0", "On the side of the model"), ("data", "c1", "On the side of the data"))
INVISIBLE = 1e-3  # of the scale
MOST_WIDE = 3.0  # times the largest gain: wider intervals are cut, so that one does not flatten the rest


def techniques(study: "TechniqueStudy", model: str = "") -> Section:
    """Draw a row for each technique, the sides apart, the largest gain first.

    Parameters
    ----------
    study : TechniqueStudy
        Fitted.
    model : str, default=""
        How a reader calls the model to improve.
    """
    results = study.results_
    score = score_in_words(study.scoring, float(study.base_scores_.mean()), study.is_classification_)
    of_model = f" of the {model}" if model else ""
    lead = (
        f"What the score{of_model} ({score} as it is) gains when one thing is changed, on the same "
        f"{count(len(study.base_scores_), 'fold')} of {count(study.n_rows_, 'row')}; a fall of the log-loss is a gain. "
        "The 95 % intervals allow for the overlap of folds and for the number of techniques tried; one that leaves out "
        "the line is a clear gain or loss, the others are faint."
    )
    low, high = _ends(results)
    body: list[Html] = []
    for side, style, title in SIDES:
        group = results[results["side"] == side].sort_values("gain", ascending=False, kind="stable")
        if len(group):
            rows = [_row(row, low, high, style) for row in group.itertuples()]
            feet = plot(18, x_axis(ticks_between(low, high), low, high, 2), label="scale of the gains")
            rows.append(element("div", element("span", "", class_="name"), feet, class_="bar-row"))
            heading = element("div", element("strong", title), class_="card-title")
            body.append(element("div", heading, *rows, class_="bars"))
    body.append(element("p", study.sentence(), class_="note"))
    for name, why in study.failures_.items():
        body.append(element("p", f"Could not be judged: {name} ({clip(why, 160)}).", class_="note"))
    if study.best_techniques_:
        body.append(element("p", _stack(study), class_="note"))
    return Section("techniques", "Which technique helps?", lead, join(body))


def _ends(results: Any) -> tuple[float, float]:
    reach = MOST_WIDE * max(float(results["gain"].abs().max()), 1e-12)
    low = min(max(float(results["low"].min()), -reach), 0.0)
    high = max(min(float(results["high"].max()), reach), 0.0)
    pad = 0.03 * (high - low) or 1.0
    return low - pad, high + pad


def _row(row: Any, low: float, high: float, style: str) -> Html:
    def across(value: float) -> float:
        return (min(max(value, low), high) - low) / (high - low)

    is_clear = row.low > 0 or row.high < 0
    said = f"{row.technique}: {number(row.gain)} ({number(row.low)} to {number(row.high)}), "
    said += f"chance of a gain {percent(row.probability)}, {number(row.seconds, 2)} s a fit more"
    zero = across(0.0)
    marks = [line(zero, 0, zero, 18, "zero")]
    drawn = element(
        "g",
        whisker(across(row.low), across(row.high), 9),
        dot(across(row.gain), 9, style, said, radius=4.5),
        class_=None if is_clear else "faint",
    )
    shown = number(row.gain, 2) if abs(row.gain) > INVISIBLE * (high - low) else "0"
    return element(
        "div",
        element("span", element("b", row.technique) if is_clear else row.technique, class_="name", title=said),
        plot(18, *marks, drawn, label=clip(said, 200)),
        element("span", f"+{shown}" if row.gain > 0 and shown != "0" else shown, class_="num"),
        class_="bar-row",
    )


def _stack(study: "TechniqueStudy") -> str:
    words = f"Stacked: {', '.join(study.best_techniques_)}."
    gain = study.best_gain_
    if gain is None:
        return words
    interval = f"{number(gain.low)} to {number(gain.high)}"
    return f"{words} On folds that took no part in choosing, this gains {number(gain.mean)} ({interval})."
