import numpy as np
import pytest
import torch
from torch import nn

from sklearn_mlknow.fewshot.adaptation import BIAS, HEAD, MetaLearner, adapt, adapt_heads, head_scores, support_share
from sklearn_mlknow.fewshot.batches import ClassBatch
from sklearn_mlknow.fewshot.meta_losses import anil_loss, maml_loss, reptile_loss, tasks_of


def rows_and_codes():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(7, 4, generator=generator), torch.tensor([0, 0, 0, 0, 1, 2, 2])


def linear():
    module = nn.Linear(4, 3)
    with torch.no_grad():
        module.weight.copy_(torch.linspace(-1, 1, 12).view(3, 4))
        module.bias.zero_()
    return module


def same(z):
    return z


def test_classes_weigh_alike_whatever_their_shots():
    share = support_share(torch.tensor([0, 0, 0, 1]), 2)
    np.testing.assert_allclose(share.numpy(), [1 / 6, 1 / 6, 1 / 6, 1 / 2], rtol=1e-6)


def test_written_out_gradient_is_autograds():
    x, codes = rows_and_codes()
    share = support_share(codes, 3)
    head = torch.zeros(3, 4, requires_grad=True)
    bias = torch.zeros(3, requires_grad=True)
    for _ in range(3):
        loss = (nn.functional.cross_entropy(x @ head.T + bias, codes, reduction="none") * share).sum()
        slope = torch.autograd.grad(loss, (head, bias))
        head = (head - 0.5 * slope[0]).detach().requires_grad_()
        bias = (bias - 0.2 * slope[1]).detach().requires_grad_()
    rates = {HEAD: torch.tensor(0.5), BIAS: torch.tensor(0.2)}
    found_head, found_bias = adapt_heads(x[None], codes, share, 3, rates, 3)
    np.testing.assert_allclose(found_head[0].numpy(), head.detach().numpy(), atol=1e-6)
    np.testing.assert_allclose(found_bias[0].numpy(), bias.detach().numpy(), atol=1e-6)


def test_adapting_everything_with_a_still_encoder_is_adapting_the_head():
    x, codes = rows_and_codes()
    encoder, share = linear(), support_share(codes, 3)
    start = {name: weight.detach() for name, weight in encoder.named_parameters()}
    rates = {name: torch.tensor(0.0) for name in start} | {HEAD: torch.tensor(0.5), BIAS: torch.tensor(0.5)}
    weights = adapt(encoder, start, x, codes, share, 3, rates, 4, same)
    head, bias = adapt_heads(encoder(x).detach()[None], codes, share, 3, rates, 4)
    np.testing.assert_allclose(
        head_scores(encoder, weights, x, same).detach().numpy(),
        (encoder(x).detach() @ head[0].T + bias[0]).numpy(),
        atol=1e-6,
    )


def batch_of(n_way=4, n_rows=5):
    generator = torch.Generator().manual_seed(1)
    rows = torch.arange(n_way * n_rows).view(n_way, n_rows)
    return ClassBatch(torch.randn(n_way, n_rows, 4, generator=generator), rows, torch.zeros(n_way, dtype=torch.int64))


def test_anil_loss_is_that_of_a_slow_loop():
    batch, module = batch_of(), MetaLearner(linear(), 0.3, "anil")
    z = module.encoder(batch.x.flatten(0, 1)).view(4, 5, 3).detach()
    groups = torch.tensor([[0, 1], [2, 3]])
    losses = []
    for group in groups.tolist():
        for turn in range(5):
            support, codes = z[group, turn], torch.arange(2)
            rates = {HEAD: torch.tensor(0.3), BIAS: torch.tensor(0.3)}
            head, bias = adapt_heads(support[None], codes, support_share(codes, 2), 2, rates, 2)
            for place, k in enumerate(group):
                for row in set(range(5)) - {turn}:
                    scores = z[k, row] @ head[0].T + bias[0]
                    losses.append(float(nn.functional.cross_entropy(scores[None], torch.tensor([place]))))
    found = anil_loss(module, z, batch.rows, groups, 1, 2)
    np.testing.assert_allclose(found.item(), np.mean(losses), rtol=1e-5)


def test_maml_gradient_is_that_of_finite_differences():
    batch, groups = batch_of(), torch.tensor([[0, 1], [2, 3]])
    module = MetaLearner(linear().double(), 0.3, "maml").double()
    batch = ClassBatch(batch.x.double(), batch.rows, batch.task)
    maml_loss(module, batch, groups, 2, 2, same).backward()
    weight = module.encoder.weight
    for place in ((0, 1), (2, 3)):
        values = []
        for step in (1e-5, -1e-5):
            with torch.no_grad():
                weight[place] += step
            values.append(maml_loss(module, batch, groups, 2, 2, same).item())
            with torch.no_grad():
                weight[place] -= step
        np.testing.assert_allclose(weight.grad[place].item(), (values[0] - values[1]) / 2e-5, rtol=1e-4, atol=1e-8)


def test_reptile_gradient_points_from_where_tasks_end_to_the_start():
    batch, groups = batch_of(), torch.tensor([[0, 1], [2, 3]])
    module = MetaLearner(linear(), 0.3, "reptile")
    reptile_loss(module, batch, groups, 1, 3, same).backward()
    start = {name: weight.detach() for name, weight in module.encoder.named_parameters()}
    codes = torch.arange(2).repeat_interleave(5)
    ends = [
        adapt(
            module.encoder,
            start,
            batch.x[group].flatten(0, 1),
            codes,
            support_share(codes, 2),
            2,
            module.rate_tensors(),
            3,
            same,
        )["weight"].detach()
        for group in groups.tolist()
    ]
    expected = start["weight"] - torch.stack(ends).mean(0)
    np.testing.assert_allclose(module.encoder.weight.grad.numpy(), expected.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("task", "n_way", "expected"),
    [
        ([0, 0, 0, 0], 2, [[0, 1], [2, 3]]),
        ([0, 0, 0, 1], 2, [[0, 1]]),
        ([0, 1, 0, 1], 2, [[0, 2], [1, 3]]),
        ([0, 0, 1], 5, [[0, 1]]),
    ],
)
def test_tasks_are_not_mixed(task, n_way, expected):
    assert tasks_of(torch.tensor(task), n_way).tolist() == expected
