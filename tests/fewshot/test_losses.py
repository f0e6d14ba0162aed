import numpy as np
import torch

from sklearn_mlknow.fewshot.losses import contrastive_loss, pairwise, prototype_error, prototype_loss


def batch(n_way=4, n_rows=6, n_components=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(n_way, n_rows, n_components, generator=generator, dtype=torch.float64)
    return z, torch.arange(n_way * n_rows).view(n_way, n_rows)


def slow_episodes(z, rows, task, n_shot):
    """Yield (squared distances to the classes of the task, position of the right one) of every query."""
    n_way, n_rows, _ = z.shape
    for group in range(n_rows // n_shot):
        picked = slice(group * n_shot, (group + 1) * n_shot)
        for k in range(n_way):
            for row in range(n_rows):
                if rows[k, row] in rows[k, picked]:
                    continue
                rivals = [c for c in range(n_way) if task[c] == task[k]]
                distances = [float(((z[k, row] - z[c, picked].mean(0)) ** 2).sum()) for c in rivals]
                yield np.array(distances), rivals.index(k)


def test_pairwise_is_the_squared_distance():
    z, _ = batch()
    flat = z.view(-1, 3)
    np.testing.assert_allclose(pairwise(flat, flat).numpy(), torch.cdist(flat, flat).square().numpy(), atol=1e-12)


def test_prototype_loss_is_that_of_a_slow_loop():
    for n_shot in (1, 2):
        for task in ([0, 0, 0, 0], [0, 1, 0, 1]):
            z, rows = batch()
            rows[0, 5] = rows[0, 0]  # a small class repeats a row: never query and support at once
            losses = [
                0.7 * distances[right] + np.logaddexp.reduce(-0.7 * distances)
                for distances, right in slow_episodes(z, rows, task, n_shot)
            ]
            loss = prototype_loss(z, rows, torch.tensor(task), n_shot, torch.tensor(0.7, dtype=torch.float64))
            np.testing.assert_allclose(loss.item(), np.mean(losses), rtol=1e-10)


def test_prototype_error_is_that_of_a_slow_loop():
    z, rows = batch(seed=1)
    task = torch.zeros(4, dtype=torch.int64)
    errors = [distances.argmin() != right for distances, right in slow_episodes(z, rows, task, 2)]
    np.testing.assert_allclose(prototype_error(z, rows, task, 2).item(), np.mean(errors), rtol=1e-6)


def test_the_scale_has_a_gradient_beside_other_tasks():
    z, rows = batch()
    scale = torch.tensor(1.0, requires_grad=True)
    prototype_loss(z.float(), rows, torch.tensor([0, 0, 1, 1]), 1, scale).backward()
    assert torch.isfinite(scale.grad)


def test_contrastive_loss_by_hand():
    # two classes on a line: 0 and 1, 3 and 5; margin 4
    z = torch.tensor([[[0.0], [1.0]], [[3.0], [5.0]]])
    rows = torch.tensor([[0, 1], [2, 3]])
    task = torch.zeros(2, dtype=torch.int64)
    loss = contrastive_loss(z, rows, task, 4.0, True, torch.Generator().manual_seed(0))
    near = (1 + 1 + 4 + 4) / 4
    # nearest rows of the other class: 0-3, 1-3, 3-1, 5-1 -> gaps 1, 2, 2, 0
    far = (1 + 4 + 4 + 0) / 4
    np.testing.assert_allclose(loss.item(), near + far, rtol=1e-6)


def test_contrastive_loss_leaves_other_tasks_alone():
    z, rows = batch()
    loss = contrastive_loss(z, rows, torch.arange(4), 100.0, True, torch.Generator().manual_seed(0))
    near = np.mean(
        [float(((z[k, a] - z[k, b]) ** 2).sum()) for k in range(4) for a in range(6) for b in range(6) if a != b]
    )
    np.testing.assert_allclose(loss.item(), near, rtol=1e-10)
