"""Parts of times against the standard library's calendar."""

import datetime
import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sklearn_mlknow.features import DatetimeFeatures
from sklearn_mlknow.features.clock import PERIODS, parts_of


@given(st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31)))
def test_parts_like_the_standard_library(when):
    found = {
        part: column[0] for part, column in parts_of(np.array([when], dtype="datetime64[us]"), list(PERIODS)).items()
    }
    assert found == {
        "year": when.year,
        "quarter": (when.month - 1) // 3 + 1,
        "month": when.month,
        "week": when.isocalendar().week,
        "day_of_year": when.timetuple().tm_yday,
        "day": when.day,
        "weekday": when.weekday(),
        "hour": when.hour,
        "minute": when.minute,
        "second": when.second,
        "is_weekend": when.weekday() >= 5,
    }


TIMES = ["2024-02-29 23:00", "2024-03-01 00:00", None]
PANDAS = pd.DataFrame({"when": pd.to_datetime(TIMES), "n": [1, 2, 3]})


def names_and_rows(builder, X):
    out = builder.set_output(transform="pandas").fit_transform(X)
    return list(out.columns), out.to_numpy(dtype=float)


def test_circles_bring_night_and_morning_together():
    names, rows = names_and_rows(DatetimeFeatures("hour", encode="cyclical", keep_inputs=False), PANDAS)
    assert names == ["n", "when_hour_sin", "when_hour_cos"]
    late, early = rows[0, 1:], rows[1, 1:]
    assert math.dist(late, early) == pytest.approx(2 * math.sin(math.pi / 24))
    np.testing.assert_allclose(early, [0, 1])
    assert np.isnan(rows[2, 1:]).all()


def test_auto_takes_the_parts_that_vary():
    builder = DatetimeFeatures(encode="number", keep_inputs=False).fit(PANDAS)
    assert builder.parts_ == [["month", "day", "weekday", "hour"]]
    assert DatetimeFeatures().fit(PANDAS[:1]).parts_ == [["year"]]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(pd.to_datetime(TIMES)).astype("datetime64[s]"),
        pd.Series(pd.to_datetime(TIMES)).astype("datetime64[ns]"),
        pd.Series(pd.to_datetime(TIMES)).dt.tz_localize("Asia/Tokyo"),
        pd.Series(TIMES),
        pd.Series(["29.02.2024 23:00", "01.03.2024 00:00", None]),
        pd.Series([datetime.datetime(2024, 2, 29, 23), datetime.datetime(2024, 3, 1), None], dtype=object),
        pd.Series([1709247600.0, 1709251200.0, np.nan]),
    ],
    ids=["s", "ns", "zone", "iso text", "german text", "objects", "unix"],
)
def test_every_way_to_hold_times(column):
    builder = DatetimeFeatures(["month", "hour"], encode="number", keep_inputs=False, columns=["when"])
    _, rows = names_and_rows(builder, pd.DataFrame({"when": column}))
    np.testing.assert_array_equal(rows, [[2, 23], [3, 0], [np.nan, np.nan]])


def test_polars_and_numpy_alike():
    expected = DatetimeFeatures(keep_inputs=False).fit_transform(PANDAS[["when"]])
    for X in (pl.from_pandas(PANDAS[["when"]]), PANDAS[["when"]].to_numpy()):
        np.testing.assert_array_equal(DatetimeFeatures(keep_inputs=False).fit_transform(X), expected)
    dates = pl.DataFrame({"when": [datetime.date(2024, 2, 29), None]})
    out = DatetimeFeatures("day", encode="number", keep_inputs=False).fit_transform(dates)
    np.testing.assert_array_equal(out, [[29], [np.nan]])


def test_age_is_a_true_duration_across_the_change_of_the_clock():
    local = pd.to_datetime(["2024-03-31 00:00", "2024-04-01 00:00"]).tz_localize("Europe/Berlin")
    builder = DatetimeFeatures("hour", encode="number", reference="2024-03-30T23:00", keep_inputs=False)
    _, rows = names_and_rows(builder, pd.DataFrame({"when": local}))
    np.testing.assert_allclose(rows, [[0, 0], [0, 23 / 24]])


def test_far_years():
    X = np.array([["0001-01-01"], ["9999-12-31"]], dtype="datetime64[us]")
    assert DatetimeFeatures("year", encode="number", keep_inputs=False).fit_transform(X).ravel().tolist() == [1, 9999]


