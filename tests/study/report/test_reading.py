"""Tables of several kinds are read alike; what is no table is refused in one line."""

import gzip

import pandas as pd
import pytest

from sklearn_mlknow.study.report.errors import ReportError
from sklearn_mlknow.study.report.reading import read_table_file

FRAME = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "ü"]})


@pytest.mark.parametrize(("name", "separator"), [("t.csv", ","), ("t.csv", ";"), ("t.tsv", "\t"), ("t.txt", "|")])
def test_delimiters_are_found(tmp_path, name, separator):
    FRAME.to_csv(tmp_path / name, sep=separator, index=False)
    pd.testing.assert_frame_equal(read_table_file(tmp_path / name), FRAME)


def test_gzip_byte_order_mark_and_parquet(tmp_path):
    FRAME.to_csv(tmp_path / "t.csv.gz", index=False)
    (tmp_path / "u.csv").write_text(FRAME.to_csv(index=False), encoding="utf-8-sig")
    FRAME.to_parquet(tmp_path / "v.parquet")
    (tmp_path / "w.tsv").write_text(FRAME.to_csv(index=False, sep="\t"), encoding="utf-16")
    for name in ("t.csv.gz", "u.csv", "v.parquet", "w.tsv"):
        pd.testing.assert_frame_equal(read_table_file(tmp_path / name), FRAME)


def test_row_numbers_of_to_csv_are_dropped(tmp_path):
    FRAME.to_csv(tmp_path / "t.csv")
    assert read_table_file(tmp_path / "t.csv").columns.to_list() == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", b"", "is empty; its first line"),
        ("t.csv", b"a,b\n", "is empty; it has 0 rows, 2 columns"),
        ("t.csv", b"a,a\n1,2\n", "two columns of 't.csv' are called 'a'"),
        ("t.csv", b"a,b\n\xff\xfe,2\n", "is not UTF-8"),
        ("t.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "cannot read"),
        ("t.csv", b"a,b\n1,2\n1,2,3,4\n", "cannot read"),
        ("t.csv.gz", b"not gzip", "damaged"),
        ("t.csv.gz", gzip.compress(b"a,b\n" + b"1,2\n" * 999, mtime=0)[:-9], "damaged"),
        ("t.parquet", b"PAR1 no", "cannot read"),
        ("t.xlsx", b"x", "must end in .csv"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReportError, match=message):
        read_table_file(tmp_path / name)


def test_missing_files_and_folders_are_refused(tmp_path):
    with pytest.raises(ReportError, match="there is no file"):
        read_table_file(tmp_path / "none.csv")
    with pytest.raises(ReportError, match="is not a file"):
        read_table_file(tmp_path)
