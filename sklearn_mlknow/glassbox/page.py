"""A model written on a page: plain HTML without scripts, which notebooks show and people print."""

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

STYLE = """<style>
.glassbox {font: 13px/1.45 system-ui, sans-serif; color: #2b2b2b; max-width: 60em}
.glassbox table {border-collapse: collapse; width: 100%}
.glassbox th {text-align: left; font-weight: 600; color: #5f6368; border-bottom: 1px solid #c8ccd0; padding: 3px 10px}
.glassbox td {padding: 2px 10px; border: none; text-align: left; vertical-align: middle; background: none}
.glassbox .number {text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap}
.glassbox tbody tr.first td {border-top: 1px solid #e3e6e9; padding-top: 6px}
.glassbox .quiet {color: #8b9096; white-space: nowrap}
.glassbox code {font: 12px ui-monospace, monospace; background: #f1f3f5; padding: 1px 5px; border-radius: 3px}
</style>"""
KEPT, AGAINST = "#3d6b8e", "#c0695a"
WIDE = 120  # pixels of a bar
LITTLE = "<span class='quiet'>under half a point</span>"


class Readable:
    """An estimator that shows its model in notebooks once it is fitted, and its parameters before that."""

    def to_html(self) -> str:
        """Write the fitted model on a page."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        bundle: dict[str, str] = super()._repr_mimebundle_(**kwargs)  # type: ignore[misc]
        if hasattr(self, "classes_") and "text/html" in bundle:
            bundle["text/html"] = self.to_html()
        return bundle


def scorecard_page(card: "pd.DataFrame", legend: str, event: str) -> str:
    """Write a scorecard: a block of lines for each column, a bar for each bin's points.

    Parameters
    ----------
    card : DataFrame
        ``scorecard_``; its first row is the base.
    legend : str
        How points are read.
    event : str
        The class that points speak for.

    Returns
    -------
    str
    """
    points = card["points"].to_numpy(dtype=np.float64)
    base, longest = points[0], float(np.abs(points[1:]).max())
    lines = []
    for name, own in card.iloc[1:].groupby("column", sort=False):
        if own["points"].abs().max() < 0.5:
            lines.append(_line([f"<b>{escape(str(name))}</b>", LITTLE, "", "", "", ""], is_first=True))
            continue
        shown = own[(own["count"] > 0) | (own["points"] != 0)]  # nothing was missing, as a rule
        for place, row in enumerate(shown.to_dict("records")):
            rate = "" if np.isnan(row["event_rate"]) else f"{row['event_rate']:.1%}"
            cells = ["" if place else f"<b>{escape(str(name))}</b>", escape(str(row["interval"]))]
            cells += [f"{row['share']:.1%}", rate, _signed(row["points"]), _bar(row["points"] / max(longest, 1e-9))]
            lines.append(_line(cells, is_first=place == 0, numbers=(2, 3, 4), quiet=(2, 3)))
    head = _head(["column", "", "rows", f"of them {event}", "points", ""], numbers=(2, 3, 4))
    start = f"<p><b>Everyone starts with {base:.0f} points.</b> {escape(legend)}</p>"
    return f"{STYLE}<section class='glassbox'>{start}<table>{head}<tbody>{''.join(lines)}</tbody></table></section>"


def rules_page(report: "pd.DataFrame") -> str:
    """Write a list of rules: what each says, the rows it decides and how often it is right there.

    Parameters
    ----------
    report : DataFrame
        ``report_``; its last row is the default.

    Returns
    -------
    str
    """
    lines = []
    for place, row in enumerate(report.to_dict("records"), 1):
        is_default = place == len(report)
        rule = "else" if is_default else f"{'if' if place == 1 else 'else if'} <code>{escape(row['rule'])}</code>"
        clash = "" if not row["conflict"] > 0 else f"{row['conflict']:.0%}"
        cells = ["" if is_default else str(place), rule, f"<b>{escape(str(row['class']))}</b>", f"{row['decides']:.1%}"]
        cells += [_bar(row["decides"], two_sided=False), _share(row["precision_first"]), clash]
        lines.append(_line(cells, is_first=True, numbers=(0, 3, 5, 6), quiet=(0, 6)))
    head = _head(["", "rule", "says", "decides", "", "is right", "contradicted"], numbers=(0, 3, 5, 6))
    return f"{STYLE}<section class='glassbox'><table>{head}<tbody>{''.join(lines)}</tbody></table></section>"


def _head(names: list[str], numbers: tuple[int, ...]) -> str:
    cells = (
        f"<th{' class=number' if place in numbers else ''}>{escape(name)}</th>" for place, name in enumerate(names)
    )
    return f"<thead><tr>{''.join(cells)}</tr></thead>"


def _line(cells: list[str], is_first: bool, numbers: tuple[int, ...] = (), quiet: tuple[int, ...] = ()) -> str:
    written = []
    for place, cell in enumerate(cells):
        words = " ".join(word for word, places in (("number", numbers), ("quiet", quiet)) if place in places)
        written.append(f"<td class='{words}'>{cell}</td>" if words else f"<td>{cell}</td>")
    return f"<tr class='first'>{''.join(written)}</tr>" if is_first else f"<tr>{''.join(written)}</tr>"


def _signed(points: float) -> str:
    return "0" if abs(points) < 0.5 else f"{points:+.0f}"


def _share(share: float) -> str:
    return "never asked" if np.isnan(share) else f"{share:.1%}"


def _bar(share: float, two_sided: bool = True) -> str:
    """Draw a share in [-1, 1] as a bar from the middle, or one in [0, 1] from the left."""
    half = WIDE / 2 if two_sided else WIDE
    long = abs(share) * half
    middle = half if two_sided else 0
    left, colour = (middle, KEPT) if share >= 0 else (middle - long, AGAINST)
    axis = f"<path d='M{middle} 0V12' stroke='#c8ccd0'/>" if two_sided else ""
    return (
        f"<svg width='{WIDE}' height='12' role='img'>{axis}"
        f"<rect x='{left:.1f}' y='2' width='{long:.1f}' height='8' fill='{colour}'/></svg>"
    )
