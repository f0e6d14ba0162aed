"""What may be wrong with a table: one pure function a kind of fault, each returning findings with row numbers.

References: Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset labels", JAIR 70 (2021)
for labels that look wrong; Iglewicz and Hoaglin, *How to Detect and Handle Outliers* (1993) for the modified z score;
Kaufman et al., "Leakage in data mining", ACM TKDD 6 (2012) for columns that know too much.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.formulas.information import entropy, mutual_information

NEAR_CONSTANT = 0.995  # share of rows of the commonest value
MOSTLY_MISSING = 0.5
OUTLYING = 10.0  # modified z score; 3.5 is the textbook's, far too many for skewed columns
LEAKING = 0.95  # share of the target's entropy that one column alone removes
FEW_ROWS = 10
FEW_GROUPS = 3
SURE = 0.9


@dataclass(frozen=True)
class Finding:
    """One thing to look at.

    Attributes
    ----------
    kind : str
        Kind of fault.
    column : str
        Where; empty when the whole row or table is meant.
    fact : str
        What was seen.
    remedy : str
        What to do about it.
    rows : ndarray of int
        Positions of the rows concerned; empty when it is the whole column.
    """

    kind: str
    column: str
    fact: str
    remedy: str
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.int64))


def codes_of(table: Table, index: int) -> np.ndarray:
    """Codes of a column whatever its kind, 0 for missing; equal values have equal codes."""
    if table.kinds[index] == "number":
        column = table.number(index)
        uniques, codes = np.unique(column, return_inverse=True)  # NaN sorts last and is one value
        is_missing = np.isnan(uniques[codes]) if uniques.dtype.kind == "f" else np.zeros(len(column), dtype=bool)
        return np.where(is_missing, 0, codes + 1)
    return table.factorised(index)[0] + 1


def duplicate_rows(codes: np.ndarray, target: Target | None) -> list[Finding]:
    """Rows that repeat an earlier one; with different targets they contradict each other.

    Parameters
    ----------
    codes : ndarray of shape (n_rows, n_columns)
    target : Target or None
    """
    _, first, group, counts = np.unique(codes, axis=0, return_index=True, return_inverse=True, return_counts=True)
    group = group.ravel()
    repeats = np.flatnonzero(first[group] != np.arange(len(codes)))
    if not len(repeats):
        return []
    share = len(repeats) / len(codes)
    found = [
        Finding(
            "duplicate rows",
            "",
            f"{len(repeats)} rows ({share:.1%}) repeat an earlier row",
            "drop them unless they are separate cases; else the same case lies in training and test",
            repeats,
        )
    ]
    if target is not None and target.is_class:
        smallest = np.full(len(counts), target.n_classes)
        largest = np.full(len(counts), -1)
        np.minimum.at(smallest, group, target.values)
        np.maximum.at(largest, group, target.values)
        contradicting = np.flatnonzero((smallest != largest)[group])
        if len(contradicting):
            fact = f"{len(contradicting)} rows are equal in every column but not in the target"
            remedy = "look for a missing column or wrong labels; no model can tell them apart"
            found.append(Finding("contradicting rows", "", fact, remedy, contradicting))
    return found


def constant_column(name: str, codes: np.ndarray) -> list[Finding]:
    """A column that says the same in (nearly) every row, or mostly nothing."""
    counts = np.bincount(codes)
    missing_share, largest = counts[0] / len(codes), counts.max() / len(codes)
    if counts[0] == len(codes):
        return [Finding("empty column", name, "every value is missing", "drop it or find out why")]
    if largest >= NEAR_CONSTANT:
        others = np.flatnonzero(codes != counts.argmax())
        fact = f"{largest:.1%} of the rows hold one value"
        return [Finding("near-constant column", name, fact, "drop it unless the few other rows matter", others)]
    if missing_share >= MOSTLY_MISSING:
        fact = f"{missing_share:.0%} of the values are missing"
        return [Finding("mostly missing column", name, fact, "find out why; that it is missing may be the signal")]
    return []


def identifying_column(name: str, kind: str, values: np.ndarray) -> list[Finding]:
    """A column with another value in every row, as names, keys and row numbers have."""
    n_rows = len(values)
    is_whole = kind == "category" or bool(np.all(np.isfinite(values)) and np.all(values == np.floor(values)))
    if n_rows < 20 or not is_whole or len(np.unique(values)) < n_rows:
        return []
    remedy = "drop it: a model can only learn it by heart; or parse what is inside it"
    return [Finding("id-like column", name, "every row holds another value", remedy)]


def leaking_column(name: str, codes: np.ndarray, target: Target) -> list[Finding]:
    """A column that alone gives the target away; codes are few, so that chance cannot."""
    table = np.zeros((codes.max() + 1, target.n_classes))
    np.add.at(table, (codes, target.values), 1.0)
    removed = float(mutual_information(table, bias_corrected=True)) / float(entropy(table.sum(axis=0)))
    if removed < LEAKING:
        return []
    fact = f"this column alone removes {removed:.1%} of the uncertainty about the target"
    return [Finding("leaking column", name, fact, "check that it is known before the target is")]


def outlying_values(name: str, column: np.ndarray) -> list[Finding]:
    """Values far outside the rest, by the modified z score from the median."""
    finite = column[np.isfinite(column)]
    if len(finite) < 20:
        return []
    median = np.median(finite)
    spread = np.median(np.abs(finite - median))
    spread = spread if spread > 0 else 1.2533 / 1.4826 * np.mean(np.abs(finite - median))
    if spread == 0:
        return []
    rows = np.flatnonzero(0.6745 * np.abs(column - median) / spread > OUTLYING)
    if not len(rows) or len(rows) > 0.01 * len(column):
        return []  # more than one in a hundred is a long tail, not an error
    extreme = column[rows[np.argmax(np.abs(column[rows] - median))]]
    fact = f"{len(rows)} values lie far outside the rest, such as {extreme:g} (median {median:g})"
    return [Finding("outliers", name, fact, "check the units and the entry; else clip or use bins", rows)]


def rare_classes(target: Target, groups: np.ndarray | None = None) -> list[Finding]:
    """Classes with too few rows, or rows of too few groups, to learn from and to test on."""
    names: list[Any] = [] if target.classes is None else target.classes.tolist()
    found = []
    for code, name in enumerate(names):
        rows = np.flatnonzero(target.values == code)
        n_groups = FEW_GROUPS if groups is None else len(np.unique(groups[rows]))
        if len(rows) >= FEW_ROWS and n_groups >= FEW_GROUPS:
            continue
        where = "" if n_groups >= FEW_GROUPS else f" of {n_groups} group{'s' if n_groups > 1 else ''}"
        remedy = "collect more, merge it with another, or use few-shot learning"
        found.append(Finding("rare class", "", f"class {name!r} has {len(rows)} rows{where}", remedy, rows))
    return found


def doubtful_labels(probabilities: np.ndarray, target: Target) -> list[Finding]:
    """Rows whose cross-fitted model is sure of another class than the one written.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
        Out of fold.
    target : Target
        Classes.
    """
    n_rows = len(probabilities)
    own = probabilities[np.arange(n_rows), target.values]
    # confident learning: sure means as sure as the model usually is about that class, and never less than SURE
    usual = np.array([probabilities[target.values == code, code].mean() for code in range(target.n_classes)])
    guess = probabilities.argmax(axis=1)
    surest = probabilities[np.arange(n_rows), guess]
    is_doubtful = (guess != target.values) & (surest >= np.maximum(usual[guess], SURE))
    rows = np.flatnonzero(is_doubtful)
    if not len(rows):
        return []
    rows = rows[np.argsort(own[rows], kind="stable")]
    fact = f"{len(rows)} labels contradict a model that has not seen them, the surest first"
    return [Finding("doubtful labels", "", fact, "look at these rows first; correct or remove wrong labels", rows)]
