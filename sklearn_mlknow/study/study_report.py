"""The results of studies on one page."""

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from sklearn_mlknow import __version__
from sklearn_mlknow.study.advice import advice
from sklearn_mlknow.study.data_check import DataCheck
from sklearn_mlknow.study.data_size_study import DataSizeStudy
from sklearn_mlknow.study.families import SIMPLEST
from sklearn_mlknow.study.gain import Gain, of_family, of_rows, of_techniques
from sklearn_mlknow.study.model_family_study import ModelFamilyStudy
from sklearn_mlknow.study.report import studies
from sklearn_mlknow.study.report.frame import footing, heading, whole_page
from sklearn_mlknow.study.report.html import element
from sklearn_mlknow.study.report.page import write
from sklearn_mlknow.study.report.problem import problem_of_families
from sklearn_mlknow.study.report.section import Section
from sklearn_mlknow.study.report.words import count, number
from sklearn_mlknow.study.technique_study import TechniqueStudy

LIMITS = {"data": "data", "model": "model", "undecided": "not clear"}


@dataclass(frozen=True)
class StudyReport:
    """Put fitted studies of one table on one self-contained page.

    Any of them may be left out.

    Parameters
    ----------
    target : str
        What is predicted; the title of the page.
    source : str, default="a table"
        How the page calls the table.
    data_check : DataCheck or None, default=None
        Fitted; what may be wrong with the table.
    families : ModelFamilyStudy or None, default=None
        Fitted; which kind of model the table wants.
    data_size : DataSizeStudy or None, default=None
        Fitted; what more rows would bring.
    techniques : TechniqueStudy or None, default=None
        Fitted; which technique helps.
    family : str or None, default=None
        Which of `families` is the model on which the other studies ran; then other families count as ways to improve
        it.
    n_rows : int or None, default=None
        Rows of the whole table, where studies saw a part of them. What more rows bring to a part is no advice for the
        whole, and what helped on a part is to be tried on the whole.
    notes : tuple of str, default=()
        What else the reader should know.
    seconds : dict of str to float, default={}
        Wall time by stage.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_mlknow.study import DataCheck, StudyReport
    >>> check = DataCheck(labels=False).fit(pd.DataFrame({"id": range(40), "unit": ["kg"] * 40}))
    >>> report = StudyReport("churn", data_check=check)
    >>> report.sentences
    ['2 things to look at in the table, first: id-like column id (every row holds another value).']
    >>> report.to_html().startswith("<!doctype html>")
    True
    """

    target: str
    source: str = "a table"
    data_check: DataCheck | None = None
    families: ModelFamilyStudy | None = None
    data_size: DataSizeStudy | None = None
    techniques: TechniqueStudy | None = None
    family: str | None = None
    n_rows: int | None = None
    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def gains(self) -> list[Gain]:
        """What was tried, on one scale."""
        found = [] if self.families is None or self.family is None else of_family(self.families, self.family)
        if self.data_size is not None and not self._of_part(self.data_size):
            found.append(of_rows(self.data_size))
        return found + ([] if self.techniques is None else of_techniques(self.techniques))

    @property
    def model_or_data(self) -> str | None:
        """Whether to work on the model or on the data; None when nothing that was studied tells."""
        found = [] if self.data_check is None else self.data_check.findings_
        leaks = [finding.column for finding in found if finding.kind == "leaking column"]
        has_signal = None if self.families is None else self.families.has_signal_
        if not self.gains and not leaks and has_signal is not False:
            return None
        told = advice(self.gains, leaks, has_signal)
        if (
            has_signal is not False
            and self.techniques is not None
            and not leaks
            and (part := self._of_part(self.techniques))
        ):
            told += f" Techniques were tried on {part} only."
        return told

    @property
    def sentences(self) -> list[str]:
        """What the studies come to, and what each found, in a sentence."""
        told = [] if self.model_or_data is None else [self.model_or_data]
        if self.techniques is not None:
            told.append(self.techniques.sentence())
        if self.data_size is not None:
            part = self._of_part(self.data_size)
            told.append((f"On {part}: " if part else "") + self.data_size.sentence())
        if self.families is not None:
            told.append(self.families.sentence())
        if self.data_check is not None:
            told.append(_check_words(self.data_check))
        return told or ["Nothing was studied."]

    @property
    def sections(self) -> list[Section]:
        """The sections of the page, in the order in which the studies should be run."""
        made = []
        known = None if self.families is None else problem_of_families(self.families, self.target)
        if known is not None:
            made.append(studies.problem(known))
        if self.model_or_data is not None:
            made.append(studies.model_or_data(self.gains, self.model_or_data))
        if self.data_check is not None:
            made.append(studies.check(self.data_check))
        if self.families is not None:
            made.append(studies.families(self.families))
        if self.data_size is not None:
            made.append(studies.size(self.data_size))
        if self.techniques is not None:
            made.append(studies.techniques(self.techniques, "" if self.family is None else f"{self.family} model"))
        if self.notes:
            listed = element("ul", *[element("li", note) for note in self.notes], class_="notes")
            made.append(Section("notes", "Notes", "What was changed in the table or left out.", listed))
        return made

    def to_html(self) -> str:
        """Write the whole page.

        Returns
        -------
        str
            A document that loads nothing and runs no script.
        """
        header = heading("mlknow study", self.target, f"from {self.source}", self.sentences, self._tiles())
        stages = ", ".join(f"{stage} {number(seconds, 2)} s" for stage, seconds in self.seconds.items())
        facts = [f"sklearn_mlknow {__version__}.", *([f"Time: {stages}."] if stages else [])]
        return whole_page(f"{self.target} · mlknow study", header, self.sections, footing(*facts))

    def save(self, folder: str | PathLike[str]) -> Path:
        """Write the page into a folder, whole or not at all.

        Parameters
        ----------
        folder : str or path-like
            Made if it is not there.

        Returns
        -------
        Path
            Of ``index.html``.
        """
        return write(self.to_html(), Path(folder))

    def to_dict(self) -> dict[str, Any]:
        """Collect the results for machines.

        Returns
        -------
        dict
            ``target, sentences, gains, findings, families, data_size, techniques, notes, seconds``; what was not
            studied is None. Row numbers count from 1.
        """
        size, tried, check = self.data_size, self.techniques, self.data_check
        found = [] if check is None else check.to_frame().to_dict("records")
        for finding in found:
            finding["rows"] = [row + 1 for row in finding["rows"]]
        curve: dict[str, Any] | None = None
        if size is not None:
            curve = {"curve": size.results_.to_dict("records"), "forecast": size.forecast_, "verdict": size.verdict_}
            curve["gaps"] = size.gaps_.to_dict("records")
        return {
            "target": self.target,
            "sentences": self.sentences,
            "gains": [gain._asdict() for gain in self.gains],
            "findings": None if check is None else found,
            "families": None if self.families is None else self.families.results_.to_dict("records"),
            "data_size": curve,
            "techniques": None if tried is None else tried.results_.to_dict("records"),
            "notes": list(self.notes),
            "seconds": self.seconds,
        }

    def _of_part(self, study: DataSizeStudy | TechniqueStudy) -> str:
        """Say on which part of the rows a study ran; nothing when on all."""
        if self.n_rows is None or study.n_rows_ >= self.n_rows:
            return ""
        return f"{study.n_rows_:,} of {self.n_rows:,} rows"

    def _tiles(self) -> list[tuple[str, str]]:
        tiles = []
        if self.data_check is not None:
            tiles.append((f"{len(self.data_check.findings_)}", "findings in the table"))
        if self.families is not None:
            best = self.families.results_["family"].iloc[0]
            tiles.append(("none", "of the families beats chance") if best == SIMPLEST else (best, "is the best family"))
        if self.data_size is not None and not self._of_part(self.data_size):
            tiles.append((LIMITS[self.data_size.verdict_], "what limits it"))
        if self.techniques is not None:
            n_helped = int((self.techniques.results_["low"] > 0).sum())
            tiles.append((f"{n_helped} of {len(self.techniques.results_)}", "techniques clearly help"))
        if self.seconds:
            tiles.append((f"{number(sum(self.seconds.values()), 2)} s", "from table to page"))
        return tiles


def _check_words(check: DataCheck) -> str:
    if not check.findings_:
        return "The table looks sound."
    first = check.findings_[0]
    where = f"{first.kind} {first.column}".strip()
    return f"{count(len(check.findings_), 'thing')} to look at in the table, first: {where} ({first.fact})."
