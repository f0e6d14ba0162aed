"""Transfer by column name."""

import pickle

import numpy as np
import pandas as pd
import pytest

from sklearn_mlknow.neural import NeuralClassifier, NeuralRegressor
from sklearn_mlknow.neural.transfer import _match
from tests.neural.data import mixed, waves

QUICK = {"max_epochs": 10, "random_state": 0}
ASLEEP = {"max_epochs": 1, "early_stopping": False, "learning_rate": 1e-12, "random_state": 0}  # shows the start


def table(n_rows=200, seed=0):
    X, y = waves(n_rows, seed)
    return pd.DataFrame(X, columns=["a", "b", "c"]), y


def test_same_table_starts_where_the_source_ended():
    X, y = table()
    source = NeuralRegressor(**QUICK).fit(X, y)
    moved = NeuralRegressor(**ASLEEP, pretrained=source).fit(X, y)
    np.testing.assert_allclose(moved.predict(X), source.predict(X), atol=1e-4)
    assert moved.transfer_report_.head == "copied"


def test_columns_are_matched_by_name_in_any_order():
    X, y = table()
    source = NeuralRegressor(**QUICK).fit(X, y)
    turned = X[["c", "a", "b"]]
    moved = NeuralRegressor(**ASLEEP, pretrained=source).fit(turned, y)
    np.testing.assert_allclose(moved.predict(turned), source.predict(X), atol=1e-4)


def test_scale_of_the_target_is_carried_over():
    X, y = table()
    source = NeuralRegressor(**QUICK).fit(X, y)
    some = y > np.median(y)
    moved = NeuralRegressor(**ASLEEP, pretrained=source).fit(X[some], y[some])
    expected = np.clip(source.predict(X[some]), y[some].min(), y[some].max())
    assert np.abs(moved.predict(X[some]) - expected).mean() < 0.1 * y[some].std()  # between the ends of its own bins


def test_dropped_column_leaves_its_mean_effect():
    X, y = table(600)
    source = NeuralRegressor(**{**QUICK, "max_epochs": 30}).fit(X, y)
    moved = NeuralRegressor(**ASLEEP, pretrained=source).fit(X[["a", "b"]], y)  # "c" is noise
    assert np.corrcoef(moved.predict(X[["a", "b"]]), source.predict(X))[0, 1] > 0.95
    assert moved.transfer_report_.dropped == ["c"]


def test_report_names_matched_new_and_dropped():
    X, y = mixed(200)
    source = NeuralClassifier(**QUICK).fit(X, y)
    other = X.drop(columns="noise").assign(fresh=np.arange(200.0))
    other["place"] = np.where(np.arange(200) % 9 == 0, "east", other["place"].astype(str))
    report = NeuralClassifier(**QUICK, pretrained=source).fit(other, y).transfer_report_
    assert (report.matched, report.new, report.dropped) == (["age", "place"], ["fresh"], ["noise"])
    assert report.new_levels == {"place": ["east"]}
    assert report.layers == ["layer 1", "layer 2"]


def test_other_classes_start_a_new_head():
    X, y = mixed(200)
    source = NeuralClassifier(**QUICK).fit(X, y)
    moved = NeuralClassifier(**QUICK, pretrained=source).fit(X, np.where(y, "yes", "no"))
    assert moved.transfer_report_.head == "new"


def test_frozen_body_does_not_move_but_new_columns_learn():
    X, y = table()
    source = NeuralRegressor(**QUICK).fit(X, y)
    wider = X.assign(d=np.linspace(0, 1, 200))
    moved = NeuralRegressor(**QUICK, pretrained=source, freeze="body").fit(wider, y)
    net, old = moved.net_.module_, source.net_.module_
    np.testing.assert_array_equal(
        net.body[1].linear.effective_weight().numpy(), old.body[1].linear.effective_weight().numpy()
    )
    labels, before = moved.inputs_.labels, source.inputs_.labels
    first = net.body[0].linear.effective_weight().numpy()
    start = NeuralRegressor(**ASLEEP, pretrained=source, freeze="body").fit(wider, y).net_.module_
    changed = np.abs(first - start.body[0].linear.effective_weight().numpy()).max(axis=(0, 2)) > 0
    is_new = np.array([label not in before for label in labels])
    assert not changed[~is_new].any()
    assert changed[is_new].any()


def test_waves_are_matched_too():
    X, y = table()
    source = NeuralRegressor(**QUICK, numeric_embedding="periodic").fit(X, y)
    moved = NeuralRegressor(**ASLEEP, pretrained=source).fit(X[["b", "c", "a"]], y)
    np.testing.assert_allclose(moved.predict(X[["b", "c", "a"]]), source.predict(X), atol=1e-4)


