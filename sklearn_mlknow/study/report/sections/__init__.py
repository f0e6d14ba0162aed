"""The sections of the report, one a file, in the order of the page.

A section is a function ``context -> Section``, or None where there is nothing to show. To add one: write a file with
such a function and put it in the tuple.
"""

from collections.abc import Callable

from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.sections.alike import alike
from sklearn_mlknow.study.report.sections.bins import bins
from sklearn_mlknow.study.report.sections.columns import columns
from sklearn_mlknow.study.report.sections.explaining import beeswarm, effects, importance
from sklearn_mlknow.study.report.sections.information import information
from sklearn_mlknow.study.report.sections.kinds import kinds
from sklearn_mlknow.study.report.sections.learning import learning
from sklearn_mlknow.study.report.sections.problem import problem
from sklearn_mlknow.study.report.sections.scores import scores
from sklearn_mlknow.study.report.sections.studying import check, model_or_data, size, techniques
from sklearn_mlknow.study.report.sections.waterfalls import waterfalls

__all__ = ["SECTIONS"]

SECTIONS: tuple[Callable[[Context], Section | None], ...] = (
    problem,
    model_or_data,
    scores,
    kinds,
    check,
    size,
    techniques,
    columns,
    bins,
    information,
    alike,
    learning,
    importance,
    beeswarm,
    effects,
    waterfalls,
)
