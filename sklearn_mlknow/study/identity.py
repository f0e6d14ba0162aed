"""What an object is, so that another process knows it again, and never takes it for another.

joblib hashes what an object holds, fitted arrays included, but functions and classes by their names alone. So what the
names stand for is looked up: the code of your own, with what it reads from around it, and the version of what is
installed.
"""

import pickle
import re
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import joblib

OURS = "sklearn_mlknow"
INSTALLED = {"site-packages", "dist-packages"}
WRAPPED = (
    "__func__",
    "fget",
    "fset",
    "func",
    "fn",
    "check",
)  # where static, cached and conditional methods keep theirs


def identity_of(thing: Any) -> str:
    """Return a digest of an object: the same in any process for the same one, another for any other.

    Parameters
    ----------
    thing : object
        Such as an estimator, fitted or not, or a scoring.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        It holds what only this process can name, such as a lambda.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> identity_of(Ridge()) == identity_of(Ridge(alpha=1.0)) != identity_of(Ridge(alpha=2.0))
    True
    """
    seen: dict[str, str] = {}
    try:
        contents = joblib.hash(thing)
        todo = _named_in(thing)
        while todo:
            named = todo.pop()
            name = f"{named.__module__}.{named.__qualname__}"
            if name not in seen:
                stands_for = _stands_for(named)
                seen[name] = joblib.hash(stands_for)
                todo += _named_in(stands_for)
    except (pickle.PicklingError, AttributeError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(re.sub(r" at 0x\w+", "", " ".join(str(error.args[0]).split())).rstrip(".")) from error
    return str(joblib.hash((contents, sorted(seen.items()))))


class _Names(pickle.Pickler):
    """Note the functions and classes that an object refers to by name."""

    def __init__(self) -> None:
        super().__init__(self)
        self.found: list[Any] = []

    def write(self, _: Any) -> None:
        """Keep nothing: only the names are wanted."""

    def reducer_override(self, part: Any) -> Any:
        """Note a part, and leave it to pickle."""
        if isinstance(part, type | FunctionType) or hasattr(part, "cache_info"):
            self.found.append(part)
        return NotImplemented


def _named_in(thing: Any) -> list[Any]:
    names = _Names()
    names.dump(thing)
    return names.found


def _stands_for(named: Any) -> Any:
    """The version of a package, or the code of what is nobody's package."""
    if _is_installed(named.__module__):
        package = sys.modules.get(named.__module__.split(".")[0])
        return str(getattr(package, "__version__", ""))
    return [named.__bases__, list(_members(named))] if isinstance(named, type) else _function(named)


def _is_installed(module: str) -> bool:
    top = module.split(".")[0]
    if top == OURS or top in sys.stdlib_module_names and top != "__main__":
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return top != "__main__"  # compiled in
    path = Path(file).resolve()
    return bool(INSTALLED & set(path.parts)) or path.is_relative_to(sysconfig.get_paths()["stdlib"])


def _members(named: type) -> Iterator[tuple[str, Any]]:
    """What a class of yours defines, its functions by their code."""
    for name, member in sorted(vars(named).items()):
        if isinstance(member, FunctionType):
            yield name, _function(member)
        elif hasattr(member, "__get__"):
            yield name, [_function(getattr(member, part, None)) for part in WRAPPED]
        elif not name.startswith(("__", "_abc")):
            yield name, member


def _function(function: Any) -> Any:
    """The code of a function, its defaults, and what it reads from its module and from around it.

    A wrapper that a package has put around a function of yours counts by what it holds alone.
    """
    function = getattr(function, "__wrapped__", function) if hasattr(function, "cache_info") else function
    if not isinstance(function, FunctionType):
        return function
    around = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    held = [_function(cell.cell_contents) for name, cell in around if name != "__class__"]
    known = function.__globals__
    if _is_installed(known["__name__"]):
        return held
    read = {name: known[name] for name in sorted(_names_of(function.__code__)) if name in known}
    modules = {name: value.__name__ for name, value in read.items() if isinstance(value, ModuleType)}
    return [_code(function.__code__), function.__defaults__, function.__kwdefaults__, {**read, **modules}, held]


def _code(code: CodeType) -> list[str]:
    """Code as texts: what is one tuple in a file of code may be two in memory, and sets have no order."""
    inner = [text for each in code.co_consts if isinstance(each, CodeType) for text in _code(each)]
    sets = [sorted(map(repr, each)) for each in code.co_consts if isinstance(each, frozenset)]
    plain = [each for each in code.co_consts if not isinstance(each, CodeType | frozenset)]
    return [repr((code.co_code, code.co_names, code.co_varnames, code.co_freevars, plain, sets)), *inner]


def _names_of(code: CodeType) -> set[str]:
    inner = [_names_of(each) for each in code.co_consts if isinstance(each, CodeType)]
    return set(code.co_names).union(*inner)
