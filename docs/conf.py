"""Sphinx builds the documentation with this: `make docs`."""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from benchmark_tables import write_benchmark_tables  # noqa: E402
from reference_pages import write_reference_pages  # noqa: E402

from sklearn_mlknow import __version__  # noqa: E402

write_reference_pages(Path(__file__).parent / "reference")
write_benchmark_tables(Path(__file__).parent / "benchmark_tables")
# the diagrams of pipelines in the gallery, two folders deep, link to the pages of this build
os.environ["MLKNOW_DOCS"] = "../.."

project = "sklearn_mlknow"
author = "The sklearn_mlknow developers"
copyright = f"2026, {author}"
release = version = __version__

ROOMS = ["binning", "features", "drift", "neural", "extraction", "fewshot", "explain", "selection", "glassbox"]
ROOMS += ["study", "persistence", "distributed", "summaries", "kernels"]

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "math_without_scripts",
    "numpydoc",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "gallery", "benchmark_tables"]
html_math_renderer = "mathml"
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath", "html_image"]

autosummary_generate = False
autodoc_typehints = "none"
# scikit-learn writes these methods into classes, with links into its own pages
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
HIDDEN = ["get_metadata_routing", "set_output", "score", *[f"set_{method}_request" for method in GENERATED]]
autodoc_default_options = {"exclude-members": ", ".join(HIDDEN)}
# attributes such as report_ belong to many classes; their name in a table of attributes is no link
suppress_warnings = ["ref.python"]
numpydoc_show_class_members = False
numpydoc_validation_checks: set[str] = set()

# every example is run, in our style, and stops the build where it fails
sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "examples",
    "filename_pattern": r"\.py$",
    "within_subsection_order": "FileNameSortKey",
    "subsection_order": [f"gallery/{room}" for room in ROOMS],
    "reset_modules": ("gallery_style.house_style",),
    "reset_modules_order": "before",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 5,
    "backreferences_dir": "examples/backreferences",
    "remove_config_comments": True,
}

html_theme = "pydata_sphinx_theme"
html_title = "sklearn_mlknow"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_show_sourcelink = False
html_sidebars = {"index": [], "compared": [], "benchmarks": []}
toc_object_entries_show_parents = "hide"
html_theme_options = {
    "show_prev_next": True,
    "navigation_with_keys": False,
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "show_toc_level": 2,
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
