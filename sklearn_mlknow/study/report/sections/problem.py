"""The problem itself: is there signal, how many rows, which score fits, and what a wrong answer costs."""

from sklearn_mlknow.study.report import studies
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.problem import problem_of
from sklearn_mlknow.study.report.section import Section


def problem(context: Context) -> Section:
    """Draw what the network and the baselines make of it on the test rows."""
    return studies.problem(problem_of(context))
