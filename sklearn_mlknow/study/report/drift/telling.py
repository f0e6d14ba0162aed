"""Can a classifier tell the two tables apart, and by which columns?"""

from sklearn_mlknow.drift.adversarial import AdversarialResult
from sklearn_mlknow.study.report.html import element
from sklearn_mlknow.study.report.marks import bar, plot
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip, number

MOST_ROWS = 20


def telling(result: AdversarialResult) -> Section:
    """Draw the loss of area that shuffling each column causes."""
    lead = (
        f"{result.sentence} 0.5 is chance, 1 is perfect: this also finds what no single column shows. The bars are the "
        "area that is lost when the values of a column are shuffled."
    )
    reach = max([*result.columns.values(), 1e-9])
    rows = [
        element(
            "div",
            element("span", clip(name), class_="name", title=name),
            plot(18, bar(0, max(loss, 0.0) / reach, 3, 12, "fill"), label=f"area lost without {name}"),
            element("span", number(loss, 2), class_="num"),
            class_="bar-row",
        )
        for name, loss in list(result.columns.items())[:MOST_ROWS]
    ]
    return Section("telling", "Telling the two apart", lead, element("div", *rows, class_="bars"))
