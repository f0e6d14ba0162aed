"""Sphinx builds the documentation with this: `make docs`."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reference_pages import write_reference_pages  # noqa: E402

from sklearn_mlknow import __version__  # noqa: E402

write_reference_pages(Path(__file__).parent / "reference")

project = "sklearn_mlknow"
author = "The sklearn_mlknow developers"
copyright = f"2026, {author}"
release = version = __version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.mathjax", "numpydoc", "myst_parser"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]

autosummary_generate = False
autodoc_typehints = "none"
# scikit-learn writes these methods into every class, with links into its own pages
GENERATED = [
    "fit",
    "partial_fit",
    "predict",
    "predict_proba",
    "score",
    "transform",
    "inverse_transform",
    "decision_function",
]
HIDDEN = ["get_metadata_routing", *[f"set_{method}_request" for method in GENERATED]]
autodoc_default_options = {"exclude-members": ", ".join(HIDDEN)}
# attributes such as report_ belong to many classes; their name in a table of attributes is no link
suppress_warnings = ["ref.python"]
numpydoc_show_class_members = False
numpydoc_validation_checks: set[str] = set()

html_theme = "pydata_sphinx_theme"
html_title = "sklearn_mlknow"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_show_sourcelink = False
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "navbar_align": "left",
    "secondary_sidebar_items": ["page-toc"],
}


def escape_shapes(app, what, name, thing, options, lines):
    """In ``x : ndarray of shape (n_iter_,)`` the underscore at the end is part of a name, not of a link."""
    for place, line in enumerate(lines):
        if " of shape " in line:
            lines[place] = re.sub(r"(?<=\w)_(?=[,)])", r"\\_", line)


def setup(app):
    """Sphinx calls this once."""
    app.connect("autodoc-process-docstring", escape_shapes, priority=1)