@pytest.mark.parametrize(
    ("X", "arguments", "message"),
    [
        (
            pd.DataFrame({"t": ["03/04/2024", "05/06/2024"]}),
            {"columns": ["t"]},
            r"'%d/%m/%Y' or '%m/%d/%Y', which disagree on '03/04/2024'",
        ),
        (
            pd.DataFrame({"t": ["yesterday"]}),
            {"columns": ["t"]},
            "no one date format reads all of column 't' such as 'yesterday'",
        ),
        (pd.DataFrame({"t": ["2024-01-01", "1.2.2024"]}), {"columns": ["t"]}, "no one date format"),
        (pd.DataFrame({"t": [1e300]}), {"columns": ["t"]}, "no number of seconds since 1970"),
        (pd.DataFrame({"t": [np.inf]}), {"columns": ["t"]}, "inf"),
        (pd.DataFrame({"t": [1.0]}), {}, "no column is of kind time"),
        (PANDAS, {"parts": ["century"]}, "parts must be of"),
        (PANDAS, {"reference": "soon"}, "reference must be a time"),
    ],
)
def test_errors(X, arguments, message):
    with pytest.raises(ValueError, match=message):
        DatetimeFeatures(**arguments).fit(X)


def test_a_day_above_twelve_decides():
    builder = DatetimeFeatures(columns=["t"]).fit(pd.DataFrame({"t": ["03/04/2024", "13/04/2024"]}))
    assert builder.formats_ == ["%d/%m/%Y"]
    with pytest.raises(ValueError, match="column 't' holds '2024-01-01', which is not of the format '%d/%m/%Y'"):
        builder.transform(pd.DataFrame({"t": ["2024-01-01"]}))


def test_durations_are_refused():
    with pytest.raises(TypeError, match="column 't' holds Duration.*convert them to seconds"):
        DatetimeFeatures().fit(pd.DataFrame({"t": pd.to_timedelta([1, 2], unit="s")}))


def test_zones_that_differ_by_row_and_zones_that_only_some_rows_have():
    tokyo, paris = (pd.Timestamp("2024-01-01 10:00", tz=zone) for zone in ("Asia/Tokyo", "Europe/Paris"))
    X = pd.DataFrame({"when": pd.Series([tokyo, paris, None], dtype=object)})
    builder = DatetimeFeatures("hour", encode="number", reference="2024-01-01", keep_inputs=False)
    np.testing.assert_allclose(builder.fit_transform(X), [[10, 1 / 24], [10, 9 / 24], [np.nan, np.nan]])
    with pytest.raises(ValueError, match="times with a zone and times without"):
        builder.fit(pd.DataFrame({"when": pd.Series([tokyo, paris.tz_localize(None)], dtype=object)}))


def test_a_time_of_day_is_refused_by_name():
    with pytest.raises(TypeError, match="'when' holds time, not dates"):
        DatetimeFeatures().fit(pd.DataFrame({"when": pd.Series([datetime.time(1), None], dtype=object)}))


def test_a_reference_with_a_zone_is_a_point_in_time():
    X = pd.DataFrame({"when": pd.to_datetime(["2024-01-01 12:00"]).tz_localize("Asia/Tokyo")})
    reference = pd.Timestamp("2024-01-01", tz="Asia/Tokyo")
    builder = DatetimeFeatures("hour", encode="number", reference=reference, keep_inputs=False)
    assert builder.fit_transform(X).tolist() == [[12.0, 0.5]]


def test_a_column_without_any_time_after_fit():
    builder = DatetimeFeatures("hour", encode="number", keep_inputs=False)
    builder.fit(pd.DataFrame({"when": pd.to_datetime(["2024-01-01 12:00"])}))
    assert np.isnan(builder.transform(pd.DataFrame({"when": [None, None]}))).all()


@pytest.mark.parametrize("format", ["%d/%m/%Y", "%m/%d/%Y"])
def test_the_one_day_above_twelve_is_found_among_many_dates(format):
    days = pd.date_range("1970-01-01", "1990-01-01").strftime(format)
    builder = DatetimeFeatures("year", columns=["when"]).fit(pd.DataFrame({"when": days}))
    assert builder.formats_ == [format]
