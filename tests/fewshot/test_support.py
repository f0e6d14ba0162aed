"""What all learners do with a support."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.datasets import load_digits

from sklearn_mlknow.fewshot import (
    EpisodeDisplay,
    MetaLearningClassifier,
    PrototypeClassifier,
    SiameseClassifier,
    evaluate_episodes,
)
from sklearn_mlknow.fewshot.evaluation import nearest_mean

X, Y = load_digits(return_X_y=True)
X = X / 16
OLD, NEW = np.flatnonzero(Y < 6)[:300], np.flatnonzero(Y >= 6)[:200]
LEARNERS = {
    "prototype": PrototypeClassifier(n_steps=40, random_state=0),
    "prototype-images": PrototypeClassifier(image_shape=(8, 8), metric="cosine", n_steps=20, random_state=0),
    "siamese": SiameseClassifier(n_steps=40, random_state=0),
    "anil": MetaLearningClassifier(n_way=3, n_steps=20, random_state=0),
    "maml": MetaLearningClassifier(method="maml", n_way=3, n_tasks=2, n_steps=5, random_state=0),
    "reptile": MetaLearningClassifier(method="reptile", n_way=3, n_tasks=2, n_steps=5, random_state=0),
}


@pytest.fixture(scope="module", params=LEARNERS)
def learner(request):
    return LEARNERS[request.param].fit(X[OLD], Y[OLD])


def test_new_classes_take_no_training_and_leave_the_learner_alone(learner):
    before = learner.predict_proba(X[OLD[:9]])
    weights = [weight.clone() for weight in learner.encoder_.parameters()]
    judge = learner.with_support(X[NEW[:40]], Y[NEW[:40]])
    assert judge.encoder_ is learner.encoder_
    assert all((a == b).all() for a, b in zip(weights, learner.encoder_.parameters()))
    assert judge.classes_.tolist() == [6, 7, 8, 9]
    assert learner.classes_.tolist() == [0, 1, 2, 3, 4, 5]
    assert (learner.predict_proba(X[OLD[:9]]) == before).all()
    assert judge.score(X[NEW[40:]], Y[NEW[40:]]) > 0.5  # chance is 0.25


def test_an_answer_does_not_depend_on_its_neighbours(learner):
    judge = learner.with_support(X[NEW[:20]], Y[NEW[:20]])
    together = judge.predict_proba(X[NEW[20:60]])
    alone = np.concatenate([judge.predict_proba(X[[row]]) for row in NEW[20:60]])
    among_others = judge.predict_proba(np.concatenate([X[OLD[:50]] * 3 - 1, X[NEW[20:60]]]))[50:]
    np.testing.assert_allclose(alone, together, atol=1e-5)
    np.testing.assert_allclose(among_others, together, atol=1e-5)


def test_adding_support_is_the_support_of_both(learner):
    first, second = NEW[:20], NEW[20:45]
    added = learner.with_support(X[first], Y[first]).add_support(X[second], Y[second])
    both = learner.with_support(X[NEW[:45]], Y[NEW[:45]])
    np.testing.assert_allclose(added.predict_proba(X[NEW[45:]]), both.predict_proba(X[NEW[45:]]), atol=1e-6)
    assert added.support_counts_.tolist() == both.support_counts_.tolist()


def test_adding_a_class_to_the_known_ones(learner):
    wider = learner.with_support(X[OLD[:60]], Y[OLD[:60]]).add_support(X[NEW[:10]], Y[NEW[:10]])
    assert wider.classes_.tolist() == list(range(10))
    assert wider.predict_proba(X[NEW[10:12]]).shape == (2, 10)


def test_the_order_of_the_support_is_of_no_account(learner):
    rows = NEW[:30]
    turned = rows[::-1]
    a, b = learner.with_support(X[rows], Y[rows]), learner.with_support(X[turned], Y[turned])
    np.testing.assert_allclose(a.predict_proba(X[NEW[30:]]), b.predict_proba(X[NEW[30:]]), atol=1e-5)


def test_labels_may_be_texts_with_unequal_shots(learner):
    names = np.array(["six", "seven", "eight", "nine"])
    rows = np.concatenate([NEW[Y[NEW] == k][: k - 5] for k in (6, 7, 8, 9)])
    judge = learner.with_support(X[rows], names[Y[rows] - 6])
    assert dict(zip(judge.classes_, judge.support_counts_)) == {"six": 1, "seven": 2, "eight": 3, "nine": 4}
    assert set(judge.predict(X[NEW])) <= set(names)


def test_similarity_is_symmetric_one_with_itself_and_in_the_unit_interval(learner):
    a, b = X[NEW[:7]], X[NEW[7:12]]
    np.testing.assert_allclose(learner.similarity(a, b), learner.similarity(b, a).T, atol=1e-7)
    np.testing.assert_array_equal(np.diag(learner.similarity(a, a)), 1.0)
    assert ((learner.similarity(a, b) >= 0) & (learner.similarity(a, b) <= 1)).all()


def test_nearest_support_names_the_rows_of_the_support(learner):
    rows = NEW[:25]
    judge = learner.with_support(X[rows], Y[rows])
    index, similarities = judge.nearest_support(X[rows], n_neighbors=3)
    assert index.shape == similarities.shape == (25, 3)
    np.testing.assert_allclose(similarities[:, 0], 1.0, atol=1e-4)
    assert (np.diff(similarities, axis=1) <= 0).all()
    np.testing.assert_allclose(
        similarities, np.take_along_axis(judge.similarity(X[rows], X[rows]), index, axis=1), atol=1e-5
    )
    with pytest.raises(ValueError, match="n_neighbors must be from 1 to 25, got 26"):
        judge.nearest_support(X[:1], n_neighbors=26)


def test_unlike_rows_are_rejected(learner):
    strange = np.full((5, 64), 50.0)
    for labels, expected in ((Y[NEW], -1), (Y[NEW].astype(str), "unknown"), (Y[NEW].astype(float), np.nan)):
        judge = learner.with_support(X[NEW], labels)
        known, unknown = judge._likeness(X[NEW]), judge._likeness(strange)
        assert unknown.max() < np.median(known)
        judge.set_params(reject_below=float((unknown.max() + np.median(known)) / 2))
        answers = judge.predict(np.concatenate([strange, X[NEW]]))
        is_rejected = answers != answers if expected != expected else answers == expected
        assert is_rejected[:5].all()
        assert (is_rejected[5:] == (known < judge.reject_below)).all()
        assert (answers[~is_rejected] == judge.set_params(reject_below=None).predict(X[NEW])[~is_rejected[5:]]).all()
    judge.set_params(reject_below=1.0, reject_label="?")
    assert judge.predict(strange).tolist() == ["?"] * 5


def test_the_threshold_of_a_match_may_reject(learner):
    judge = learner.with_support(X[NEW], Y[NEW]).set_params(reject_below="match")
    assert ((judge.predict(X) == -1) == (judge._likeness(X) < judge.match_threshold_)).all()


def test_a_label_of_rejection_that_is_a_class_is_refused(learner):
    judge = learner.with_support(X[NEW], Y[NEW]).set_params(reject_below=0.5, reject_label=7)
    with pytest.raises(ValueError, match="reject_label=7 is a class of y"):
        judge.with_support(X[NEW], Y[NEW])


def test_match_threshold_tells_rows_of_new_classes_apart(learner):
    pairs = learner.similarity(X[NEW[:100]], X[NEW[100:]])
    is_match = Y[NEW[:100]][:, None] == Y[NEW[100:]][None, :]
    called = pairs >= learner.match_threshold_
    assert (called[is_match].mean() + (~called)[~is_match].mean()) / 2 > 0.6


def test_episodes_are_judged_as_by_hand(learner):
    result = evaluate_episodes(learner, X[NEW], Y[NEW], 3, 2, n_query=4, n_episodes=6, random_state=0)
    from sklearn_mlknow.fewshot import EpisodeSampler

    expected, means = [], []
    for support, query in EpisodeSampler(3, 2, 4, 6, random_state=0).split(X[NEW], Y[NEW]):
        judge = learner.with_support(X[NEW][support], Y[NEW][support])
        expected.append(judge.score(X[NEW][query], Y[NEW][query]))
        inputs = learner._read(X[NEW])
        classes, codes = np.unique(Y[NEW][support], return_inverse=True)
        means.append(np.mean(classes[nearest_mean(inputs[support], codes, inputs[query])] == Y[NEW][query]))
    np.testing.assert_allclose(result.accuracies, expected, atol=1e-12)
    assert result.accuracy == pytest.approx(np.mean(expected))
    assert result.half_width == pytest.approx(1.96 * np.std(expected, ddof=1) / 6**0.5, rel=1e-4)
    assert result.baselines["nearest mean"] == pytest.approx(np.mean(means))
    assert "3-way 2-shot, 6 episodes" in result._repr_html_()


def test_saved_without_pickle_it_answers_the_same(learner, tmp_path):
    from sklearn_mlknow.persistence import load, save

    judge = learner.with_support(X[NEW[:40]], Y[NEW[:40]])
    save(judge, tmp_path / "judge.mlknow")
    again = load(tmp_path / "judge.mlknow")
    state = torch.get_rng_state()
    assert (again.predict_proba(X[NEW]) == judge.predict_proba(X[NEW])).all()
    assert (again.add_support(X[:5], Y[:5]).similarity(X[:3], X[:3]) == judge.similarity(X[:3], X[:3])).all()
    assert (torch.get_rng_state() == state).all()


def test_the_picture_frames_what_was_chosen(learner):
    import matplotlib.pyplot as plt

    support = np.concatenate([NEW[Y[NEW] == k][:2] for k in (6, 7, 8)])
    query = np.concatenate([NEW[Y[NEW] == k][5:6] for k in (6, 7, 8)])
    picture = EpisodeDisplay.from_estimator(learner, X[support], Y[support], X[query], Y[query])
    judge = learner.with_support(X[support], Y[support])
    assert picture.predicted.tolist() == judge.predict(X[query]).tolist()
    assert [patch.get_x() + 0.47 for patch in picture.ax_.patches] == pytest.approx(picture.predicted - 6)
    assert (picture.support_images is not None) == (learner.image_shape is not None)
    picture.figure_.canvas.draw()
    plt.close(picture.figure_)


def test_mixed_tables_with_missing_values_and_other_columns():
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(9), 12)
    frame = pd.DataFrame(
        {
            "size": y + 0.1 * rng.normal(size=len(y)),
            "colour": pd.Categorical(np.array(list("abc"))[y % 3]),
            "noise": rng.normal(size=len(y)),
        }
    )
    frame.loc[::7, "size"] = np.nan
    old, new = y < 6, y >= 6
    learner = PrototypeClassifier(n_steps=60, random_state=0).fit(frame[old], y[old])
    assert learner.with_support(frame[new][::4], y[new][::4]).score(frame[new], y[new]) > 0.8
    with pytest.raises(ValueError, match="feature names should match"):
        learner.predict(frame[["colour", "size", "noise"]])


def test_one_label_may_mean_different_things_in_different_tasks():
    rng = np.random.default_rng(0)
    tasks = np.repeat(np.arange(6), 20)
    centres = rng.normal(size=(6, 2, 5)) * 3
    y = np.tile(np.repeat([0, 1], 10), 6)
    table = centres[tasks, y] + rng.normal(size=(120, 5))
    learner = PrototypeClassifier(n_steps=60, random_state=0).fit(table, y, tasks=tasks)
    assert learner.classes_.tolist() == [0, 1]
    assert learner.history_[-1]["train_loss"] < 0.3
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        learner.fit(table, y, tasks=tasks[:-1])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"quarter_turns": True}, "quarter_turns needs square images"),
        ({"augmentation": -1.0}, "augmentation must be 'auto' or"),
        ({"image_shape": (8, 9)}, "has 72 pixels, X has 64 columns"),
        ({"metric": "cosin"}, "metric must be 'euclidean' or 'cosine', got 'cosin'"),
    ],
)
def test_errors_say_what_to_do(settings, message):
    with pytest.raises(ValueError, match=message):
        PrototypeClassifier(**settings).fit(X[:30], Y[:30])


def test_missing_pixels_are_refused():
    broken = X[:30].copy()
    broken[3, 5] = np.nan
    with pytest.raises(ValueError, match="contains NaN or infinity: pixel 'x5'"):
        PrototypeClassifier(image_shape=(8, 8)).fit(broken, Y[:30])


def test_more_shots_than_rows_fall_back_to_one():
    few = np.concatenate([np.flatnonzero(k == Y)[:3] for k in range(6)])
    for learner in (PrototypeClassifier(n_shot=5, n_query=2), MetaLearningClassifier(n_shot=5, n_query=2)):
        learner.set_params(n_steps=5, random_state=0).fit(X[few], Y[few])
        assert np.isfinite([record["train_loss"] for record in learner.history_]).all()


def test_a_training_gone_astray_is_an_error_not_an_answer():
    with pytest.raises(ValueError, match="the embedding is not finite"):
        PrototypeClassifier(learning_rate=1e30, n_steps=5, random_state=0).fit(X[OLD], Y[OLD])


def test_the_pretrained_encoder_can_be_trained_further():
    start = PrototypeClassifier.pretrained("omniglot")
    pages = np.random.default_rng(0).random((20, 784))
    settings = {"image_shape": (28, 28), "metric": "cosine", "n_steps": 1, "learning_rate": 1e-9}
    further = PrototypeClassifier(start.encoder_, **settings).fit(pages, np.arange(20) % 4)
    np.testing.assert_allclose(further.transform(pages), start.transform(pages), atol=1e-3)


def test_training_ends_on_time():
    import time

    start = time.monotonic()
    learner = PrototypeClassifier(n_steps=10**6, max_time=0.3, random_state=0).fit(X[OLD], Y[OLD])
    assert time.monotonic() - start < 5
    assert learner.classes_.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_given_module_is_trained_as_a_copy():
    from torch import nn

    module = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 8))
    before = module[0].weight.detach().clone()
    learner = SiameseClassifier(module, n_steps=5, random_state=0).fit(X[OLD], Y[OLD])
    assert (module[0].weight == before).all()
    assert learner.transform(X[:3]).shape == (3, 8)
