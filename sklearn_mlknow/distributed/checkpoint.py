"""Where a fit stands, on disk.

The file is replaced whole or not at all, read without pickle, and refused when it is damaged or of another fit.
"""

import hashlib
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import sklearn_mlknow
from sklearn_mlknow.distributed.passes import Batch, State
from sklearn_mlknow.persistence.archive import ModelFileError, pack, unpack
from sklearn_mlknow.persistence.atomic import write_atomically
from sklearn_mlknow.persistence.payload import from_bytes, to_bytes

MAX_BYTES = 2**34
LEAST_PAUSE = 10  # times as long as the last writing took: at most a tenth of the time is spent on writing


@dataclass
class Progress:
    """Where a fit stands."""

    finished: list[State] = field(default_factory=list)  # merged states of the passes that are done
    n_batches: int = 0  # seen in the current pass
    branches: list[tuple[int, State | None]] = field(default_factory=list)  # of its merge tree
    last_batch: str = ""  # fingerprint of the last batch seen


class Checkpoint:
    """A file that follows a fit.

    Parameters
    ----------
    path : path-like or None
        None follows nothing.
    estimator : estimator
        Its class and parameters must be those of the fit that wrote the file.
    """

    def __init__(self, path: Any, estimator: Any) -> None:
        self.path = None if path is None else Path(path)
        parameters = re.sub(r" at 0x[0-9a-f]+", "", repr(estimator.get_params()))  # functions, wherever they lie
        self.identity = f"{sklearn_mlknow.__version__} {type(estimator).__qualname__} {parameters}"
        held = (type(one) for one in (estimator, *estimator.get_params(deep=True).values()))
        self.trusted = {f"{one.__module__}.{one.__qualname__}" for one in held}  # the program itself holds them
        self.next_write = 0.0

    def read(self) -> Progress:
        """Read where the fit stands; at the start, if there is no file.

        Raises
        ------
        ModelFileError
            The file is damaged or of a fit with another estimator.
        """
        if self.path is None or not self.path.exists():
            return Progress()
        members, facts = unpack(self.path.read_bytes(), MAX_BYTES)
        if facts.get("identity") != self.identity:
            raise ModelFileError(
                f"fit_batches: checkpoint {self.path.name!r} is of another fit ({facts.get('identity')}); delete it or "
                "name another file."
            )

        def state(names: list[str] | None) -> State | None:
            if names is None:
                return None
            return [from_bytes(members[name], self.trusted, MAX_BYTES, is_under_way=True) for name in names]

        return Progress(
            [state(names) or [] for names in facts["finished"]],
            facts["n_batches"],
            [(size, state(names)) for size, names in facts["branches"]],
            facts["last_batch"],
        )

    def write(self, progress: Progress, batch: Batch | None) -> None:
        """Write where the fit stands, unless that was done a moment ago."""
        if self.path is None or time.monotonic() < self.next_write:
            return
        begin = time.monotonic()
        members: dict[str, bytes] = {}

        def names(state: State | None) -> list[str] | None:
            if state is None:
                return None
            listed = [f"{len(members) + i}.table" for i in range(len(state))]
            members.update(zip(listed, map(to_bytes, state), strict=True))
            return listed

        facts = {
            "identity": self.identity,
            "finished": [names(state) for state in progress.finished],
            "n_batches": progress.n_batches,
            "branches": [[size, names(state)] for size, state in progress.branches],
            "last_batch": "" if batch is None else fingerprint(batch),
        }
        write_atomically(self.path, pack(members, json.loads(json.dumps(facts))))
        self.next_write = time.monotonic() + LEAST_PAUSE * (time.monotonic() - begin)

    def remove(self) -> None:
        """Delete the file: the fit is done."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def fingerprint(batch: Batch) -> str:
    """Hash the values of a batch, to notice when a fit goes on with other batches."""
    import pandas as pd

    digest = hashlib.blake2b(digest_size=16)
    for part in batch:
        if part is None:
            continue
        if isinstance(part, pd.DataFrame | pd.Series):
            digest.update(pd.util.hash_pandas_object(part, index=False).to_numpy().tobytes())
        elif hasattr(part, "hash_rows"):
            digest.update(part.hash_rows().to_numpy().tobytes())
        elif hasattr(part, "dtype") and hasattr(part, "to_numpy"):
            digest.update(part.hash().to_numpy().tobytes())
        else:
            array = np.asarray(part)
            plain = array.astype(str) if array.dtype.kind == "O" else array
            digest.update(np.ascontiguousarray(plain).tobytes())
    return digest.hexdigest()
