"""Files that earlier versions wrote still load and answer as they did."""

import json
from pathlib import Path

import numpy as np
import pytest
import sklearn

from sklearn_mlknow.persistence import load
from sklearn_mlknow.persistence.archive import unpack
from tests.persistence.golden.make import answers

FILES = sorted((Path(__file__).parent / "golden").glob("v*/*.mlk"))


def _parts(version):
    return [int(part) for part in version.split(".")[:2]]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.InconsistentVersionWarning")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_of_an_earlier_version(path):
    written_by = unpack(path.read_bytes(), 10**7)[1]["written_by"]
    if _parts(written_by["scikit-learn"]) > _parts(sklearn.__version__):
        pytest.skip("written with a later scikit-learn than this one")
    wanted = json.loads((path.parent / "answers.json").read_text())[path.stem]
    np.testing.assert_allclose(answers(path.stem, load(path)), wanted, rtol=1e-9, atol=1e-12)


def test_they_are_there_and_small():
    assert len(FILES) >= 8 and sum(path.stat().st_size for path in FILES) < 500_000
