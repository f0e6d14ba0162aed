"""The explanation of the network: what matters to it, row by row, and in general."""

from sklearn_mlknow.study.report import explanations
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import clip

MOST_NAMES = 30


def importance(context: Context) -> Section | None:
    """Draw a bar for each column, and name those that the selector left out."""
    if context.explained is None:
        return None
    named = ", ".join(map(clip, context.dropped[:MOST_NAMES])) + (", …" if len(context.dropped) > MOST_NAMES else "")
    note = f"Left out before the network, because chance explains what it tells: {named}." if context.dropped else ""
    return explanations.importance(context.explained, note)


def beeswarm(context: Context) -> Section | None:
    """Draw a dot for each explained row and column."""
    return None if context.explained is None else explanations.beeswarm(context.explained)


def effects(context: Context) -> Section | None:
    """Draw what the network says on average for each value of a column."""
    return None if context.explained is None else explanations.effects(context.explained)
