import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.selection import RedundancySelector
from sklearn_mlknow.selection.association import Centred, correlation_ratios
from sklearn_mlknow.selection.category_association import cramers_v
from sklearn_mlknow.selection.representatives import inflation_factors


def related(n_rows=600, seed=0):
    rng = np.random.default_rng(seed)
    size, other, third = rng.normal(size=(3, n_rows))
    return pd.DataFrame(
        {
            "cm": size,
            "inch": size / 2.54 + 0.01 * rng.normal(size=n_rows),
            "grade": np.where(size > 0.6, "large", np.where(size > -0.6, "middle", "small")),
            "size code": np.where(size > 0.6, "L", np.where(size > -0.6, "M", "S")),
            "other": other,
            "third": third,
            "sum": other + third + 0.1 * rng.normal(size=n_rows),
        }
    )


def test_groups_across_kinds():
    selector = RedundancySelector(0.85).fit(related())
    groups = {frozenset(group) for group in selector.groups_}
    assert frozenset({"grade", "size code", "cm", "inch"}) in groups
    assert frozenset({"other"}) in groups


@pytest.mark.parametrize("measure", ["correlation", "mutual_information", "vif"])
@pytest.mark.parametrize("with_target", [False, True])
def test_order_of_columns_does_not_matter(measure, with_target):
    X = related()
    if measure == "vif":
        X = X[["cm", "inch", "other", "third", "sum"]]
    y = (X["third"] > 0).astype(int).to_numpy() if with_target else None
    expected = {frozenset(group) for group in RedundancySelector(measure=measure).fit(X, y).groups_}
    for seed in range(5):
        turned = X[np.random.default_rng(seed).permutation(X.columns)]
        assert {frozenset(group) for group in RedundancySelector(measure=measure).fit(turned, y).groups_} == expected


def test_exact_copies_leave_the_first_name():
    X = pd.DataFrame({"b": [1.0, 2, 4, 3], "a": [1.0, 2, 4, 3], "c": [4.0, 1, 3, 2]})
    for measure, threshold in (("correlation", 0.9), ("vif", 10.0)):
        assert RedundancySelector(threshold, measure=measure).fit(X).get_feature_names_out().tolist() == ["a", "c"]


def test_no_two_kept_columns_depend_above_the_threshold():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4)) @ rng.normal(size=(4, 25)) + 0.5 * rng.normal(size=(300, 25))
    for threshold in (0.5, 0.8, 0.95):
        kept = RedundancySelector(threshold).fit_transform(X)
        correlation = np.abs(np.corrcoef(kept.T)) - np.eye(kept.shape[1])
        assert correlation.max() <= threshold + 1e-12


def test_the_target_chooses_the_representative():
    X = related()[["cm", "inch"]]
    X["inch"] += 0.05 * np.random.default_rng(1).normal(size=600)
    y = (X["inch"] > 0).astype(int)
    assert RedundancySelector(0.8).fit(X, y).get_feature_names_out().tolist() == ["inch"]


def test_inflation_sees_what_pairs_do_not():
    X = related()[["other", "third", "sum"]]
    assert RedundancySelector(0.9).fit(X).get_support().all()
    report = RedundancySelector(measure="vif").fit(X).report_
    assert report["is_kept"].tolist() == [True, True, False]
    assert "the others determine it" in report["reason"][2]


def test_inflation_factors_are_one_over_what_is_not_determined():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    X[:, 2] += X[:, 0]
    centred = X - X.mean(axis=0)
    expected = []
    for i in range(3):
        rest = np.delete(centred, i, axis=1)
        residual = centred[:, i] - rest @ np.linalg.lstsq(rest, centred[:, i], rcond=None)[0]
        expected.append(np.sum(centred[:, i] ** 2) / np.sum(residual**2))
    np.testing.assert_allclose(inflation_factors(np.corrcoef(X.T)), expected)


def test_correlation_ratio_and_cramers_v_by_hand():
    values, codes = np.array([[1.0], [3.0], [5.0], [7.0]]), np.array([0, 0, 1, 1])
    assert correlation_ratios(Centred.of(values), codes, 2)[0] == pytest.approx(np.sqrt(16 / 20))
    assert cramers_v(np.repeat([0, 1], 50), np.repeat([0, 1], 50)) == pytest.approx(1.0)
    assert cramers_v(np.tile([0, 1], 50), np.repeat([0, 1], 50)) == 0.0
    assert cramers_v(np.array([-1, -1]), np.array([0, 1])) == 0.0


def test_constant_columns_depend_on_nothing():
    X = np.column_stack([np.full(20, 0.1), np.full(20, 0.3), np.arange(20.0)])
    assert RedundancySelector().fit(X).get_support().all()


def test_categories_have_no_inflation():
    with pytest.raises(ValueError, match="column 'grade' is of kind category"):
        RedundancySelector(measure="vif").fit(related())


@pytest.mark.parametrize(("measure", "threshold"), [("vif", 0.5), ("correlation", 10.0), ("mutual_information", 2)])
def test_a_threshold_of_another_measure_is_refused(measure, threshold):
    with pytest.raises(ValueError, match=f"RedundancySelector: threshold is .* for '{measure}', got {threshold}"):
        RedundancySelector(threshold, measure=measure).fit(related()[["cm", "other"]])
    X = related()[["cm", "other"]].assign(copy=lambda table: table["cm"])
    assert RedundancySelector(1, measure="vif").fit(X).get_support().sum() >= 1
