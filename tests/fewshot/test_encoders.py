import numpy as np
import pytest
import torch

from sklearn_mlknow.fewshot.encoders import ConvolutionEncoder, TableEncoder, folded


@pytest.mark.parametrize("shape", [(28, 28), (8, 8), (3, 5), (20, 31, 3), (105, 105)])
def test_images_of_any_shape_are_embedded(shape):
    encoder = ConvolutionEncoder(shape, 7).eval()
    assert encoder(torch.zeros(2, int(np.prod(shape)))).shape == (2, 7)


def test_folding_batch_norm_changes_no_answer():
    torch_state = torch.get_rng_state()
    torch.manual_seed(0)
    encoder = ConvolutionEncoder((12, 12), 5)
    x = torch.rand(40, 144)
    for _ in range(5):
        encoder(x)  # moves the running statistics
    encoder.eval()
    with torch.no_grad():
        np.testing.assert_allclose(folded(encoder)(x).numpy(), encoder(x).numpy(), atol=1e-5)
    torch.set_rng_state(torch_state)


def test_a_table_encoder_starts_near_the_scaled_columns():
    torch_state = torch.get_rng_state()
    torch.manual_seed(0)
    x = torch.randn(50, 6)
    z = TableEncoder(6, 10)(x)
    torch.set_rng_state(torch_state)
    before, after = torch.cdist(x, x), torch.cdist(z, z).detach()
    assert float(torch.corrcoef(torch.stack([before.flatten(), after.flatten()]))[0, 1]) > 0.95
