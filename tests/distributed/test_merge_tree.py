import pytest

from sklearn_mlknow.distributed.merge_tree import MergeTree, merge_level_by_level


@pytest.mark.parametrize("n", range(1, 40))
def test_one_after_the_other_and_level_by_level_build_one_tree(n):
    states = [str(i) for i in range(n)]
    tree = MergeTree("({} {})".format)
    for state in states:
        tree.push(state)
        assert len(tree.branches) <= n.bit_length()
    assert tree.whole() == merge_level_by_level(states, "({} {})".format)


def test_a_tree_goes_on_where_it_stopped():
    first = MergeTree("({} {})".format)
    for state in "abc":
        first.push(state)
    second = MergeTree("({} {})".format, first.branches)
    for state in "defg":
        second.push(state)
    assert second.whole() == merge_level_by_level("abcdefg", "({} {})".format)
