"""Markdown that shows any text as text: names of columns and classes cannot become markup."""

from collections.abc import Sequence

SIGNS = r"\`*_{}[]<>#|~^$&"


def plain(text: object) -> str:
    """Escape everything that Markdown or HTML would read as markup; control characters become a sign.

    Examples
    --------
    >>> print(plain("a|b <script>"))
    a\\|b \\<script\\>
    """
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(text))
    return "".join(f"\\{letter}" if letter in SIGNS else letter for letter in shown)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], n_texts: int = 1) -> str:
    """Write a table; every cell is escaped, columns after the first ``n_texts`` are aligned to the right.

    Examples
    --------
    >>> print(table(["column", "mean"], [["age", "3"]]))
    | column | mean |
    | :--- | ---: |
    | age | 3 |
    """
    rules = [":---" if place < n_texts else "---:" for place in range(len(heads))]
    lines = [heads, rules, *([plain(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def number(value: float) -> str:
    """Write a number with three digits.

    Examples
    --------
    >>> number(0.98765), number(1234567.0), number(float("nan"))
    ('0.988', '1,230,000', '–')
    """
    if value != value:
        return "–"
    short = float(f"{value:.3g}")
    return f"{short:,.0f}" if abs(short) >= 1000 else f"{short:.3g}"
