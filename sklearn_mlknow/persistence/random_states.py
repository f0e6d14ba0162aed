"""Generators of random numbers, as plain values.

Their compiled code trusts the position in its own buffer: one beyond the end reads memory that is not its own.
"""

from typing import Any

import numpy as np

BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
ENDS = {"MT19937": ("pos", 624), "Philox": ("buffer_pos", 4)}  # the last position of a buffer
SEED_KEYS = ("entropy", "spawn_key", "pool_size", "n_children_spawned")
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
    if type(state) is not dict or type(state.get("state")) is not dict:
        raise ValueError(f"a {name} of no state")
    source = state.get("bit_generator")
    if source not in BIT_GENERATORS or (name == "RandomState") != (source == "MT19937" and seed is None):
        raise ValueError(f"a {name} that draws from {source}")
    if name not in ("RandomState", "Generator") or not _is_seed(seed):
        raise ValueError(f"a {name} of no seed")
    field, last = ENDS.get(source, ("", 0))
    position = (state["state"] if field == "pos" else state).get(field, None if field else 0)
    if type(position) is not int or not 0 <= position <= last:
        raise ValueError(f"a generator at {field}={position}")
    drawn: Any
    if name == "RandomState":
        drawn = np.random.RandomState(0)
        _check_alike(state, _listed(drawn.get_state(legacy=False)))
        drawn.set_state(_with_arrays(state))
        return drawn
    drawn = getattr(np.random, source)(np.random.SeedSequence(**seed) if seed is not None else 0)
    _check_alike(state, _listed(drawn.state))
    drawn.state = _with_arrays(state)
    return np.random.Generator(drawn)


def _is_seed(seed: Any) -> bool:
    """Tell whether further generators can be spawned from a seed, in a moment."""
    if seed is None:
        return True
    if type(seed) is not dict or any(key not in SEED_KEYS for key in seed):
        return False
    entropy: Any = seed.get("entropy")
    key: Any = seed.get("spawn_key", ())
    words = [*entropy] if type(entropy) in (list, tuple) else [0 if entropy is None else entropy]
    words += key if type(key) is tuple else (None,)
    sizes = [seed.get("pool_size", 4), seed.get("n_children_spawned", 0)]
    are_whole = all(type(one) is int or isinstance(one, np.integer) for one in words)
    return are_whole and all(type(one) is int and one >= 0 for one in sizes) and 0 < sizes[0] <= LARGEST_POOL


def _check_alike(state: Any, known: Any) -> None:
    """Hold a state against one that numpy wrote: the same keys, types and lengths all the way down."""
    if type(state) is not type(known) or isinstance(known, dict | list) and len(state) != len(known):
        raise ValueError(f"a generator with a {type(state).__name__} where numpy has a {type(known).__name__}")
    if isinstance(known, dict) and set(state) != set(known):
        raise ValueError(f"a generator with {sorted(map(str, state))}")
    for key in known if isinstance(known, dict) else range(len(known) if isinstance(known, list) else 0):
        _check_alike(state[key], known[key])


def _with_arrays(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _with_arrays(one) for key, one in state.items()}
    return np.array(state, dtype=np.uint64) if isinstance(state, list) else state


def _listed(state: Any) -> Any:
    if isinstance(state, dict):
        return {key: _listed(one) for key, one in state.items()}
    return state.tolist() if isinstance(state, np.ndarray | np.generic) else state
