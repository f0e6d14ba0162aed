"""The faces: what fit promises, by small examples."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn import config_context
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skorch.callbacks import Callback

from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from tests.neural.data import encoded, mixed, waves


def classifier(**kwargs):
    return NeuralClassifier(**{"max_epochs": 12, "random_state": 0, **kwargs})


def regressor(**kwargs):
    return NeuralRegressor(**{"max_epochs": 12, "random_state": 0, **kwargs})


def test_learns_a_mixed_table():
    X, y = mixed(400)
    test, answer = mixed(400, seed=1)
    assert classifier(max_epochs=40).fit(X, y).score(test, answer) > 0.85


def test_learns_waves():
    X, y = waves()
    test, answer = waves(seed=1)
    assert regressor(max_epochs=60).fit(X, y).score(test, answer) > 0.95


def test_probabilities_are_honest_and_sum_to_one():
    X, y = mixed(400)
    proba = classifier().fit(X, y).predict_proba(X)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert proba[:, 1].mean() == pytest.approx(y.mean(), abs=0.1)


@pytest.mark.parametrize("batch_size", ["auto", 16, 10_000])
def test_weight_two_is_the_row_twice_bit_by_bit(batch_size):
    X, y = mixed(80)
    weight = np.random.default_rng(1).integers(0, 4, 80)
    rows = np.random.default_rng(2).permutation(np.repeat(np.arange(80), weight))
    weighed = classifier(batch_size=batch_size).fit(X, y, sample_weight=weight)
    repeated = classifier(batch_size=batch_size).fit(X.iloc[rows], y[rows])
    np.testing.assert_array_equal(weighed.predict_proba(X), repeated.predict_proba(X))
    assert weighed.history_["valid_loss"].tolist() == repeated.history_["valid_loss"].tolist()


def test_fractions_of_weight_count():
    X, y = waves(100)
    even = regressor(max_epochs=40).fit(X, y)
    # the second half says the opposite; weigh it down and the first half wins
    doubled, turned = np.vstack([X, X + 1e-9]), np.concatenate([y, -y])
    weighed = regressor(max_epochs=40).fit(doubled, turned, sample_weight=np.repeat([1.0, 0.01], 100))
    assert np.corrcoef(weighed.predict(X), even.predict(X))[0, 1] > 0.9


def test_same_bits_whatever_the_threads_or_the_order_of_rows():
    X, y = mixed(150)
    one = classifier().fit(X, y).predict_proba(X)
    n_threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        two = classifier().fit(X, y).predict_proba(X)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(n_threads)
    order = np.random.default_rng(0).permutation(150)
    turned = classifier().fit(X.iloc[order], y[order]).predict_proba(X)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, turned)


@pytest.mark.parametrize(
    "kwargs",
    [{}, {"numeric_embedding": "periodic"}, {"numeric_embedding": None}, {"batch_norm": True}, {"hidden_units": ()}]
    + [{"activation": name} for name in ("relu", "leaky_relu", "elu", "selu", "gelu", "mish", "tanh", "sigmoid")],
    ids=str,
)
def test_numpy_predicts_what_torch_trained(kwargs):
    X, y = mixed(100)
    net = classifier(max_epochs=3, **kwargs).fit(X, y)
    x = encoded(net, X)
    with torch.no_grad():
        tensor = torch.from_numpy(x).float().expand(net.plan_.n_members, *x.shape)
        expected = net.net_.module_(tensor).numpy()
    np.testing.assert_allclose(net.predictor_.output(x), expected, atol=2e-4)


def test_one_row_is_predicted_like_many():
    X, y = mixed(100)
    net = classifier().fit(X, y)
    alone = np.vstack([net.predict_proba(X.iloc[[i]]) for i in range(10)])
    np.testing.assert_allclose(alone, net.predict_proba(X)[:10], rtol=1e-12)


def test_restores_the_best_epoch():
    X, y = mixed(200)
    net = classifier(max_epochs=40, learning_rate=0.2, patience=3).fit(X, y)
    assert net.best_epoch_ == np.flatnonzero(net.history_["valid_loss"] == net.history_["valid_loss"].min())[-1]
    assert net.n_iter_ < 40


def test_every_row_is_held_out_by_one_member():
    X, y = mixed(160)
    seen = []

    class Probe(NeuralClassifier):
        def _learn_from_held_out(self, logits, index, held_out):
            seen.append(np.sort(index[index >= 0]))

    Probe(max_epochs=2, random_state=0).fit(X, y)
    np.testing.assert_array_equal(seen[0], np.arange(160))


def test_groups_are_held_out_together():
    X, y = mixed(120)
    groups = np.repeat(np.arange(12), 10)
    parts = []

    class Probe(NeuralClassifier):
        def _hold_out(self, rows, *args):
            members, held_out = super()._hold_out(rows, *args)
            parts.extend(zip([rows.groups[kept] for kept in members], [rows.groups[out] for out in held_out.members]))
            return members, held_out

    Probe(max_epochs=2, n_members=4, random_state=0).fit(X, y, groups=groups)
    assert parts
    assert all(not set(kept) & set(out) for kept, out in parts)


def test_one_group_cannot_be_held_out():
    X, y = mixed(60)
    with pytest.raises(ValueError, match="NeuralClassifier: groups holds one group"):
        classifier().fit(X, y, groups=np.zeros(60))


def test_own_validation_rows_are_watched():
    X, y = mixed(200)
    validation, answer = mixed(100, seed=1)
    net = classifier(calibrate=False).fit(X, y, X_val=validation, y_val=answer)
    proba = net.predict_proba(validation)[np.arange(100), answer]
    assert net.history_["valid_loss"].min() == pytest.approx(-np.log(proba).mean(), rel=1e-5)
    with pytest.raises(ValueError, match="belong together"):
        classifier().fit(X, y, X_val=validation)


def test_validation_rows_go_through_a_pipeline():
    X, y = waves(200)
    validation, answer = waves(100, seed=1)
    with config_context(enable_metadata_routing=True):
        net = regressor().set_fit_request(X_val=True, y_val=True)
        pipeline = make_pipeline(StandardScaler(), net)
        pipeline.transform_input = ["X_val"]
        pipeline.fit(X, y, X_val=validation, y_val=answer)
    scaler = StandardScaler().fit(X)
    by_hand = regressor().fit(scaler.transform(X), y, X_val=scaler.transform(validation), y_val=answer)
    np.testing.assert_array_equal(pipeline.predict(X), by_hand.predict(scaler.transform(X)))


def test_several_labels_a_row():
    X, y = mixed(300)
    labels = np.column_stack([y, 1 - y, X["noise"] > 0])
    net = classifier(max_epochs=30).fit(X, labels)
    assert net.predict(X).shape == net.predict_proba(X).shape == (300, 3)
    assert (net.predict(X)[:, 0] == y).mean() > 0.85


def test_several_numbers_a_row():
    X, y = waves()
    both = np.column_stack([y, 1000 * y + 7])
    prediction = regressor(max_epochs=40).fit(X, both).predict(X)
    assert prediction.shape == both.shape
    np.testing.assert_allclose(prediction[:, 1], 1000 * prediction[:, 0] + 7, atol=400)


def test_answers_stay_within_the_range_of_training():
    X, y = waves()
    far = np.full((5, 3), 1e6)
    net = regressor().fit(X, y)
    assert net.predict(far).max() <= y.max()
    assert net.predict(-far).min() >= y.min()


def test_balanced_classes_raise_the_rare_one():
    X, y = mixed(300)
    rare = y & (X["noise"].to_numpy() > 1)
    plain, balanced = classifier().fit(X, rare), classifier(class_weight="balanced").fit(X, rare)
    assert balanced.predict_proba(X)[:, 1].mean() > 2 * plain.predict_proba(X)[:, 1].mean()


def test_unknown_class_in_class_weight():
    X, y = mixed(60)
    with pytest.raises(ValueError, match="class"):
        classifier(class_weight={7: 2.0}).fit(X, y)


def test_partial_fit_learns_and_knows_classes():
    X, y = mixed(300)
    net = classifier()
    for _ in range(15):
        net.partial_fit(X, y, classes=[0, 1])
    assert net.n_iter_ == 15
    assert net.score(X, y) > 0.8
    with pytest.raises(ValueError, match="not among"):
        net.partial_fit(X, y + 5)


def test_partial_fit_widens_the_range():
    X, y = waves()
    net = regressor()
    for _ in range(5):
        net.partial_fit(X, y)
    low = net.predict(X).min()
    net.partial_fit(X, y - 100)
    assert net._y_low < -90
    assert net.predict(X).min() < low


def test_warm_start_goes_on():
    X, y = waves()
    net = regressor(warm_start=True, early_stopping=False, max_epochs=3)
    first = net.fit(X, y).history_["train_loss"]
    second = net.fit(X, y).history_["train_loss"]
    assert second[0] < first[0]


def test_interrupt_leaves_the_earlier_fit():
    from skorch.callbacks import Callback

    class Interrupt(Callback):
        def on_batch_begin(self, net, **kwargs):
            raise KeyboardInterrupt

    X, y = mixed(80)
    net = classifier().fit(X, y)
    before = net.predict_proba(X)
    net.set_params(callbacks=[("interrupt", Interrupt())])
    with pytest.raises(KeyboardInterrupt):
        net.fit(X, 1 - y)
    np.testing.assert_array_equal(net.predict_proba(X), before)


def test_divergence_is_an_error_with_a_remedy():
    X, y = waves(60)
    with pytest.raises(ValueError, match="lower learning_rate"):
        regressor(optimizer="sgd", learning_rate=1e30, early_stopping=False).fit(X, y)


@pytest.mark.parametrize("kwargs", [{"early_stopping": False}, {"restore_best": False}])
def test_a_net_that_diverged_is_never_handed_over(kwargs):
    X, y = mixed(100)
    settings = {"optimizer": "sgd", "learning_rate": 1e3, "max_epochs": 12, "hidden_units": (16, 16), "n_members": 2}
    with pytest.raises(ValueError, match="lower learning_rate"):
        NeuralClassifier(**settings, **kwargs, random_state=0).fit(X, y)
    restored = NeuralClassifier(**settings, random_state=0).fit(X, y)
    assert not np.isfinite(restored.history_["train_loss"][-1])
    assert np.isfinite(restored.predict_proba(X)).all()


def test_weights_that_the_last_step_spoiled_are_an_error():
    class Spoil(Callback):
        def on_train_end(self, net, **_):
            with torch.no_grad():
                net.module_.head.bias.fill_(np.inf)

    with pytest.raises(ValueError, match="weights are no longer finite in epoch 2; lower learning_rate"):
        regressor(max_epochs=2, early_stopping=False, callbacks=[Spoil()]).fit(*waves(60))


def test_time_budget_ends_the_schedule():
    X, y = waves(300)
    net = regressor(max_epochs=100_000, max_time=0.5, patience=None).fit(X, y)
    assert net.n_iter_ < 100_000
    assert net.net_.schedule_.is_over


def test_pickles_hold_no_training_rows():
    X, y = waves(3000)
    small = regressor(max_epochs=1, numeric_embedding=None, hidden_units=(8,), n_members=2).fit(X, y)
    assert len(pickle.dumps(small)) < 60_000


def test_callbacks_of_skorch_are_told():
    from skorch.callbacks import EarlyStopping

    X, y = waves()
    net = regressor(max_epochs=200, patience=None, callbacks=[("stop", EarlyStopping(patience=2))]).fit(X, y)
    assert net.n_iter_ < 200


def test_report_of_the_start_gives_advice():
    X, y = waves()
    good = regressor(max_epochs=1).fit(X, y).init_report_
    assert good["advice"].tolist() == ["good", "good"]
    deep = regressor(max_epochs=1, hidden_units=(30,) * 12, activation="sigmoid", weight_init="xavier_uniform").fit(
        X, y
    )
    assert (deep.init_report_["advice"] != "good").any()


def test_progress_bar_speaks_only_when_asked(capsys):
    X, y = waves(60)
    regressor(max_epochs=2).fit(X, y)
    assert capsys.readouterr() == ("", "")
    regressor(max_epochs=2, verbose=1).fit(X, y)
    assert "epoch" in capsys.readouterr().err


def test_grid_search_moves_flat_parameters():
    X, y = mixed(120)
    search = GridSearchCV(classifier(), {"dropout": [0.0, 0.4], "hidden_units": [(8,), (16, 16)]}, cv=2).fit(X, y)
    assert set(search.best_params_) == {"dropout", "hidden_units"}


def test_pixels_train_a_convolutional_net():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    image = rng.random((200, 9, 8)) * 0.3
    image[y == 0, :, 3] = image[y == 1, 4, :] = 1.0  # a vertical or a horizontal stroke
    net = classifier(image_shape=(9, 8)).fit(image.reshape(200, -1), y)
    assert net.score(image.reshape(200, -1), y) > 0.95
    x = encoded(net, image.reshape(200, -1))
    with torch.no_grad():
        tensor = torch.from_numpy(x).float().expand(net.plan_.n_members, *x.shape)
        np.testing.assert_allclose(net.predictor_.output(x), net.net_.module_(tensor).numpy(), atol=2e-4)


def test_image_shape_must_fit_the_columns():
    with pytest.raises(ValueError, match="image_shape"):
        classifier(image_shape=(3, 3)).fit(np.random.default_rng(0).random((30, 8)), np.arange(30) % 2)


def test_datetimes_and_missing_columns():
    X, y = mixed(80)
    X["when"] = pd.date_range("2024-01-01", periods=80)
    X["empty"] = np.nan
    X.loc[3, "when"] = pd.NaT
    assert np.isfinite(classifier().fit(X, y).predict_proba(X)).all()


def test_infinite_values_are_named():
    X, y = mixed(60)
    X.loc[5, "noise"] = np.inf
    with pytest.raises(ValueError, match="'noise'"):
        classifier().fit(X, y)


def test_unfitted():
    with pytest.raises(NotFittedError):
        classifier().predict(np.zeros((2, 2)))


def test_callbacks_may_freeze_hook_and_clip():
    from skorch.callbacks import Callback, Freezer, GradientNormClipping

    class Still(Callback):
        def on_train_begin(self, net, **_):
            for parameter in net.module_.parameters():
                parameter.register_hook(lambda gradient: gradient * 0)

    X, y = waves(80)
    settings = {"max_epochs": 4, "early_stopping": False, "n_members": 1, "weight_decay": 0.0}
    free = regressor(**settings).fit(X, y)
    frozen = regressor(**settings, callbacks=[("freeze", Freezer(lambda name: "head" not in name))]).fit(X, y)
    hooked = regressor(**settings, callbacks=[("still", Still())]).fit(X, y)
    clipped = regressor(**settings, optimizer="sgd", callbacks=[("clip", GradientNormClipping(1e-12))]).fit(X, y)
    start = dict(hooked.net_.module_.named_parameters())  # nothing moves under the hooks

    def moved(net):
        now = net.net_.module_.named_parameters()
        return {name for name, parameter in now if not parameter.allclose(start[name], rtol=0, atol=1e-6)}

    assert moved(clipped) == set()
    assert moved(frozen) == {name for name in start if "head" in name}
    assert moved(free) > moved(frozen)


def test_interrupt_by_the_user_is_not_taken_for_a_stopping_callback(monkeypatch):
    from sklearn_mlknow.neural.watch import Watch

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    X, y = mixed(80)
    net = classifier().fit(X, y)
    before = net.predict_proba(X)
    monkeypatch.setattr(Watch, "on_epoch_end", interrupt)
    with pytest.raises(KeyboardInterrupt):
        net.fit(X, 1 - y)
    np.testing.assert_array_equal(net.predict_proba(X), before)


def test_partial_fit_that_diverges_leaves_the_earlier_fit():
    X, y = waves(60)
    net = regressor().partial_fit(X, y)
    before = net.predict(X)
    net.net_.set_params(lr=1e30)
    with pytest.raises(ValueError, match="lower learning_rate"):
        for _ in range(5):
            before = net.predict(X)
            net.partial_fit(X, y)
    np.testing.assert_array_equal(net.predict(X), before)


def test_partial_fit_takes_no_range_from_rows_of_weight_zero():
    X, y = waves(60)
    weight = np.r_[0.0, np.ones(59)]
    far = np.r_[1e6, y[1:]]
    whole = regressor().partial_fit(X, y).partial_fit(X, far, sample_weight=weight)
    less = regressor().partial_fit(X, y).partial_fit(X[1:], y[1:])
    assert whole._y_high == less._y_high == y.max()


def test_partial_fit_keeps_its_classes():
    X, y = mixed(60)
    net = classifier().partial_fit(X, y, classes=[0, 1])
    with pytest.raises(ValueError, match="first call settled on"):
        net.partial_fit(X, y, classes=[0, 1, 2])


@pytest.mark.parametrize("factors", [{0: -1.0}, {0: np.nan}, {0: 0.0, 1: 0.0}, {"a": 1.0}])
def test_senseless_class_weights_are_errors(factors):
    X, y = mixed(60)
    with pytest.raises(ValueError, match="NeuralClassifier: class_weight"):
        classifier(class_weight=factors).fit(X, y)


@pytest.mark.parametrize("labels", [np.ones((60, 3), dtype=int), np.ones(60, dtype=int)])
def test_validation_labels_must_be_those_of_fit(labels):
    X, y = mixed(60)
    with pytest.raises(ValueError, match="each of the 2 labels"):
        classifier().fit(X, np.column_stack([y, 1 - y]), X_val=X, y_val=labels)


def test_groups_without_order_are_an_error():
    X, y = mixed(60)
    with pytest.raises(ValueError, match="NeuralClassifier: groups mixes"):
        classifier().fit(X, y, groups=np.array(["a", None] * 30, dtype=object))


@pytest.mark.parametrize("n_columns", [1, 3])
def test_validation_targets_must_be_those_of_fit(n_columns):
    X, y = waves(60)
    with pytest.raises(ValueError, match=f"y has {n_columns} columns, but the net answers with 2"):
        regressor().fit(X, np.column_stack([y, y]), X_val=X, y_val=np.column_stack([y] * n_columns))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_members", 3),
        ("activation", "relu"),
        ("numeric_embedding", None),
        ("batch_norm", True),
        ("hidden_units", (5,)),
    ],
)
def test_warm_start_goes_on_with_the_same_net_only(name, value):
    X, y = waves(60)
    net = regressor(warm_start=True, max_epochs=1, n_members=2).fit(X, y)
    net.set_params(n_members="auto").fit(X, y)
    with pytest.raises(ValueError, match=f"NeuralRegressor: {name} is"):
        net.set_params(**{name: value}).fit(X, y)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_members", 3),
        ("activation", "relu"),
        ("hidden_units", (5,)),
        ("dropout", 0.5),
        ("optimizer", "sgd"),
        ("learning_rate", 0.001),
        ("weight_decay", 0.5),
        ("batch_size", 7),
        ("freeze", "body"),
        ("layer_decay", 0.5),
        ("callbacks", [Callback()]),
    ],
)
@pytest.mark.parametrize("begin", ["fit", "partial_fit"])
def test_parts_go_on_with_the_same_parameters_only(name, value, begin):
    X, y = waves(60)
    net = getattr(regressor(max_epochs=1, n_members=2, hidden_units=(4, 4), freeze=(1,)), begin)(X, y)
    before = net.predict(X)
    with pytest.raises(ValueError, match=f"NeuralRegressor: {name} is .* partial_fit goes on with has"):
        net.set_params(**{name: value}).partial_fit(X, y)
    np.testing.assert_array_equal(net.predict(X), before)


def test_parts_go_on_where_nothing_was_changed():
    X, y = mixed(60)
    settings = {"n_members": 2, "hidden_units": [4, 4], "freeze": [1], "callbacks": [Callback()], "batch_size": 20}
    net = classifier(**settings).partial_fit(X, y, classes=[0, 1])
    for same in (copy.deepcopy(net), net.set_params(hidden_units="auto", batch_size="auto")):
        assert same.partial_fit(X, y).n_iter_ == 2
    onward = classifier(max_epochs=1, pretrained=net).fit(X, y)
    assert onward.partial_fit(X, y).n_iter_ == 2


def test_class_weight_of_several_labels_is_an_error():
    X, y = mixed(60)
    with pytest.raises(ValueError, match="several labels a row; pass sample_weight"):
        classifier(class_weight="balanced").fit(X, np.column_stack([y, 1 - y]))


@pytest.mark.parametrize("fraction", [0.001, 0.999])
def test_extreme_validation_fractions_leave_rows_on_both_sides(fraction):
    X, y = mixed(60)
    net = classifier(validation_fraction=fraction, max_epochs=2).fit(X, y)
    assert np.isfinite(net.history_["valid_loss"]).all()
    assert np.isfinite(net.predict_proba(X)).all()


@pytest.mark.parametrize("values", [(-1, 1), (1, 2), (0, 2)])
def test_labels_are_zero_and_one(values):
    X, y = mixed(60)
    labels = np.where(np.column_stack([y, 1 - y]) == 1, values[1], values[0])
    with pytest.raises(ValueError, match="NeuralClassifier: y holds several labels a row, as .*; pass 1 where"):
        classifier().fit(X, labels)


def test_unknown_classes_are_those_of_the_validation_rows():
    X, y = mixed(60)
    with pytest.raises(ValueError, match="NeuralClassifier: y_val holds the classes \\[7\\]"):
        classifier().fit(X, y, X_val=X[:2], y_val=[0, 7])


def test_a_refit_forgets_the_transfer_before_it():
    X, y = waves(60)
    source = regressor(max_epochs=1, n_members=1).fit(X, y)
    net = regressor(max_epochs=1, n_members=1, pretrained=source).fit(X, y)
    assert net.transfer_report_.matched
    net.set_params(pretrained=None).fit(X, y)
    assert not hasattr(net, "transfer_report_")


def test_a_refit_forgets_the_pictures_before_it():
    X, y = np.random.default_rng(0).random((40, 9)), np.arange(40) % 2
    net = classifier(max_epochs=1, n_members=1, image_shape=(3, 3)).fit(X, y)
    assert net._picture_axes.shape[1] == 9
    assert net.set_params(image_shape=None).fit(X, y)._picture_axes is None


@pytest.mark.parametrize("scale", [0.0, np.nan, 1e300])
def test_odd_pixels(scale):
    X, y = np.random.default_rng(0).random((40, 9)), np.arange(40) % 2
    net = classifier(max_epochs=1, n_members=1, image_shape=(3, 3)).fit(X * scale, y)
    for rows in (X, X * scale):
        assert np.isfinite(net.predict_proba(rows)).all()


@pytest.mark.parametrize("shape", [(9,), (3, 3, 1, 1)])
def test_an_image_has_two_or_three_sides(shape):
    X, y = np.random.default_rng(0).random((40, 9)), np.arange(40) % 2
    with pytest.raises(ValueError, match="image_shape .*at least 2 and at most 3 items"):
        classifier(image_shape=shape).fit(X, y)


@pytest.mark.parametrize("signs", [[-1, 1], [-1, -1, -1, 1]])
def test_targets_at_the_ends_of_doubles(signs):
    X, _ = waves(60)
    y = 1.7e308 * np.resize(signs, 60)
    prediction = regressor(max_epochs=2, n_members=1).fit(X, y).predict(X)
    assert (np.abs(prediction) <= 1.7e308).all()
