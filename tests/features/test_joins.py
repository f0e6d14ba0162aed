"""Joins against pandas' merge, and no looking ahead."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_mlknow.features import JoinFeatures

PLANES = pd.DataFrame({"tail": ["N1", "N2"], "seats": [100, 200], "maker": ["AIRBUS", None]})
FLIGHTS = pd.DataFrame({"tail": ["N2", "N1", "N9", None, "N1"], "delay": range(5)})


def test_one_row_a_key_comes_as_it_is():
    join = JoinFeatures(PLANES, "tail").set_output(transform="pandas")
    out = join.fit_transform(FLIGHTS)
    assert list(out.columns) == ["tail", "delay", "seats", "maker"]
    np.testing.assert_array_equal(out["seats"], [200, 100, np.nan, np.nan, 100])
    assert out["maker"].tolist()[1] == "AIRBUS"
    assert out["maker"].isna().tolist() == [True, False, True, True, False]
    assert join.report_.iloc[0].to_dict() == {
        "keys": "tail",
        "n_keys": 2,
        "matched": 0.6,
        "unmatched_keys": "'N9', 'missing'",
    }


def test_many_rows_a_key_are_aggregated():
    flights = pd.DataFrame({"tail": ["N1", "N1", "N2"], "delay": [1.0, 3.0, np.nan], "carrier": ["u", "v", "u"]})
    statistics = ("mean", "std", "min", "max", "median", "count", "nunique")
    join = JoinFeatures(flights, "tail", statistics=statistics, prefix="f_").set_output(transform="pandas")
    out = join.fit_transform(FLIGHTS[["tail"]])
    assert out.iloc[1, 1:].tolist() == [2, 2, 1, 1, 3, 2, 2, 2]
    assert out["f_count"].tolist() == [1, 2, 0, 0, 2]
    assert np.isnan(out["f_delay_mean"][0])
    assert list(out.columns[-2:]) == ["f_delay_nunique", "f_carrier_nunique"]


def test_several_keys_with_other_names():
    other = pd.DataFrame({"a": ["u", "u", "v"], "b": [1, 2, 1], "value": [10, 20, 30]})
    X = pd.DataFrame({"key": ["u", "v", "v"], "n": [2, 1, 2]})
    out = JoinFeatures(other, {"key": "a", "n": "b"}, keep_inputs=False).fit_transform(X)
    np.testing.assert_array_equal(out.ravel(), [20, 30, np.nan])


def as_of(X, other):
    """The last earlier row of the key, by a slow loop."""
    out = []
    for _, row in X.iterrows():
        earlier = other[(other["city"] == row["city"]) & (other["at"] < row["at"])]
        out.append(earlier.sort_values("at", kind="stable")["rain"].iloc[-1] if len(earlier) else np.nan)
    return np.array(out)


@pytest.mark.parametrize("times", ["numbers", "datetimes", "polars"])
def test_as_of_never_looks_ahead(times):
    rng = np.random.default_rng(0)
    other = pd.DataFrame(
        {"city": rng.choice(list("ab"), 40), "at": rng.integers(0, 30, 40), "rain": rng.normal(size=40)}
    )
    X = pd.DataFrame({"city": rng.choice(list("abc"), 50), "at": rng.integers(-1, 32, 50)})
    expected = as_of(X, other)
    if times != "numbers":
        X["at"], other["at"] = (pd.Timestamp(2024, 1, 1) + pd.to_timedelta(one["at"], unit="h") for one in (X, other))
    if times == "polars":
        X, other = pl.from_pandas(X), pl.from_pandas(other)
    join = JoinFeatures(other, "city", when="at", keep_inputs=False, remainder="drop")
    np.testing.assert_array_equal(join.fit_transform(X).ravel(), expected)


def test_a_saved_join_does_not_hold_the_table():
    join = JoinFeatures(PLANES, "tail").fit(FLIGHTS)
    loaded = pickle.loads(pickle.dumps(join))
    assert loaded.table is None
    assert join.table is PLANES
    np.testing.assert_array_equal(loaded.transform(FLIGHTS)[:, 2].astype(float), [200, 100, np.nan, np.nan, 100])
    with pytest.raises(ValueError, match="a loaded join does not hold its table"):
        loaded.fit(FLIGHTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"on": "nope"}, "names 'nope'"),
        ({"on": {"delay": "tail"}}, "is of kind number in X, but of kind category in the joined table"),
        ({"on": "tail", "columns": ["wings"]}, "JoinFeatures: of the joined table: columns names 'wings'"),
        (
            {
                "on": "tail",
                "columns": ["seats"],
                "prefix": "de",
                "statistics": "mode",
                "table": pd.concat([PLANES] * 2),
            },
            "statistics must be of",
        ),
        ({"on": []}, "on names at least one key"),
    ],
)
def test_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        JoinFeatures(**{"table": PLANES, **arguments}).fit(FLIGHTS)


def test_clashing_names_ask_for_a_prefix():
    with pytest.raises(ValueError, match="'delay' twice"):
        JoinFeatures(pd.DataFrame({"tail": ["N1"], "delay": [1]}), "tail").fit(FLIGHTS)


def test_flights_with_planes_and_the_weather_of_the_hour_before(shared_data):
    tables = shared_data.load_flights()
    flights = tables["flights"][["tailnum", "origin", "dest", "time_hour"]].sample(5000, random_state=0)
    join = JoinFeatures(tables["weather"], "origin", when="time_hour", columns=["temp", "hour"], prefix="before_")
    out = join.set_output(transform="pandas").fit_transform(flights)
    weather = tables["weather"].sort_values("time_hour")[["origin", "time_hour", "temp"]]
    expected = pd.merge_asof(
        flights.sort_values("time_hour"), weather, on="time_hour", by="origin", allow_exact_matches=False
    )
    np.testing.assert_array_equal(
        out.sort_values("time_hour", kind="stable")["before_temp"].sort_values(), expected["temp"].sort_values()
    )
    assert join.report_["matched"].item() > 0.99
    planes = JoinFeatures(tables["planes"], "tailnum").fit(flights)
    merged = flights.merge(tables["planes"], on="tailnum", how="left")
    assert planes.report_["matched"].item() == pytest.approx(merged["engines"].notna().mean())


TIMES = pd.to_datetime(["2024-01-02", None, "2024-01-05"])
WEATHER_OF_DAYS = pd.DataFrame({"city": ["a", "a", "b"], "day": TIMES, "rain": [1.0, 2.0, 3.0]})


def test_a_row_of_the_table_without_a_time_is_never_joined():
    trips = pd.DataFrame({"city": ["a", "a", "b"], "day": pd.to_datetime(["2024-01-01", "2024-01-03", None])})
    out = JoinFeatures(WEATHER_OF_DAYS, "city", when="day").set_output(transform="pandas").fit_transform(trips)
    np.testing.assert_array_equal(out["rain"], [np.nan, 1.0, np.nan])
    timeless = WEATHER_OF_DAYS.assign(day=pd.NaT)
    assert JoinFeatures(timeless, "city", when="day").fit(trips).report_["matched"][0] == 0.0


@pytest.mark.parametrize(
    ("table", "arguments", "message"),
    [
        (
            WEATHER_OF_DAYS.assign(day=TIMES.tz_localize("Asia/Tokyo")),
            {},
            "zone in the joined table, but none in X",
        ),
        (WEATHER_OF_DAYS.assign(day=[1.0, 2.0, 3.0]), {}, "of kind time and of kind number in the joined table"),
        (WEATHER_OF_DAYS, {"statistics": "sum"}, "statistics must be of"),
        (WEATHER_OF_DAYS, {"on": ["city", "city"]}, "names a key twice"),
        (WEATHER_OF_DAYS[["city", "day"]].assign(sky="grey"), {"when": None, "columns": ["sky"]}, 'name "nunique"'),
    ],
)
def test_what_would_silently_join_wrongly(table, arguments, message):
    trips = WEATHER_OF_DAYS[["city", "day"]]
    with pytest.raises(ValueError, match=message):
        JoinFeatures(table, **({"on": "city", "when": "day"} | arguments)).fit(trips)


def test_a_zone_lost_after_fit_is_an_error():
    zoned = WEATHER_OF_DAYS.assign(day=TIMES.tz_localize("Asia/Tokyo"))
    join = JoinFeatures(zoned, "city", when="day").fit(zoned[["city", "day"]])
    with pytest.raises(ValueError, match="no time zone, unlike in fit"):
        join.transform(WEATHER_OF_DAYS[["city", "day"]])
