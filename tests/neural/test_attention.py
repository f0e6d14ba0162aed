"""Nets that say where they looked."""

import numpy as np
import pytest
import torch

from sklearn_mlknow.neural import AttentionClassifier, AttentionRegressor
from sklearn_mlknow.neural.attention_net import draw_attention
from tests.neural.data import encoded, mixed, waves


@pytest.mark.parametrize("face", [AttentionClassifier, AttentionRegressor])
def test_attention_rows_sum_to_one_and_match_torch(face):
    X, y = mixed(150)
    estimator = face(n_token_features=16, max_epochs=8, random_state=0).fit(X, y)
    share = estimator.attention_map(X)
    assert share.shape == (150, 3)
    np.testing.assert_allclose(share.sum(axis=1), 1)
    x = encoded(estimator, X)
    with torch.no_grad():
        tensor = torch.from_numpy(x).float().expand(estimator.plan_.n_members, *x.shape)
        np.testing.assert_allclose(estimator.predictor_.output(x), estimator.net_.module_(tensor).numpy(), atol=2e-4)


def test_attention_goes_where_the_answer_is():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 4))
    y = (X[:, 2] > 0).astype(int)
    share = AttentionClassifier(max_epochs=30, random_state=0).fit(X, y).attention_map(X).mean(axis=0)
    assert share.argmax() == 2


def test_attention_is_drawn():
    X, y = waves(60)
    axes = AttentionRegressor(max_epochs=1, random_state=0).fit(X, y).plot_attention(X[:5])
    assert [label.get_text() for label in axes.get_xticklabels()] == ["x0", "x1", "x2"]


def test_picture_has_a_line_a_row_and_a_field_a_column():
    share = np.array([[0.25, 0.75], [1.0, 0.0], [0.5, 0.5]])
    axes = draw_attention(share, ["age", "place"])
    (image,) = axes.images
    np.testing.assert_array_equal(image.get_array(), share)
    assert image.get_clim() == (0.0, 1.0)
    assert axes.get_ylabel() == "row"
    assert {0, 1, 2} <= set(axes.get_yticks())
    assert all(tick == round(tick) for tick in axes.get_yticks())
    other = draw_attention(share, ["age", "place"], axes)
    assert other is axes


def test_heads_must_share_evenly():
    with pytest.raises(ValueError, match="n_token_features is 10"):
        AttentionRegressor(n_token_features=10, max_epochs=1).fit(*waves(60))


def test_there_is_no_report_on_plain_hidden_layers():
    net = AttentionRegressor(max_epochs=1, random_state=0).fit(*waves(60))
    assert not hasattr(net, "init_report_")
