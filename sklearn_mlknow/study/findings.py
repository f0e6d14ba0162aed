"""What may be wrong with a table: one pure function a kind of fault, each returning findings with row numbers.

Here are those of rows, of classes and of columns without use; :mod:`~sklearn_mlknow.study.leaks` has the columns that
know too much and :mod:`~sklearn_mlknow.study.far_values` the values that cannot be. Reference: Northcutt, Jiang and
Chuang, "Confident learning: estimating uncertainty in dataset labels", JAIR 70 (2021) for labels that look wrong.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sklearn_mlknow._shell.table import Table
from sklearn_mlknow._shell.targets import Target
from sklearn_mlknow.study.number_texts import no_numbers

NEAR_CONSTANT = 0.995  # share of rows of the commonest value
MOSTLY_MISSING = 0.5
DIFFERENT = 0.1  # of the standard deviation: numbers of equal rows that differ by less say the same
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
    subject = "1 row repeats" if len(repeats) == 1 else f"{len(repeats):,} rows repeat"
    found = [
        Finding(
            "duplicate rows",
            "",
            f"{subject} an earlier row ({100 * len(repeats) / len(codes):.1f} % of all)",
            "drop them unless they are separate cases; else the same case lies in training and test",
            repeats,
        )
    ]
    if target is not None:
        smallest, largest = np.full(len(counts), np.inf), np.full(len(counts), -np.inf)
        np.minimum.at(smallest, group, target.values)
        np.maximum.at(largest, group, target.values)
        alike = 0.0 if target.is_class else DIFFERENT * target.values.std()
        contradicting = np.flatnonzero((largest - smallest > alike)[group])
        if len(contradicting):
            by = "" if target.is_class else f", which differs by up to {(largest - smallest).max():.4g}"
            fact = f"{len(contradicting):,} rows are equal in every column but not in the target{by}"
            remedy = "look for a missing column or a wrong target; no model can tell them apart"
            found.append(Finding("contradicting rows", "", fact, remedy, contradicting))
    return found


def texts_of_numbers(name: str, texts: Any, numbers: np.ndarray) -> list[Finding]:
    """Cells of a column of numbers that are none, which have made texts of all the others."""
    rows = no_numbers(texts, numbers)
    if not len(rows):
        return [Finding("numbers as texts", name, "every value is a number written as a text", "convert it to numbers")]
    first = f"{str(texts[rows[0]])!r:.40}"
    several = f"{len(rows):,} cells, such as {first}, are no numbers and make texts of all others"
    fact = f"1 cell, {first}, is no number and makes texts of all others" if len(rows) == 1 else several
    return [Finding("numbers as texts", name, fact, "correct them or make them missing, then convert the column", rows)]


def constant_column(name: str, codes: np.ndarray) -> list[Finding]:
    """A column that says the same in (nearly) every row, or mostly nothing."""
    counts = np.bincount(codes)
    missing_share, largest = counts[0] / len(codes), counts.max() / len(codes)
    if counts[0] == len(codes):
        return [Finding("empty column", name, "every value is missing", "drop it or find out why")]
    if largest >= NEAR_CONSTANT:
        others = np.flatnonzero(codes != counts.argmax())
        fact = (
            "every row holds the same value" if not len(others) else f"{100 * largest:.1f} % of the rows hold one value"
        )
        return [Finding("near-constant column", name, fact, "drop it unless the few other rows matter", others)]
    if missing_share >= MOSTLY_MISSING:
        fact = f"{100 * missing_share:.0f} % of the values are missing"
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
        n_rows = f"{len(rows)} row{'s' if len(rows) > 1 else ''}"
        found.append(Finding("rare class", "", f"class {name!r} has {n_rows}{where}", remedy, rows))
    return found


def doubtful_labels(probabilities: np.ndarray, labels: np.ndarray, positions: np.ndarray) -> list[Finding]:
    """Rows whose cross-fitted model is sure of another class than the one written.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
        Out of fold.
    labels : ndarray of shape (n_rows,)
        Codes of the classes written, each of which occurs.
    positions : ndarray of shape (n_rows,)
        Of these rows in the table.
    """
    own = probabilities[np.arange(len(labels)), labels]
    # confident learning: sure means as sure as the model usually is about that class, and never less than SURE
    usual = np.bincount(labels, own) / np.bincount(labels)
    guess, sureness = probabilities.argmax(axis=1), probabilities.max(axis=1)
    is_sure = sureness >= np.maximum(usual[guess], SURE)
    rows = np.flatnonzero(is_sure & (guess != labels))
    if not len(rows):
        return []
    rows = positions[rows[np.argsort(own[rows], kind="stable")]]
    subject = "1 label contradicts" if len(rows) == 1 else f"{len(rows):,} labels contradict"
    by_chance = (1 - sureness[is_sure]).sum()
    fact = f"{subject} a model that has not seen {'it' if len(rows) == 1 else 'them, the surest first'}"
    fact += f"; as sure as it is, it may err on {by_chance:.0f} right ones"
    return [Finding("doubtful labels", "", fact, "look at these rows first; correct or remove wrong labels", rows)]
