"""Learning rates as callbacks set them, times the schedule."""

import pickle

import numpy as np
import pytest
from skorch.callbacks import Callback, Checkpoint, LRScheduler
from torch.optim.lr_scheduler import LambdaLR, StepLR

from sklearn_mlknow.neural import NeuralRegressor
from tests.neural.data import waves

SETTINGS = {
    "hidden_units": (4,), "n_members": 1, "numeric_embedding": None, "batch_size": 20, "max_epochs": 30,
    "early_stopping": False, "learning_rate": 0.01, "layer_decay": 1.0, "random_state": 0,
}  # fmt: skip


class Rates(Callback):
    """Note the rate with which each step is taken."""

    def on_train_begin(self, net, **_):
        self.seen = []
        net.optimizer_.register_step_pre_hook(self.note)

    def note(self, optimizer, *_):
        self.seen.append(max(group["lr"] for group in optimizer.param_groups))


def rates(*callbacks, **kwargs):
    note = Rates()
    X, y = waves(60)
    net = NeuralRegressor(**{**SETTINGS, **kwargs}, callbacks=[*callbacks, ("rates", note)]).fit(X, y)
    return np.array(note.seen), net


def test_schedule_alone():
    seen, _ = rates()
    assert len(seen) == 90
    np.testing.assert_allclose(seen[[0, 19, 40, 75, 89]] / seen[40], [1 / 20, 1, 1, 15 / 30, 1 / 30])


@pytest.mark.parametrize(
    ("policy", "kwargs", "factor"),
    [
        (StepLR, {"step_size": 1, "gamma": 0.5}, lambda epoch: 0.5**epoch),
        (LambdaLR, {"lr_lambda": lambda epoch: 1 / (1 + epoch)}, lambda epoch: 1 / (1 + epoch)),
    ],
)
def test_schedulers_of_skorch_are_honoured(policy, kwargs, factor):
    alone, _ = rates()
    seen, net = rates(("scheduler", LRScheduler(policy=policy, **kwargs)))
    np.testing.assert_allclose(seen, alone * [factor(step // 3) for step in range(90)])
    top = max(group["lr"] for group in net.net_.optimizer_.param_groups)
    assert top == alone.max()  # the next training begins where this one did


def test_schedulers_may_step_with_every_batch():
    alone, _ = rates()
    scheduler = LRScheduler(policy=StepLR, step_size=1, gamma=0.9, step_every="batch")
    seen, _ = rates(("scheduler", scheduler))
    np.testing.assert_allclose(seen, alone * 0.9 ** np.arange(90))


class Top(Callback):
    """Say with which rate each epoch was begun, whichever copy is told."""

    seen: list[float] = []

    def on_batch_begin(self, net, **_):
        self.seen.append(max(group["lr"] for group in net.optimizer_.param_groups))


def shrink(epoch):
    return 1 / (1 + epoch)


@pytest.mark.parametrize("is_saved", [False, True])
@pytest.mark.parametrize(
    ("policy", "kwargs", "factors"),
    [
        (StepLR, {"step_size": 1, "gamma": 0.1}, [1, 0.1, 0.01, 0.001]),
        (StepLR, {"step_size": 2, "gamma": 0.1}, [1, 1, 0.1, 0.1]),
        (LambdaLR, {"lr_lambda": shrink}, [1, 1 / 2, 1 / 3, 1 / 4]),
    ],
)
def test_schedulers_of_skorch_go_on_from_part_to_part(policy, kwargs, factors, is_saved):
    Top.seen.clear()
    X, y = waves(20)
    net = NeuralRegressor(**SETTINGS, callbacks=[LRScheduler(policy=policy, **kwargs), Top()])
    for _ in range(4):
        net.partial_fit(X, y)
        net = pickle.loads(pickle.dumps(net)) if is_saved else net
    np.testing.assert_allclose(Top.seen, Top.seen[0] * np.array(factors))


def test_checkpoints_find_what_they_look_for(tmp_path):
    X, y = waves(60)
    net = NeuralRegressor(**{**SETTINGS, "early_stopping": True}, callbacks=[Checkpoint(dirname=tmp_path)]).fit(X, y)
    assert (tmp_path / "params.pt").exists()
    best = np.minimum.accumulate(net.history_["valid_loss"]) == net.history_["valid_loss"]
    assert net.net_.history[:, "valid_loss_best"] == best.tolist()


def test_callbacks_with_the_names_of_ours_are_the_callers():
    class Note(Callback):
        told = 0

        def on_grad_computed(self, net, **_):
            type(self).told += 1

    X, y = waves(60)
    NeuralRegressor(**SETTINGS, callbacks=[("watch", Note())]).fit(X, y)
    assert Note.told == 90


@pytest.mark.parametrize("one", [object(), ("name", 3), "EarlyStopping"])
def test_what_is_no_callback_is_named(one):
    with pytest.raises(ValueError, match="NeuralRegressor: callbacks holds .* which is no callback"):
        NeuralRegressor(**SETTINGS, callbacks=[one]).fit(*waves(60))


def test_rates_that_a_callback_sets_stay():
    class Halve(Callback):
        def on_epoch_begin(self, net, **_):
            for group in net.optimizer_.param_groups:
                group["lr"] /= 2

    alone, _ = rates()
    seen, _ = rates(("halve", Halve()))
    np.testing.assert_allclose(seen, alone * 0.5 ** (1 + np.arange(90) // 3))
