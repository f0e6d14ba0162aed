"""An explanation as a small HTML table, every text escaped."""

from html import escape

from sklearn_mlknow.explain.explanation import Explanation

_MOST_LINES = 20


def write_html(explanation: Explanation) -> str:
    """Write the importance of each column and the audit as HTML.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    str
    """
    table = explanation.importance()
    several = explanation.n_outputs > 1
    largest = max(float(table["importance"].max()), 1e-300)
    lines = []
    for line in table.head(_MOST_LINES).itertuples():
        width = 100 * line.importance / largest
        rank = f"{line.rank_low}" if line.rank_low == line.rank_high else f"{line.rank_low}–{line.rank_high}"
        output = f"<td>{escape(str(line.output))}</td>" if several else ""
        lines.append(
            f"<tr><td style='text-align:left'>{escape(str(line.player))}</td>{output}<td>{line.importance:.4g}</td>"
            f"<td>{line.low:.3g} – {line.high:.3g}</td><td>{rank}</td><td style='width:140px'>"
            f"<div style='background:#4d6a82;height:0.8em;width:{width:.0f}%'></div></td></tr>"
        )
    hidden = len(table) - len(lines)
    audit = explanation.audit
    enough = "enough" if audit.background_is_enough else "few: take more where precision matters"
    return (
        f"<div><p><b>Explanation</b> of {len(explanation)} rows by {len(explanation.names)} columns, "
        f"method {escape(audit.method)}, {audit.model_rows:,} model rows in {audit.seconds:.2g} s; background of "
        f"{audit.background_rows} rows ({enough}).</p><table><thead><tr><th style='text-align:left'>column</th>"
        + ("<th>output</th>" if several else "")
        + "<th>mean size of effect</th><th>95 % interval</th><th>rank</th><th></th></tr></thead><tbody>"
        + "".join(lines)
        + "</tbody></table>"
        + (f"<p>… and {hidden} more lines in <code>importance()</code>.</p>" if hidden else "")
        + "</div>"
    )
