"""What every test may use: real data where it is present, a quiet and repeatable hypothesis."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

os.environ.setdefault("MPLBACKEND", "Agg")

import pytest
from hypothesis import HealthCheck, settings

# Deterministic by default; `HYPOTHESIS_PROFILE=search` looks for new examples.
settings.register_profile(
    "repeat", derandomize=True, max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> ModuleType:
    """The readers of the real tables beside the repository; the test is skipped where they are missing."""
    if not (SHARED_DATA / "load.py").exists():
        pytest.skip("the real tables are not here")
    pytest.importorskip("pyarrow")
    spec = importlib.util.spec_from_file_location("load", SHARED_DATA / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
