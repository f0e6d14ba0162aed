"""The report: one pipeline, its honest baselines and its explanation on one page that needs nothing else.

:func:`~sklearn_mlknow.study.report.making.make_context` does the work and returns everything there is to show,
:data:`~sklearn_mlknow.study.report.sections.SECTIONS` are functions ``context -> Section``, one a file, and
:mod:`~sklearn_mlknow.study.report.page` puts them on a page and writes it all at once or not at all. To add a section,
write its function and name it in ``SECTIONS``.
"""

from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.making import make_context
from sklearn_mlknow.study.report.page import render, write
from sklearn_mlknow.study.report.reading import read_table_file

__all__ = ["ReportError", "make_context", "read_table_file", "render", "write"]
