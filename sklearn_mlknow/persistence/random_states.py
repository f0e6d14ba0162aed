"""Generators of random numbers, as plain values.

Their compiled code trusts the position in its own buffer: one beyond the end reads memory that is not its own.
"""

from typing import Any

import numpy as np

BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
ENDS = {"MT19937": ("pos", 624), "Philox": ("buffer_pos", 4)}  # the last position of a buffer
LARGEST_POOL = 64  # words of a seed: numpy takes 4


def is_random(one: Any) -> bool:
    """Tell whether an object draws random numbers."""
    return type(one) in (np.random.RandomState, np.random.Generator)


def random_parts(one: Any) -> tuple[str, Any, Any]:
    """Take a generator apart: its class, its state, and the seed that further generators are spawned from.

    Raises
    ------
    TypeError
        It draws from something that numpy does not have.
    """
    if isinstance(one, np.random.RandomState):
        state, seed = one.get_state(legacy=False), None
    else:
        state, seed = one.bit_generator.state, getattr(one.bit_generator.seed_seq, "state", None)
    if state["bit_generator"] not in BIT_GENERATORS:
        raise TypeError(f"a generator that draws from {state['bit_generator']}")
    return type(one).__name__, _listed(state), None if seed is None else _listed(dict(seed))


def random_from(name: Any, state: dict[str, Any], seed: dict[str, Any] | None) -> Any:
    """Put a generator together, within its buffers.

    Examples
    --------
    >>> drawn = np.random.default_rng(0)
    >>> random_from(*random_parts(drawn)).random() == drawn.random()
    True

    Raises
    ------
    ValueError
        The state is not one that numpy would write.
    """
    source = state["bit_generator"]
    if source not in BIT_GENERATORS or (name == "RandomState") != (source == "MT19937" and seed is None):
        raise ValueError(f"a {name} that draws from {source}")
    field, last = ENDS.get(source, ("", 0))
    position = {**state, **state["state"]}.get(field, 0)
    if type(position) is not int or not 0 <= position <= last:
        raise ValueError(f"a generator at {field}={position}")
    arrays = {**_with_arrays(state), "state": _with_arrays(state["state"])}
    if name == "RandomState":
        drawn = np.random.RandomState(0)
        drawn.set_state(arrays)
        return drawn
    if name != "Generator" or not 0 < (seed or {}).get("pool_size", 4) <= LARGEST_POOL:
        raise ValueError(f"a {name}")
    generator = getattr(np.random, source)(np.random.SeedSequence(**seed) if seed is not None else 0)
    generator.state = arrays
    return np.random.Generator(generator)


def _with_arrays(state: dict[str, Any]) -> dict[str, Any]:
    return {key: np.array(one, dtype=np.uint64) if isinstance(one, list) else one for key, one in state.items()}


def _listed(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _listed(one) for key, one in state.items()}
    return state.tolist() if isinstance(state, np.ndarray | np.generic) else state