def test_image_bodies_transfer():
    rng = np.random.default_rng(0)
    X, y = rng.random((60, 36)), np.arange(60) % 2
    source = NeuralClassifier(**QUICK, image_shape=(6, 6)).fit(X, y)
    moved = NeuralClassifier(**ASLEEP, calibrate=False, image_shape=(6, 6), pretrained=source).fit(X, y)
    np.testing.assert_allclose(moved.predict_proba(X), source.predict_proba(X), atol=1e-3)


def test_other_architecture_is_refused():
    X, y = mixed(60)
    source = NeuralClassifier(**QUICK).fit(X, y)
    with pytest.raises(ValueError, match="hidden_units"):
        NeuralClassifier(pretrained=source, hidden_units=(3,)).fit(X, y)
    with pytest.raises(ValueError, match="freeze names layer 9"):
        NeuralClassifier(freeze=[9]).fit(X, y)


@pytest.mark.parametrize("copied", [False, True], ids=["as it is", "after a pickle"])
def test_frozen_features_stay_in_partial_fit(copied):
    X, y = table()
    source = NeuralRegressor(**QUICK).fit(X, y)
    wider = X.assign(d=np.linspace(0, 1, 200))
    moved = NeuralRegressor(**QUICK, pretrained=source, freeze=[1]).fit(wider, y)
    if copied:
        moved = pickle.loads(pickle.dumps(moved))
    before = moved.net_.module_.body[0].linear.weight.detach().clone()
    moved.partial_fit(wider, y + 1)
    changed = (moved.net_.module_.body[0].linear.weight.detach() - before).abs().amax(dim=(0, 2)).numpy() > 0
    is_new = np.array([label not in source.inputs_.labels for label in moved.inputs_.labels])
    np.testing.assert_array_equal(changed, is_new)


def test_bins_are_the_new_tables_own_and_the_answer_stays_at_their_ends():
    X, y = table()
    source = NeuralRegressor(**QUICK).fit(X, y)
    narrow = X[X["a"].abs() < 0.3].reset_index(drop=True)
    target = np.r_[y.min(), y.max(), y[X["a"].abs() < 0.3][2:]]  # answers within the same range
    moved = NeuralRegressor(**ASLEEP, pretrained=source).fit(narrow, target)
    alone = NeuralRegressor(**ASLEEP).fit(narrow, target)
    assert moved.inputs_.labels == alone.inputs_.labels
    ends = [nodes[:: len(nodes) // 4] for nodes in moved.inputs_.nodes]
    at_ends = pd.DataFrame(np.stack([column.ravel() for column in np.meshgrid(*ends)], axis=1), columns=X.columns)
    np.testing.assert_allclose(moved.predict(at_ends), source.predict(at_ends), atol=1e-3)


def test_rise_of_an_old_bin_is_dealt_out_by_overlap():
    old = [("a", "bin", (0.0, 4.0)), ("a", "bin", (4.0, 6.0)), ("b", "value", None), ("c", "value", None)]
    own = [("a", "bin", (1.0, 2.0)), ("a", "bin", (2.0, 5.0)), ("c", "value", None), ("d", "value", None)]
    here, there, share, passed = _match(own, old, np.array([9.0, 9.0, 7.0, 9.0]))
    pairs = set(zip(here.tolist(), there.tolist(), share.tolist(), strict=True))
    assert pairs == {(0, 0, 0.25), (1, 0, 0.5), (1, 1, 0.5), (2, 3, 1.0)}
    np.testing.assert_array_equal(passed, [0.25, 0, 7, 0])


def test_new_columns_have_no_say_at_first():
    X, y = table()
    source = NeuralRegressor(**QUICK).fit(X, y)
    wider = X.assign(d=np.linspace(-5, 5, 200))
    moved = NeuralRegressor(**ASLEEP, pretrained=source).fit(wider, y)
    np.testing.assert_allclose(moved.predict(wider), source.predict(X), atol=1e-4)


def test_new_head_starts_with_what_the_body_knows():
    X, y = table(600)
    source = NeuralRegressor(max_epochs=30, random_state=0).fit(X, y)
    high = (y > 0.5).astype(int)
    moved = NeuralClassifier(**ASLEEP, calibrate=False, pretrained=source).fit(X, high)
    assert moved.transfer_report_.head == "new"
    assert moved.score(X, high) > 0.9
