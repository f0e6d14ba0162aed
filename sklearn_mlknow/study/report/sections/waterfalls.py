"""How three predictions came about: one it is sure of, one it is not, and its worst."""

import numpy as np

from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.explanations import Waterfall
from sklearn_mlknow.study.report.explanations import waterfalls as draw
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, number, percent


def waterfalls(context: Context) -> Section | None:
    """Draw the waterfall of a typical row, of one where the model was unsure and of its worst mistake."""
    if context.explained is None:
        return None
    chosen = []
    for why, place in chosen_rows(context, context.explained.rows):
        output, told = _told(context, int(context.explained.rows[place]))
        chosen.append(Waterfall(place, output, why, told))
    return draw(context.explained, chosen, "Three predictions in full", "Three test rows.")


def chosen_rows(context: Context, rows: np.ndarray) -> list[tuple[str, int]]:
    """Choose three different explained rows: the most typical, the least sure, and the worst."""
    prediction = context.ours.prediction[rows]
    if context.task.is_classification:
        codes = context.codes_test[rows]
        of_truth = prediction[np.arange(len(codes)), codes]
        ordered = np.sort(prediction, axis=1)
        lead = ordered[:, -1] - ordered[:, -2]
        wishes = [
            ("A row it is sure of", -of_truth),
            ("The row it is least sure of", lead),
            ("Its worst row", of_truth),
        ]
    else:
        error = np.abs(prediction - context.y_test.to_numpy(dtype=np.float64)[rows])
        wishes = [
            ("The highest prediction", -prediction),
            ("The lowest prediction", prediction),
            ("Its worst row", -error),
        ]
    picked: list[tuple[str, int]] = []
    for why, cost in reversed(wishes):  # the worst row first: it must not be taken by another wish
        taken = {place for _, place in picked}
        picked.append((why, next(int(place) for place in np.argsort(cost, kind="stable") if int(place) not in taken)))
    return picked[::-1]


def _told(context: Context, row: int) -> tuple[int, str]:
    """Return which output is explained, and in words what was predicted and what is true."""
    prediction = context.ours.prediction[row]
    if not context.task.is_classification:
        told = f"predicted {number(float(prediction), 4)}, truly {number(float(context.y_test.iloc[row]), 4)}"
        return 0, told
    classes, output = context.task.classes, int(np.argmax(prediction))
    truth = str(context.y_test.iloc[row])
    told = f"predicted {clip(classes[output], 20)} ({percent(float(prediction[output]))}), truly {clip(truth, 20)}"
    return (0, f"{told}; probability of {clip(classes[1], 20)}") if context.task.kind == "binary" else (output, told)
