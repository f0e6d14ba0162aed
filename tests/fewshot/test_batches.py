import numpy as np
import pytest
import torch

from sklearn_mlknow.fewshot.batches import ClassBatches
from sklearn_mlknow.fewshot.images import deformed, quarter_turned


def batches(counts, task, n_way, n_rows, **image):
    codes = np.repeat(np.arange(len(counts)), counts)
    members = [np.flatnonzero(codes == k) for k in range(len(counts))]
    x = torch.arange(len(codes), dtype=torch.float32)[:, None].repeat(1, image.pop("n_pixels", 1))
    settings = {"image_shape": None, "quarter_turns": False, "augmentation": 0.0} | image
    return codes, ClassBatches(x, members, np.array(task), n_way, n_rows, **settings)


def test_a_batch_holds_distinct_rows_of_distinct_classes():
    codes, drawn = batches([5, 7, 9, 6], [0, 0, 0, 0], 3, 4)
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        batch = drawn.draw(generator)
        of_rows = codes[batch.rows.numpy()]
        assert (of_rows == of_rows[:, :1]).all()
        assert len(set(of_rows[:, 0])) == 3
        assert all(len(set(rows)) == 4 for rows in batch.rows.tolist())
        assert (batch.x[..., 0] == batch.rows).all()


def test_every_row_and_class_is_drawn_about_equally_often():
    _, drawn = batches([4, 8], [0, 0], 2, 2)
    generator = torch.Generator().manual_seed(0)
    seen = np.bincount(np.concatenate([drawn.draw(generator).rows.numpy().ravel() for _ in range(2000)]))
    np.testing.assert_allclose(seen[:4], 1000, rtol=0.1)
    np.testing.assert_allclose(seen[4:], 500, rtol=0.15)


def test_a_small_class_repeats_its_rows_in_turn():
    _, drawn = batches([2, 9], [0, 0], 2, 5)
    batch = drawn.draw(torch.Generator().manual_seed(0))
    small = next(rows for rows in batch.rows.tolist() if set(rows) <= {0, 1})
    assert sorted(small.count(row) for row in (0, 1)) == [2, 3]


def test_classes_come_task_by_task():
    _, drawn = batches([3] * 9, [0, 0, 0, 1, 1, 1, 2, 2, 2], 3, 2)
    generator = torch.Generator().manual_seed(0)
    for _ in range(10):
        assert len(set(drawn.draw(generator).task.tolist())) == 1


def test_quarter_turns_are_classes_of_their_own():
    _, drawn = batches([3, 3], [0, 0], 99, 2, image_shape=(2, 2), quarter_turns=True, n_pixels=4)
    assert drawn.n_way == 8


def test_quarter_turned_is_numpys_rot90():
    images = torch.arange(2 * 3 * 3, dtype=torch.float32).view(2, 9)
    for turn in range(4):
        turned = quarter_turned(images, torch.tensor([turn, 0]), (3, 3)).view(2, 3, 3).numpy()
        assert (turned[0] == np.rot90(images[0].view(3, 3).numpy(), turn)).all()
        assert (turned[1] == images[1].view(3, 3).numpy()).all()


@pytest.mark.parametrize("shape", [(6, 6), (5, 8), (4, 4, 3)])
def test_no_strength_no_change(shape):
    x = torch.rand(3, int(np.prod(shape)), generator=torch.Generator().manual_seed(0))
    np.testing.assert_allclose(deformed(x, shape, 0.0, torch.Generator()).numpy(), x.numpy(), atol=1e-5)


def test_more_strength_more_change():
    x = torch.rand(20, 64, generator=torch.Generator().manual_seed(0))
    change = [
        float((deformed(x, (8, 8), strength, torch.Generator().manual_seed(1)) - x).square().mean())
        for strength in (0.1, 0.3, 1.0)
    ]
    assert change[0] < change[1] < change[2]


def test_noise_on_tables_has_the_asked_spread():
    _, drawn = batches([50, 50], [0, 0], 2, 50, augmentation=0.2, n_pixels=40)
    batch = drawn.draw(torch.Generator().manual_seed(0))
    noise = (batch.x - batch.rows[..., None]).numpy()
    assert noise.std() == pytest.approx(0.2, rel=0.05)
