"""Clusters as features."""

import numpy as np
import pytest

from sklearn_mlknow.features import ClusterFeatures


def blobs(n=60, seed=0):
    rng = np.random.default_rng(seed)
    centers = np.array([[0.0, 0.0], [10, 0], [0, 10]])
    labels = np.arange(n) % 3
    return centers[labels] + rng.normal(size=(n, 2)), labels


def test_labels_find_the_blobs():
    X, truth = blobs()
    labels = ClusterFeatures(3, output="label", keep_inputs=False, random_state=0).fit_transform(X).ravel()
    assert len({(a, b) for a, b in zip(labels, truth)}) == 3


def test_distances_are_distances_of_scaled_rows():
    X, _ = blobs()
    builder = ClusterFeatures(3, keep_inputs=False, random_state=0).fit(X)
    scaled = builder._scaled(builder._read(X))
    expected = np.linalg.norm(scaled[:, None] - builder.centers_, axis=2)
    np.testing.assert_allclose(builder.transform(X), expected, atol=1e-7)
    assert builder.get_feature_names_out().tolist() == [f"distance_to_cluster_{i}" for i in range(3)]


def test_soft_shares_sum_to_one_and_agree_with_labels():
    X, _ = blobs()
    soft = ClusterFeatures(3, output="soft", keep_inputs=False, random_state=0).fit_transform(X)
    hard = ClusterFeatures(3, output="label", keep_inputs=False, random_state=0).fit_transform(X).ravel()
    np.testing.assert_allclose(soft.sum(axis=1), 1)
    assert (soft.argmax(axis=1) == hard).all()


def test_auto_counts_the_blobs():
    X, _ = blobs(150)
    builder = ClusterFeatures("auto", random_state=0).fit(X)
    assert len(builder.centers_) == 3
    assert max(builder.silhouettes_, key=builder.silhouettes_.get) == 3


def test_batches_move_the_centers_towards_later_rows():
    X, _ = blobs()
    builder = ClusterFeatures(3, random_state=0).partial_fit(X)
    before = builder.centers_.copy()
    builder.partial_fit(X + 0.5)
    assert (builder.centers_ != before).any()
    assert np.abs(builder.centers_ - before).max() < 0.5


def test_missing_values_and_constant_columns():
    X, _ = blobs()
    X[3, 0] = np.nan
    out = ClusterFeatures(2, keep_inputs=False, random_state=0).fit_transform(np.column_stack([X, np.ones(60)]))
    assert np.isfinite(out).all()
    assert np.isfinite(ClusterFeatures(2, keep_inputs=False).fit_transform(np.ones((5, 2)))).all()


def test_too_few_rows():
    with pytest.raises(ValueError, match="n_samples=3"):
        ClusterFeatures(5).fit(np.eye(3))


@pytest.mark.parametrize("n_clusters", [3, "auto"])
def test_weight_two_is_the_row_twice_and_the_order_of_rows_does_not_matter(n_clusters):
    X, _ = blobs()
    weights = np.random.default_rng(1).integers(0, 4, 60)
    repeated = X[np.random.default_rng(2).permutation(np.repeat(np.arange(60), weights))]
    for output in ("distance", "soft"):
        builder = ClusterFeatures(n_clusters, output=output, keep_inputs=False, random_state=0)
        weighted = builder.fit(X, sample_weight=weights).transform(X)
        np.testing.assert_allclose(builder.fit(repeated).transform(X), weighted, atol=1e-7)


def test_batches_take_weights():
    X, _ = blobs()
    weights = np.random.default_rng(1).integers(0, 3, 60)
    one, two = (ClusterFeatures(3, random_state=0).fit(X) for _ in range(2))
    one.partial_fit(X + 0.5, sample_weight=weights)
    two.partial_fit(np.repeat(X + 0.5, weights, axis=0)[::-1])
    np.testing.assert_allclose(one.centers_, two.centers_, atol=1e-12)


def test_a_sample_for_silhouettes_holds_each_row_as_often_as_it_weighs():
    from sklearn_mlknow.features.clusters import evenly_drawn

    rows = np.arange(3.0)[:, None]
    assert evenly_drawn(rows, np.array([2.0, 1.0, 3.0]), 10).ravel().tolist() == [0, 0, 1, 2, 2, 2]
    assert evenly_drawn(rows, np.array([2.0, 1.0, 3.0]), 2).ravel().tolist() == [0, 2]
    assert evenly_drawn(rows, np.array([0.2, 0.1, 0.3]), 10).ravel().tolist() == [0, 1, 2]
