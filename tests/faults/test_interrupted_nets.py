"""A training that breaks off: by the user, by a callback, by a loss that is no number."""

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback

from sklearn_mlknow.fewshot import PrototypeClassifier, SiameseClassifier
from sklearn_mlknow.neural import AttentionClassifier, HybridRegressor, NeuralClassifier, NeuralRegressor
from tests.contract.data import answer, same

X = np.random.default_rng(0).normal(size=(80, 3))
Y = (X[:, 0] > 0).astype(int)
NETS = [
    NeuralClassifier(max_epochs=4, n_members=1, random_state=0),
    NeuralRegressor(max_epochs=4, n_members=1, random_state=0),
    AttentionClassifier(max_epochs=2, n_members=1, random_state=0),
]
every_net = pytest.mark.parametrize("net", NETS, ids=lambda net: type(net).__name__)


class Breaks(Callback):
    """Raise an error at the end of an epoch."""

    def __init__(self, error, epoch=2):
        self.error, self.epoch = error, epoch

    def on_epoch_end(self, net, **kwargs):
        if len(net.history) == self.epoch:
            raise self.error


def world():
    return torch.get_num_threads(), torch.get_default_dtype(), torch.is_grad_enabled(), torch.get_rng_state().tolist()


@every_net
def test_a_callback_that_raises_is_heard_and_leaves_the_earlier_net(net):
    fitted = net.fit(X, Y)
    expected, before = answer(fitted, X), world()
    fitted.set_params(callbacks=[("breaks", Breaks(ZeroDivisionError("the callback's own words")))])
    with pytest.raises(ZeroDivisionError, match="the callback's own words"):
        fitted.fit(X + 1, Y)
    assert world() == before
    fitted.set_params(callbacks=None)
    assert same(answer(fitted, X), expected)


@every_net
def test_a_user_who_interrupts_keeps_what_was_trained(net):
    before = world()
    stopped = net.set_params(callbacks=[("breaks", Breaks(KeyboardInterrupt()))]).fit(X, Y)
    net.set_params(callbacks=None)
    assert stopped.n_iter_ == 2
    assert np.isfinite(answer(stopped, X)).all()
    assert world() == before


def test_a_hybrid_net_leaves_the_earlier_fit_when_its_trees_break_off(monkeypatch):
    fitted = HybridRegressor(max_epochs=2, n_members=1, n_folds=2, random_state=0).fit(X, X[:, 0])
    expected = answer(fitted, X)
    monkeypatch.setattr(HybridRegressor, "_fit_trees", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        fitted.fit(X + 1, X[:, 0])
    assert same(answer(fitted, X), expected)


def test_a_loss_that_is_no_number_is_named_and_leaves_the_earlier_net():
    fitted = NeuralRegressor(max_epochs=3, n_members=1, random_state=0).fit(X, X[:, 0])
    expected = answer(fitted, X)
    fitted.set_params(learning_rate=1e30, optimizer="sgd", early_stopping=False)
    with pytest.raises(ValueError, match="NeuralRegressor: the loss became .* lower learning_rate"):
        fitted.fit(X, X[:, 0])
    assert same(answer(fitted, X), expected)


@pytest.mark.parametrize("learner", [PrototypeClassifier, SiameseClassifier], ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError], ids=lambda error: error.__name__)
def test_few_shot_training_that_breaks_off_leaves_the_earlier_fit(learner, error, monkeypatch):
    from sklearn_mlknow.fewshot import training

    fitted = learner(n_steps=4, random_state=0).fit(X, Y)
    expected, before = answer(fitted, X), world()

    def breaks(progress):
        raise error("broken off")

    monkeypatch.setattr(training, "rate_at", breaks)
    with pytest.raises(error, match="broken off"):
        fitted.fit(X + 1, Y)
    assert world() == before
    assert same(answer(fitted, X), expected)
