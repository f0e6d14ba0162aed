"""Write every result of the benchmarks as tables, with what its program says of itself: figures cannot drift.

The tables are made anew in each build from ``benchmarks/results/*.json``; no figure is typed by hand.
"""

import ast
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1] / "benchmarks"
TITLES = {
    "binning": "Binners",
    "optimal_binning": "Optimal bins",
    "out_of_core": "More values than memory",
    "features": "Builders and encoders",
    "drift": "Drift",
    "neural": "Networks: accuracy",
    "training": "Networks: time",
    "transfer": "Networks: transfer",
    "extraction": "Extraction",
    "fewshot": "New classes from a few examples",
    "explain_error": "Explanations: error",
    "explain": "Explanations: time and memory",
    "selection": "Selection",
    "forecasts": "Forecasts of more rows",
    "glassbox": "Glass boxes",
    "compatibility": "scikit-learn's own checks",
}
SETTINGS = ("settings", "versions", "environment")
MACHINE = ("python", "cores", "threads")
WORDS = {
    "must": "goal",
    "limit_mb": "limit MB",
    "above_import_mb": "MB above imports",
    "mean_rank": "mean rank (1 is best)",
    "normalised": "normalised score (1 is best)",
    "rank_behind_us": "ranks behind ours, 95 %",
    "log_ratio_to_us": "log of its loss over ours, 95 %",
}


def program_of(result: Path) -> Path:
    """Return the program that wrote a result: that of its name, or of the part before the first hyphen.

    Parameters
    ----------
    result : Path

    Returns
    -------
    Path
    """
    whole = ROOT / f"{result.stem.replace('-', '_')}.py"
    return whole if whole.exists() else ROOT / f"{result.stem.partition('-')[0]}.py"


def write_benchmark_tables(folder: Path) -> None:
    """Write all results into ``all.md``, and the comparison with other packages into ``compatibility.md``."""
    results: dict[str, list[Path]] = {}
    for result in sorted((ROOT / "results").glob("*.json"), key=lambda path: path.stem):
        results.setdefault(program_of(result).stem, []).append(result)
    order = sorted(results, key=lambda stem: list(TITLES).index(stem) if stem in TITLES else len(TITLES))
    folder.mkdir(exist_ok=True)
    _write(folder / "all.md", "\n".join(_section(stem, results[stem]) for stem in order))
    compared = json.loads((ROOT / "results" / "compatibility.json").read_text("utf-8"))["lines"]
    short = [{**line, "estimator": _package_and_class(line["estimator"])} for line in compared]
    _write(folder / "compatibility.md", _table(short) + "\n")


def _package_and_class(path: str) -> str:
    return f"{path.split('.')[0]}: {path.split('.')[-1]}"


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def _section(stem: str, results: list[Path]) -> str:
    introduction = ast.get_docstring(ast.parse((ROOT / f"{stem}.py").read_text("utf-8"))) or ""
    parts = [f"## {TITLES.get(stem, stem)}", introduction]
    for result in results:
        parts += tables_of(json.loads(result.read_text("utf-8")), result.stem if len(results) > 1 else "")
    return "\n\n".join(parts) + "\n"


def tables_of(result: Any, name: str = "") -> list[str]:
    """Turn a result into tables: a list of records, records by name, or single figures.

    Parameters
    ----------
    result : dict or list
        As it was written to JSON.
    name : str
        What stands above the first table.

    Returns
    -------
    list of str
        Pieces of Markdown.
    """
    if isinstance(result, list):
        return [*_headed(name), _table(result)] if result and isinstance(result[0], dict) else []
    machine = {key: value for block in SETTINGS for key, value in dict(result.get(block, {})).items()}
    machine |= {key: value for key, value in result.items() if _is_version(key, value)}
    figures = {key: value for key, value in result.items() if key not in (*SETTINGS, *machine)}
    single = {key: value for key, value in figures.items() if not isinstance(value, dict | list)}
    pieces = _headed(name)
    if single:
        pieces.append(_table([single]))
    for key, value in figures.items():
        if isinstance(value, dict) and value and all(isinstance(each, dict) for each in value.values()):
            pieces += [*_headed(key), _table([{"": name, **each} for name, each in value.items()])]
        elif isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values()):
            pieces += tables_of(value, key)
        elif isinstance(value, dict):
            pieces += [*_headed(key), _table([value])]
        else:
            pieces += tables_of(value, key) if isinstance(value, list) else []
    if machine:
        pieces.append("*Measured with " + ", ".join(f"{key} {value}" for key, value in machine.items()) + ".*")
    return pieces


def _is_version(key: str, value: Any) -> bool:
    return key in MACHINE or (isinstance(value, str) and value.count(".") >= 1 and value[0].isdigit())


def _headed(name: str) -> list[str]:
    return [f"**{name.replace('_', ' ')}**"] if name else []


def _table(records: list[dict[str, Any]]) -> str:
    heads = list(dict.fromkeys(key for record in records for key in record))
    lines = [[WORDS.get(head, head.replace("_", " ")) for head in heads], ["---"] * len(heads)]
    lines += [[written(record.get(head)) for head in heads] for record in records]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def written(value: Any) -> str:
    """Write a figure for a person: three digits that count, and a range for an estimate with its interval.

    Parameters
    ----------
    value : object
        A figure, a text, or a list of an estimate and its two ends.

    Returns
    -------
    str
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}".replace(",", " ")
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ")
    if isinstance(value, list) and len(value) == 3 and all(isinstance(each, int | float) for each in value):
        return "{} ({} to {})".format(*map(written, value))
    return ", ".join(map(written, value)) if isinstance(value, list) else str(value).replace("|", "/")
