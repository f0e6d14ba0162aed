"""Read a table from a csv or parquet file, or say in one line why that is impossible."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from csv import Error as CsvError
from csv import reader
from gzip import BadGzipFile
from gzip import open as open_gzip
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import error as ZlibError

from sklearn_mlknow.study.report.errors import ReportError

if TYPE_CHECKING:
    import pandas as pd

CSV_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
PARQUET_ENDINGS = (".parquet", ".pq")
DELIMITERS = (",", ";", "\t", "|")


def read_table_file(path: Path) -> "pd.DataFrame":
    """Read a table; the ending of the name says how.

    Parameters
    ----------
    path : Path
        A csv file (comma, semicolon, tab or bar between the fields; UTF-8, or UTF-16 with its mark; perhaps
        gzipped) or a parquet file.

    Returns
    -------
    frame : DataFrame
        At least one row and one column; names are distinct texts.

    Raises
    ------
    ReportError
        If there is no such file, or it holds no table.
    """
    name = path.name.lower()
    if not path.exists():
        raise ReportError(f"there is no file {str(path)!r}; check the path.")
    if not path.is_file():
        raise ReportError(f"{str(path)!r} is not a file; give the path of a csv or parquet file.")
    if name.endswith(PARQUET_ENDINGS):
        frame = _read_parquet(path)
    elif name.endswith(CSV_ENDINGS):
        frame = _read_csv(path)
    else:
        raise ReportError(f"cannot tell what {path.name!r} is; its name must end in .csv, .tsv, .csv.gz or .parquet.")
    frame = _without_row_numbers(frame)
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise ReportError(f"the table {path.name!r} is empty; it has {frame.shape[0]} rows, {frame.shape[1]} columns.")
    return frame


def _read_csv(path: Path) -> "pd.DataFrame":
    import pandas as pd

    try:
        encoding = _encoding(path)
        delimiter = _delimiter(path, encoding)
        return pd.read_csv(path, sep=delimiter, encoding=encoding, low_memory=False)
    except (ValueError, CsvError, OSError, EOFError, ZlibError) as error:
        raise _unreadable(path, error) from error


def _encoding(path: Path) -> str:
    """Tell UTF-16, which spreadsheets write as "Unicode text" and which begins with a mark, from UTF-8."""
    opened = open_gzip if path.name.lower().endswith(".gz") else open
    with opened(path, "rb") as content:
        return "utf-16" if content.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"


def _delimiter(path: Path, encoding: str) -> str:
    """Find what stands between the fields, and refuse a header in which two columns have one name."""
    opened = open_gzip if path.name.lower().endswith(".gz") else open
    with opened(path, "rt", encoding=encoding, newline="") as lines:
        first = lines.readline(1_000_000)
    if "\0" in first:
        raise ValueError("it holds binary data")
    if not first.strip():
        raise ReportError(f"the table {path.name!r} is empty; its first line must name the columns.")
    delimiter = max(DELIMITERS, key=first.count)
    names = next(reader([first], delimiter=delimiter))
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice:
        raise ReportError(f"two columns of {path.name!r} are called {twice!r}; give each its own name.")
    return delimiter


def _read_parquet(path: Path) -> "pd.DataFrame":
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except ImportError as error:
        raise ReportError("reading parquet needs pyarrow; install it with: pip install pyarrow.") from error
    except (ValueError, OSError, MemoryError) as error:  # pyarrow's ArrowInvalid is a ValueError
        raise _unreadable(path, error) from error
    frame.columns = [str(name) for name in frame.columns]
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ReportError(f"two columns of {path.name!r} are called {twice!r}; give each its own name.")
    return frame.reset_index(drop=True)


def _without_row_numbers(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Drop the row numbers that ``DataFrame.to_csv`` writes as a first column without a name."""
    if frame.shape[1] > 1 and str(frame.columns[0]).startswith("Unnamed: 0"):
        return frame.iloc[:, 1:]
    return frame


def _unreadable(path: Path, error: BaseException) -> ReportError:
    if isinstance(error, ReportError):
        return error
    if isinstance(error, UnicodeDecodeError):
        fact, remedy = "it is not UTF-8 text", "save it as UTF-8"
    elif isinstance(error, BadGzipFile | EOFError | ZlibError):
        fact, remedy = "the compressed data is damaged", "write it again"
    elif isinstance(error, PermissionError):
        fact, remedy = "it may not be read", "allow it with chmod"
    else:
        fact, remedy = " ".join(str(error).split())[:200] or type(error).__name__, "check that it is a table"
    return ReportError(f"cannot read {path.name!r}: {fact}; {remedy}.")
