"""All cases of the torture catalogue."""

from tests.torture import columns, forms, later, targets, values
from tests.torture.case import Case

CHAPTERS: dict[str, list[Case]] = {
    "forms of the table": forms.CASES,
    "hard numbers": values.CASES,
    "texts, times and names": columns.CASES,
    "targets and weights": targets.CASES,
    "between fit and answer": later.CASES,
}
CASES = [case for chapter in CHAPTERS.values() for case in chapter]
