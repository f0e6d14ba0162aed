"""What a monitor found: a table, a verdict with its thresholds, a piece of a page."""

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from sklearn_mlknow.drift.adversarial import AdversarialResult
from sklearn_mlknow.drift.column_drift import ColumnDrift

if TYPE_CHECKING:
    import pandas as pd

LARGE_PSI = 0.25  # by the usual rule of thumb, as in `DriftMonitor`
NUMBERS = ("psi", "jensen_shannon", "statistic", "p_value", "missing_change", "unseen_share")


@dataclass(frozen=True)
class DriftReport:
    """Drift of every column between a reference and the data of now.

    A column has drifted when the difference is more than chance (``p_value < alpha``) *and* large (``psi >= min_psi``).

    Parameters
    ----------
    columns : tuple of str
        Names; the target, where there is one, is the last.
    kinds : tuple of {"number", "category"}
        One a column.
    details : tuple of ColumnDrift
        One a column, with its bins.
    p_values : ndarray of shape (n_columns,)
        Corrected for the number of columns (Holm).
    alpha, min_psi : float
        The thresholds.
    n_reference, n_current : float
        Rows (or their weight) of the two tables.
    adversarial : AdversarialResult or None, default=None
        How well a classifier tells the two apart.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from sklearn_mlknow.drift import DriftMonitor
    >>> rng = np.random.default_rng(0)
    >>> train, now = (pd.DataFrame({"age": rng.normal(mean, 1, 500)}) for mean in (0, 1))
    >>> report = DriftMonitor().fit(train).report(now)
    >>> report.is_drift, report.drifted
    (True, ['age'])
    """

    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    details: tuple[ColumnDrift, ...]
    p_values: np.ndarray
    alpha: float
    min_psi: float
    n_reference: float
    n_current: float
    adversarial: AdversarialResult | None = field(default=None)

    @property
    def drifted(self) -> list[str]:
        """Columns that have drifted, the furthest first."""
        moved = [(-detail.psi, name) for name, detail, moved in self._rows() if moved]
        return [name for _, name in sorted(moved)]

    @property
    def is_drift(self) -> bool:
        """Whether any column has drifted."""
        return bool(self.drifted)

    @property
    def by_chance(self) -> float:
        """PSI that a column has on average without any drift, by these numbers of rows alone.

        ``(bins - 1) * (1 / n_reference + 1 / n_current)`` (Yurdakul 2018, section 4), for the median column.
        """
        bins = float(np.median([len(one.labels) for one in self.details]))
        return (bins - 1) * sum(1 / max(rows, 1e-300) for rows in (self.n_reference, self.n_current))

    @property
    def can_tell(self) -> bool:
        """Whether there are rows enough for "no drift" to mean something: chance moves less than a large drift."""
        return self.is_drift or self.by_chance <= max(self.min_psi, LARGE_PSI)

    def _rows(self) -> list[tuple[str, ColumnDrift, bool]]:
        verdicts = [
            bool(p_value < self.alpha and detail.psi >= self.min_psi)
            for p_value, detail in zip(self.p_values, self.details, strict=True)
        ]
        return list(zip(self.columns, self.details, verdicts, strict=True))

    def to_frame(self) -> "pd.DataFrame":
        """Put the report into a table.

        Returns
        -------
        DataFrame
            One row a column: column, psi, jensen_shannon, statistic, p_value (corrected), missing_change, unseen_share,
            is_drift.
        """
        import pandas as pd

        rows = [
            (name, one.psi, one.jensen_shannon, one.statistic, p, one.missing_change, one.unseen_share, moved)
            for (name, one, moved), p in zip(self._rows(), self.p_values, strict=True)
        ]
        return pd.DataFrame(rows, columns=["column", *NUMBERS, "is_drift"])

    @property
    def verdict(self) -> str:
        """The answer in a sentence."""
        columns = _counted(len(self.columns), "column")
        rule = f"p < {self.alpha:g} corrected for {columns}, and PSI >= {self.min_psi:g}"
        rows = f"{_counted(self.n_current, 'row')} against {self.n_reference:,.0f}"
        if not self.can_tell:
            return (
                f"Too few rows to tell whether there is drift in {columns} ({rows}): chance alone moves PSI by about "
                f"{self.by_chance:.2g}."
            )
        if not self.is_drift:
            return f"No drift in {columns} ({rows}; {rule})."
        return f"Drift in {len(self.drifted)} of {columns} ({rows}; {rule}): {', '.join(self.drifted)}."

    def to_text(self) -> str:
        """Write the verdict and the table for a terminal.

        Returns
        -------
        str
        """
        lines = [_printable(self.verdict)]
        width = max(len(_printable(name)) for name in ("column", *self.columns))
        heads = ["PSI", "JS", "statistic", "p", "missing", "unseen"]
        lines.append(f"{'column':<{width}}" + "".join(f"{head:>11}" for head in heads) + "  drift")
        for (name, one, moved), p in zip(self._rows(), self.p_values, strict=True):
            cells = f"{one.psi:>11.4f}{one.jensen_shannon:>11.4f}{one.statistic:>11.4g}{p:>11.2g}"
            cells += f"{one.missing_change:>+11.2%}{one.unseen_share:>11.2%}"
            lines.append(f"{_printable(name):<{width}}{cells}  {'yes' if moved else ''}".rstrip())
        if self.adversarial is not None:
            lines.append(self.adversarial.sentence)
        return "\n".join(lines)

    def to_html(self) -> str:
        """Write the verdict and the table as a piece of a page; every name is escaped.

        Returns
        -------
        str
        """
        heads = ["column", "kind", "PSI", "JS", "statistic", "p", "missing", "unseen", "bins: before, now"]
        head = "".join(f"<th>{name}</th>" for name in heads)
        body = "".join(
            self._html_row(name, kind, one, p, moved)
            for (name, one, moved), kind, p in zip(self._rows(), self.kinds, self.p_values, strict=True)
        )
        told = "" if self.adversarial is None else f"<p>{escape(self.adversarial.sentence)}</p>"
        return (
            f"<section class='drift'><p><strong>{escape(_printable(self.verdict))}</strong></p>{told}"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>"
        )

    def _html_row(self, name: str, kind: str, one: ColumnDrift, p_value: float, moved: bool) -> str:
        cells = [f"{one.psi:.4f}", f"{one.jensen_shannon:.4f}", f"{one.statistic:.4g}", f"{p_value:.2g}"]
        cells += [f"{one.missing_change:+.2%}", f"{one.unseen_share:.2%}"]
        mark = " style='font-weight:bold;color:#b3261e'" if moved else ""
        written = "".join(f"<td style='text-align:right'>{cell}</td>" for cell in cells)
        return f"<tr{mark}><td>{escape(_printable(name))}</td><td>{kind}</td>{written}<td>{bars_of(one)}</td></tr>"

    def _repr_html_(self) -> str:
        return self.to_html()


def bars_of(one: ColumnDrift) -> str:
    """Draw the shares of the bins before (grey) and now (blue) as a small picture."""
    highest = max(float(np.max([one.reference, one.current], initial=0.0)), 1e-12)
    width, height, shapes = 12, 32, []
    for place, (label, before, now) in enumerate(zip(one.labels, one.reference, one.current, strict=True)):
        for side, (share, color) in enumerate(((before, "#9aa0a6"), (now, "#1a73e8"))):
            tall = height * share / highest
            shapes.append(
                f"<rect x='{place * width + side * 5}' y='{height - tall:.1f}' width='5' height='{tall:.1f}' "
                f"fill='{color}'><title>{escape(_printable(label))}: {share:.2%}</title></rect>"
            )
    n_bins = len(one.labels)
    return f"<svg width='{n_bins * width}' height='{height}' role='img'>{''.join(shapes)}</svg>"


def _counted(n: float, thing: str) -> str:
    return f"{n:,.0f} {thing}{'' if n == 1 else 's'}"


def _printable(text: str) -> str:
    """Replace control characters: terminal escapes and newlines in names must not act."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))
