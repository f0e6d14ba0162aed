import numpy as np
import pytest

from sklearn_mlknow.fewshot import ClassDisjointSplit, EpisodeSampler


def test_an_episode_is_what_it_says():
    y = np.repeat(np.arange(6), [4, 9, 9, 9, 9, 2])
    sampler = EpisodeSampler(4, 2, 5, 50, random_state=0)
    episodes = list(sampler.split(np.zeros((len(y), 1)), y))
    assert len(episodes) == sampler.get_n_splits() == 50
    for support, query in episodes:
        classes = y[support].reshape(4, 2)
        assert (classes == classes[:, :1]).all()
        assert 5 not in classes  # two rows leave none to ask for
        assert not set(support) & set(query)
        for k in classes[:, 0]:
            assert (y[query] == k).sum() == min(5, (y == k).sum() - 2)


def test_classes_of_an_episode_share_a_group_and_a_label_is_of_its_group():
    y = np.tile(np.repeat([0, 1], 3), 2)
    groups = np.repeat([0, 1], 6)
    for support, query in EpisodeSampler(2, 1, 2, 20, random_state=0).split(np.zeros((12, 1)), y, groups):
        assert len(set(groups[np.concatenate([support, query])])) == 1


def test_an_int_seed_draws_the_same_each_time():
    y = np.repeat(np.arange(5), 6)
    sampler = EpisodeSampler(3, 1, 2, 4, random_state=3)
    first, second = (np.concatenate([q for _, q in sampler.split(y[:, None], y)]) for _ in range(2))
    assert (first == second).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_way": 1}, "n_way must be an integer >= 2, got 1"),
        ({"n_shot": 0}, "n_shot must be an integer >= 1, got 0"),
        ({"n_way": 9}, "n_way=9 classes with more than n_shot=1 rows are needed"),
        ({"n_shot": 6}, "lower n_way or n_shot"),
    ],
)
def test_errors_say_what_to_do(settings, message):
    y = np.repeat(np.arange(5), 6)
    with pytest.raises(ValueError, match=message):
        next(iter(EpisodeSampler(**settings).split(y[:, None], y)))


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="differ in length"):
        next(iter(EpisodeSampler(2).split(np.zeros((3, 1)), np.zeros(4))))


def test_test_classes_never_occur_in_training_and_each_is_tested_once():
    y = np.repeat(list("abcdefg"), 3)
    tested = []
    for train, test in ClassDisjointSplit(3, random_state=0).split(np.zeros((21, 1)), y):
        assert not set(y[train]) & set(y[test])
        assert len(train) + len(test) == 21
        tested += sorted(set(y[test]))
    assert sorted(tested) == list("abcdefg")


def test_folds_hold_about_as_many_classes():
    y = np.arange(20).repeat(2)
    sizes = [len(test) for _, test in ClassDisjointSplit(3, random_state=0).split(y[:, None], y)]
    assert max(sizes) - min(sizes) <= 2


def test_too_few_classes_for_the_folds():
    with pytest.raises(ValueError, match="2 classes cannot fill n_splits=3 folds"):
        next(iter(ClassDisjointSplit(3).split(np.zeros((4, 1)), [0, 0, 1, 1])))
