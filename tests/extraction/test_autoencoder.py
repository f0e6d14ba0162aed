import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import PCA

from sklearn_mlknow.extraction import AutoencoderExtractor
from sklearn_mlknow.extraction.autoencoder import principal_components


def curve(n_rows=400, seed=0):
    rng = np.random.default_rng(seed)
    t = rng.uniform(-1, 1, n_rows)
    return np.column_stack([t, t**2, np.sin(3 * t), t**3]) + 0.02 * rng.normal(size=(n_rows, 4))


def error(X, restored):
    return float(((X - restored) ** 2 / X.var(axis=0)).mean())


def test_restores_a_curve_better_than_principal_components():
    X, new = curve(), curve(seed=1)
    extractor = AutoencoderExtractor(1, noise=0.0, max_epochs=60, random_state=0).fit(X)
    pca = PCA(1).fit(X / X.std(axis=0))
    theirs = pca.inverse_transform(pca.transform(new / X.std(axis=0))) * X.std(axis=0)
    assert error(new, extractor.inverse_transform(extractor.transform(new))) < 0.5 * error(new, theirs)


def test_starts_as_principal_components():
    """With steps too small to move, it is PCA."""
    X = curve()
    extractor = AutoencoderExtractor(2, noise=0.0, max_epochs=1, learning_rate=1e-12, random_state=0).fit(X)
    standard = (X - X.mean(axis=0)) / X.std(axis=0)
    pca = PCA(2).fit(standard)
    theirs = pca.inverse_transform(pca.transform(standard)) * X.std(axis=0) + X.mean(axis=0)
    np.testing.assert_allclose(extractor.inverse_transform(extractor.transform(X)), theirs, atol=1e-5)


def test_mixed_table_comes_back():
    rng = np.random.default_rng(0)
    level = rng.choice(["a", "b", "c"], 500)
    X = pd.DataFrame({"level": level, "number": np.where(level == "a", 5.0, -5.0) + 0.1 * rng.normal(size=500)})
    X["hole"] = X["number"].where(rng.random(500) > 0.1)
    extractor = AutoencoderExtractor(4, noise=0.0, max_epochs=60, random_state=0).fit(X)
    restored = extractor.inverse_transform(extractor.transform(X))
    assert restored.columns.tolist() == X.columns.tolist()
    assert (restored["level"] == X["level"]).mean() > 0.98
    assert np.abs(restored["number"] - X["number"]).mean() < 1.0
    assert restored["hole"].notna().all()


def test_outliers_are_hard_to_restore():
    X = curve()
    extractor = AutoencoderExtractor(1, noise=0.0, max_epochs=60, random_state=0).fit(X)
    strange = np.array([[0.5, -1.0, -1.0, 0.9]])
    assert extractor.score_samples(strange)[0] < np.quantile(extractor.score_samples(X), 0.01)


def test_noise_makes_it_rely_on_other_columns():
    """Two copies of one column: with noise, a damaged value is restored from its copy."""
    rng = np.random.default_rng(0)
    column = rng.normal(size=2000)
    X = np.column_stack([column, column, column, rng.normal(size=2000)])
    damaged = X.copy()
    damaged[:, 0] = rng.permutation(damaged[:, 0])
    errors = []
    for noise in (0.0, 0.3):
        extractor = AutoencoderExtractor(3, noise=noise, max_epochs=30, random_state=0).fit(X)
        restored = extractor.inverse_transform(extractor.transform(damaged))
        errors.append(float(((restored - X)[:, 0] ** 2).mean()))
    assert errors[1] < 0.7 * errors[0]


def test_unscaled_columns_keep_their_weight():
    X = curve() * [100, 1, 1, 1]
    loud = AutoencoderExtractor(1, scale=False, max_epochs=1, learning_rate=1e-12, random_state=0).fit(X)
    restored = loud.inverse_transform(loud.transform(X))
    assert ((restored - X)[:, 0] ** 2).mean() < 0.01 * X[:, 0].var()


def test_more_components_than_inputs_are_not_made():
    assert AutoencoderExtractor(9, max_epochs=1, random_state=0).fit_transform(curve()).shape == (400, 4)


def test_components_are_those_of_pca():
    X = curve()
    ours, theirs = principal_components(X, 2), PCA(2).fit(X).components_.T
    np.testing.assert_allclose(np.abs(np.sum(ours * theirs, axis=0)), 1.0)


def test_errors_name_the_remedy():
    X = curve()
    extractor = AutoencoderExtractor(2, max_epochs=1, random_state=0).fit(X)
    with pytest.raises(ValueError, match=r"takes \(n_rows, 2\) numbers, got \(400, 4\)"):
        extractor.inverse_transform(X)
    with pytest.raises(ValueError, match="take a smaller learning_rate"):
        AutoencoderExtractor(2, learning_rate=1e30, random_state=0).fit(X)
    with pytest.raises(ValueError, match="hidden_units must be"):
        AutoencoderExtractor(2, hidden_units=(0,)).fit(X)


def test_copies_answer_without_the_net():
    extractor = AutoencoderExtractor(2, max_epochs=1, random_state=0).fit(curve())
    copy = pickle.loads(pickle.dumps(extractor))
    np.testing.assert_array_equal(copy.transform(curve()), extractor.transform(curve()))
    assert not hasattr(copy, "net_")
    assert hasattr(extractor, "net_")


def test_the_directions_of_a_wide_table_are_those_of_all_pairs_of_columns():
    inputs = np.random.default_rng(0).normal(size=(5, 9))
    centred = inputs - inputs.mean(axis=0)
    vectors = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :3]
    np.testing.assert_allclose(np.abs(principal_components(inputs, 3)), np.abs(vectors), atol=1e-12)
    assert principal_components(inputs, 8).shape == (9, 8)
