"""The start of a net: measured as it trains, left as it was, and advice that is new."""

from types import SimpleNamespace

import pytest
import torch

from sklearn_mlknow.neural import NeuralRegressor
from sklearn_mlknow.neural.init_report import LayerStart, advise, measure_start
from sklearn_mlknow.neural.modules import PackedMLP
from sklearn_mlknow.neural.modules.loss import PackedLoss
from tests.neural.data import waves

DEEP = {"hidden_units": (32,) * 6, "activation": "sigmoid", "weight_init": "auto", "n_members": 1, "max_epochs": 1}


def normed_net(batch_norm=True):
    generator = torch.Generator().manual_seed(0)
    net = PackedMLP(2, 3, [5, 4], 1, activation="relu", dropout=0.5, batch_norm=batch_norm, generator=generator)
    with torch.no_grad():
        for block in net.body:
            block.linear.weight.normal_(0, 7, generator=generator)
    batch = torch.randn(2, 50, 3, generator=generator), (torch.zeros(2, 50, 1), None, None)
    return net, batch


def test_batch_norm_is_measured_by_the_batch_and_left_alone():
    net, batch = normed_net()
    net.train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    layers = measure_start(net, PackedLoss("squared"), batch)
    assert [layer.spread for layer in layers] == pytest.approx([1.0, 1.0], abs=1e-3)
    assert net.training and net.body[0].norm.training
    for name, value in net.state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)


def test_a_plain_layer_by_hand():
    net, batch = normed_net(batch_norm=False)
    first = measure_start(net, PackedLoss("squared"), batch)[0]
    with torch.no_grad():
        z = net.body[0].linear(batch[0] * net.front)
    assert first.spread == pytest.approx(float(z.std(dim=1, correction=0).mean()))


def test_batch_norm_lets_gradients_through_where_sigmoids_do_not():
    X, y = waves(100)
    plain, normed = (
        NeuralRegressor(**DEEP, batch_norm=is_normed, random_state=0).fit(X, y).init_report_
        for is_normed in (False, True)
    )
    assert (plain["activation_spread"] < 0.9 * normed["activation_spread"]).any()
    assert not normed["advice"].str.contains("batch_norm").any()


@pytest.mark.parametrize(
    ("layer", "has", "expected"),
    [
        (LayerStart(1, 1.0, 0.0, 1.0), {}, "good"),
        (LayerStart(1, 0.1, 0.0, 1.0), {}, 'activations vanish: use weight_init="data" or batch_norm=True or '),
        (LayerStart(1, 9.0, 0.0, 1.0), {"batch_norm": True, "weight_init": "data"}, "activations explode: use "),
        (LayerStart(1, 1.0, 0.0, 30.0), {"weight_init": "auto"}, "explode on their way here: use batch_norm=True or "),
        (
            LayerStart(1, 1.0, 0.5, 1.0),
            {"weight_init": "data"},
            'never react: use batch_norm=True or activation="silu" or ',
        ),
        (
            LayerStart(1, 1.0, 0.5, 1.0),
            {"activation": "tanh", "batch_norm": True},
            'never react: use weight_init="data" or ',
        ),
    ],
)
def test_advice_leaves_out_what_is_done_already(layer, has, expected):
    plan = SimpleNamespace(**{"weight_init": "he_normal", "batch_norm": False, "activation": "relu", **has})
    assert advise(layer, plan).endswith(expected + ("" if expected == "good" else "fewer layers"))
