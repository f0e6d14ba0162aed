"""Where the question mark in the diagram of an estimator leads: to the page of its class in the documentation.

The documentation is looked for where ``MLKNOW_DOCS`` says (an address or a folder), else among the pages that
``make docs`` has built beside this package. Where there is none, the diagram has no link, rather than one to a page of
somebody else.
"""

import os
import sys
from pathlib import Path

BUILT = Path(__file__).parents[2] / "docs" / "_build" / "html"


def documentation() -> str:
    """Return the address of the documentation without a slash at its end, "" when there is none.

    Returns
    -------
    str
    """
    given = os.environ.get("MLKNOW_DOCS", "")
    if given:
        return given.rstrip("/")
    return BUILT.as_uri() if (BUILT / "index.html").exists() else ""


def public_place(cls: type) -> tuple[str, str] | None:
    """Return the folder and the name by which a class is public; None when it is not.

    Parameters
    ----------
    cls : type
        Any class of this package.

    Returns
    -------
    tuple of str or None
    """
    room = ".".join(cls.__module__.split(".")[:2])
    is_public = cls.__name__ in getattr(sys.modules.get(room), "__all__", ())
    return (room.partition(".")[2], cls.__name__) if is_public else None


class DocLinked:
    """Mixin: scikit-learn's diagrams link an estimator to the page of its class in our documentation."""

    _doc_link_module = "sklearn_mlknow"

    @property
    def _doc_link_template(self) -> str:
        is_written = documentation() and public_place(type(self))
        return documentation() + "/reference/{room}/{name}.html" if is_written else ""

    def _doc_link_url_param_generator(self) -> dict[str, str]:
        room, name = public_place(type(self)) or ("", "")
        return {"room": room, "name": name}
