"""The page of a drift report: the verdict, the columns, their bins before and now, and whether the tables can be told
apart. One section a file, each a function ``report -> Section``."""

from collections.abc import Sequence

from sklearn_mlknow import __version__
from sklearn_mlknow.drift import DriftReport
from sklearn_mlknow.study.report.drift.bins import moved_bins
from sklearn_mlknow.study.report.drift.telling import telling
from sklearn_mlknow.study.report.drift.verdicts import verdicts
from sklearn_mlknow.study.report.frame import footing, heading, whole_page
from sklearn_mlknow.study.report.words import number

__all__ = ["render_drift"]


def render_drift(report: DriftReport, sources: tuple[str, str], notes: Sequence[str] = ()) -> str:
    """Return the whole page of a drift report.

    Parameters
    ----------
    report : DriftReport
        What a monitor found.
    sources : tuple of two str
        How the page calls the reference and the current table.
    notes : sequence of str, default=()
        What was left out, for the reader.

    Returns
    -------
    page : str
    """
    tiles = [
        (f"{report.n_reference:,.0f}", "rows of the reference"),
        (f"{report.n_current:,.0f}", "rows now"),
        (f"{len(report.columns):,}", "columns compared"),
        (f"{len(report.drifted):,}", "columns drifted"),
    ]
    said = [report.verdict]
    if report.adversarial is not None:
        tiles.append((number(report.adversarial.auc), "AUC of a classifier of the two"))
        said.append(report.adversarial.sentence)
    sections = [verdicts(report, notes), moved_bins(report)]
    if report.adversarial is not None:
        sections.append(telling(report.adversarial))
    title = "Drift" if report.is_drift else "No drift" if report.can_tell else "Too few rows"
    header = heading("mlknow drift", title, f"{sources[1]} against {sources[0]}", said, tiles)
    rule = f"Drift is p < {report.alpha:g}, corrected for the number of columns, and PSI ≥ {report.min_psi:g}."
    return whole_page(f"{title} · mlknow drift", header, sections, footing(f"sklearn_mlknow {__version__}.", rule))
