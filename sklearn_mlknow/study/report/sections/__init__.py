"""The sections of the report, one a file, in the order of the page.

A section is a function ``context -> Section``. To add one: write a file with such a function and put it in the tuple.
"""

from collections.abc import Callable

from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.sections.bins import bins
from sklearn_mlknow.study.report.sections.columns import columns
from sklearn_mlknow.study.report.sections.explaining import beeswarm, effects, importance
from sklearn_mlknow.study.report.sections.information import information
from sklearn_mlknow.study.report.sections.learning import learning
from sklearn_mlknow.study.report.sections.scores import scores
from sklearn_mlknow.study.report.sections.waterfalls import waterfalls

__all__ = ["SECTIONS"]

SECTIONS: tuple[Callable[[Context], Section], ...] = (
    scores,
    columns,
    bins,
    information,
    learning,
    importance,
    beeswarm,
    effects,
    waterfalls,
)
