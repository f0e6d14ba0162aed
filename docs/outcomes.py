"""Write outcomes.md: what comes of every hard table, for every public estimator.

The words come from the cases of ``tests/torture``, which the tests hold every estimator to. Run from the repository:
``python docs/outcomes.py``.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.torture.catalogue import CASES, CHAPTERS  # noqa: E402
from tests.torture.judge import applies  # noqa: E402
from tests.torture.known import KNOWN  # noqa: E402
from tests.torture.subjects import ESTIMATORS  # noqa: E402

OPENING = """# What comes of hard tables

Written by `python docs/outcomes.py` from the cases that `tests/torture` puts every public estimator through. A case
**works** when the answer is right: of the right shape, finite where the input is, the same from a pickled copy, in
pieces and from the same numbers in another form, without a warning, and with the input untouched. It is **refused**
when there is one clear error that says who speaks and which column is meant. There is nothing between the two.
"""


def by_estimator() -> list[str]:
    """One row an estimator: how many cases concern it, and what comes of them."""
    lines = ["## By estimator", "", "| estimator | cases | works | refused | falls short |", "|---|--:|--:|--:|--:|"]
    for name, cls in ESTIMATORS.items():
        concern = [case for case in CASES if applies(cls, case)]
        short = [case for case in concern if (name, case.name) in KNOWN]
        words = [case.expected_of(name) for case in concern if case not in short]
        lines.append(f"| {name} | {len(concern)} | {words.count('works')} | {words.count('refused')} | {len(short)} |")
    return lines


def by_case() -> list[str]:
    """One row a case: what comes of it, and of which estimators something else."""
    lines = ["## By case"]
    for chapter, cases in CHAPTERS.items():
        lines += ["", f"### {chapter[0].upper()}{chapter[1:]}", "", "| case | outcome | but |", "|---|---|---|"]
        for case in cases:
            others = [n for n, cls in ESTIMATORS.items() if applies(cls, case) and case.expected_of(n) != case.expected]
            word = "refused" if case.expected == "works" else "works"
            but = f"{word}: {', '.join(others)}" if others else ""
            lines.append(f"| {escaped(case.name)} | {case.expected} | {but} |")
    return lines


def shortfalls() -> list[str]:
    """What is known to fall short, by reason."""
    lines = ["## What falls short", ""]
    if not KNOWN:
        return [*lines, "Nothing that the tests know of."]
    reasons: dict[str, dict[str, list[str]]] = {}
    for (name, case), why in KNOWN.items():
        reasons.setdefault(why, {}).setdefault(case, []).append(name)
    for why, cases in reasons.items():
        listed = "; ".join(f"*{escaped(case)}*: {', '.join(names)}" for case, names in cases.items())
        lines.append(f"- {why[0].upper()}{why[1:]}: {listed}.")
    return lines


def escaped(text: str) -> str:
    """Keep a name from being read as Markdown."""
    return text.replace("|", "\\|").replace("<", "\\<").replace("*", "\\*").replace("[", "\\[")


def page() -> str:
    """Write the whole page."""
    return "\n".join([OPENING, *by_estimator(), "", *by_case(), "", *shortfalls()]) + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "outcomes.md").write_text(page(), encoding="utf-8")
