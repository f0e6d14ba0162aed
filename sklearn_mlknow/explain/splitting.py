"""Where the mixtures are made: on the raw columns, or behind preprocessing that works column by column.

If every output column of a preprocessing T depends on one player only, ``T(mix(x, b)) = mix(T(x), T(b))``: T is done
once for the rows and once for the background, and the inner loop calls only the rest of the pipeline on plain numbers.
Which column depends on which player is found by trying, and the identity is checked on random mixtures and by taking
each player out of each row to explain; where it fails, a shorter prefix is tried, and at last the raw table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from sklearn_mlknow.explain.masking import ArrayMixer, FrameMixer, as_frame

_PROBES = 40  # values of each player that are tried, and rows that are checked
_CHECKED = 10_000  # mixtures held at once
_WIDEST = 4000  # columns; wider tables are not worth holding dense


@dataclass(frozen=True)
class Stage:
    """A place of the pipeline at which rows are mixed.

    Attributes
    ----------
    prepare : callable
        Raw rows -> rows at this place: an array of numbers, or the frame itself.
    rest : object
        The model from here on.
    player_of_column : ndarray of int
        Of the columns at this place.
    n_players : int
    names : list or None
        Column names that the rest of the model wants to see.
    is_raw : bool
        Whether nothing was split off, so that nothing has to be checked.
    library : {"pandas", "polars"}, default="pandas"
        Of the frames that the rest of the model wants to see.
    """

    prepare: Callable[[Any], Any]
    rest: Any
    player_of_column: np.ndarray
    n_players: int
    names: list[Any] | None
    is_raw: bool
    library: str = "pandas"

    def wrap(self, prepared: np.ndarray) -> Any:
        """Give prepared rows the form that the rest of the model was fitted on."""
        return prepared if self.names is None else as_frame(prepared, self.names, self.library)

    def mixer(self, rows: Any, background: Any) -> ArrayMixer | FrameMixer:
        """Make the mixer of prepared rows with a prepared background."""
        if isinstance(rows, np.ndarray):
            return ArrayMixer(rows, background, self.player_of_column, self.n_players, self.names, self.library)
        return FrameMixer(rows, background, self.player_of_column, self.n_players)


def raw_stage(estimator: Any, background: Any, player_of_column: np.ndarray, n_players: int) -> Stage:
    """Mix the raw columns; a frame whose columns share one plain dtype is handled as an array.

    Parameters
    ----------
    estimator : object
    background : array or frame
    player_of_column : ndarray of int
    n_players : int

    Returns
    -------
    Stage
    """
    module = type(background).__module__.split(".")[0]
    if module in ("pandas", "polars") and len(set(map(str, background.dtypes))) == 1:
        values = background.to_numpy()
        if str(values.dtype) == str(list(background.dtypes)[0]).lower() and values.dtype.kind in "fiub":
            return Stage(_as_array, estimator, player_of_column, n_players, list(background.columns), True, module)
    return Stage(_as_is, estimator, player_of_column, n_players, None, True)


def _as_is(rows: Any) -> Any:
    return rows


def _as_array(rows: Any) -> Any:
    return np.ascontiguousarray(rows.to_numpy())


def find_stage(
    estimator: Any, rows: Any, background: Any, player_of_column: np.ndarray, n_players: int, rng: np.random.Generator
) -> Stage:
    """Find the latest place of a pipeline at which mixing raw rows and mixing prepared rows is the same.

    Parameters
    ----------
    estimator : object
        Fitted.
    rows : array or frame
        To try with: rows like those to be explained.
    background : array or frame
    player_of_column : ndarray of int, shape (n_columns,)
    n_players : int
    rng : numpy Generator

    Returns
    -------
    Stage
    """
    raw = raw_stage(estimator, background, player_of_column, n_players)
    pipeline = getattr(estimator, "estimator", estimator) if _is_frozen(estimator) else estimator
    if not isinstance(pipeline, Pipeline):
        return raw
    for n_steps in range(len(pipeline.steps) - 1, 0, -1):
        head = pipeline[:n_steps]
        rest = pipeline[n_steps:] if n_steps < len(pipeline.steps) - 1 else pipeline.steps[-1][1]
        if rest in (None, "passthrough") or not all(hasattr(step, "transform") for _, step in head.steps):
            continue
        stage = _try_split(head, rest, raw, rows, background, rng)
        if stage is not None:
            return stage
    return raw


def _is_frozen(estimator: Any) -> bool:
    return type(estimator).__name__ == "FrozenEstimator"


@dataclass(frozen=True)
class _Prepared:
    """Run the split-off steps and hand out plain numbers."""

    head: Any

    def __call__(self, rows: Any) -> np.ndarray:
        values = _as_numbers(self.head.transform(rows))
        if values is None:
            raise TypeError("the preprocessing no longer returns numbers")
        return values


def _as_numbers(values: Any) -> np.ndarray | None:
    """Return transformed rows as one array of numbers, or None."""
    if len(values.shape) != 2 or values.shape[1] > _WIDEST:
        return None
    array = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    return array if array.dtype.kind in "fiub" else None


def _try_split(head: Any, rest: Any, raw: Stage, rows: Any, background: Any, rng: np.random.Generator) -> Stage | None:
    prepare = _Prepared(head)
    try:
        depends = _find_dependencies(prepare, raw, rows, background, rng)
        prepared, prepared_background = prepare(rows), prepare(background)
    except (TypeError, ValueError, AttributeError):
        return None
    if (depends.sum(axis=0) > 1).any():
        return None
    names = getattr(rest, "feature_names_in_", None)
    own = depends.argmax(axis=0)  # a column that never changes may belong to anyone
    stage = Stage(prepare, rest, own, raw.n_players, None if names is None else list(names), False)
    return stage if splits_cleanly(stage, raw, rows, prepared, background, prepared_background, rng) else None


def _find_dependencies(
    prepare: Callable[[Any], np.ndarray], raw: Stage, rows: Any, background: Any, rng: np.random.Generator
) -> np.ndarray:
    """Find which prepared columns change with which player alone: -> bool (n_players, n_prepared_columns).

    Each player is given the different values that occur, rare ones included, in rows and in the background.
    """
    mixer = raw.mixer(raw.prepare(rows), raw.prepare(background))
    n_rows, n_background = mixer.n_rows, len(background)
    donors, receivers, members = [], [], []
    for player in range(raw.n_players):
        of_rows, of_background = mixer.distinct(player, _PROBES)
        donors.append(np.concatenate([of_rows, rng.integers(n_rows, size=len(of_background))]))
        receivers.append(np.concatenate([rng.integers(n_background, size=len(of_rows)), of_background]))
        alone = np.zeros((len(donors[-1]), raw.n_players), dtype=bool)
        alone[:, player] = True
        members.append(alone)
    player_of_probe = np.repeat(np.arange(raw.n_players), [len(one) for one in donors])
    all_members, above, below = np.concatenate(members), np.concatenate(donors), np.concatenate(receivers)
    before = prepare(mixer.pick(above, np.zeros_like(all_members), below))
    after = prepare(mixer.pick(above, all_members, below))
    changed = ~((after == before) | ((after != after) & (before != before)))
    depends = np.zeros((raw.n_players, changed.shape[1]), dtype=bool)
    np.logical_or.at(depends, player_of_probe, changed)
    return depends


def splits_cleanly(
    stage: Stage,
    raw: Stage,
    rows: Any,
    prepared_rows: np.ndarray,
    background: Any,
    prepared_background: np.ndarray,
    rng: np.random.Generator,
) -> bool:
    """Check that preparing a mixture is mixing what was prepared: random mixtures, and each row without each player.

    Parameters
    ----------
    stage, raw : Stage
    rows, background : arrays or frames
        Raw.
    prepared_rows, prepared_background : ndarray
    rng : numpy Generator

    Returns
    -------
    bool
    """
    n_rows, n_players = len(prepared_rows), raw.n_players
    mixer = raw.mixer(raw.prepare(rows), raw.prepare(background))

    def agrees(above: np.ndarray, members: np.ndarray) -> bool:
        below = rng.integers(len(prepared_background), size=len(above))
        first = stage.prepare(mixer.pick(above, members, below))
        second = np.where(members[:, stage.player_of_column], prepared_rows[above], prepared_background[below])
        return first.shape == second.shape and bool(np.allclose(first, second, rtol=1e-10, atol=1e-12, equal_nan=True))

    if not agrees(rng.integers(n_rows, size=_PROBES), rng.random((_PROBES, n_players)) < 0.5):
        return False
    step = max(1, _CHECKED // n_players)
    for start in range(0, n_rows, step):  # a column made of two may differ in one row only
        some = np.arange(start, min(start + step, n_rows))
        if not agrees(np.repeat(some, n_players), np.tile(~np.eye(n_players, dtype=bool), (len(some), 1))):
            return False
    return True
