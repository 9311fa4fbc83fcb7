"""How is the documentation built?

    docstrings, guides and decisions -> sphinx-build -W -> target/docs

The source is the folder ``docs``; this file says how it is read. ``make docs`` builds it beside
the documentation of the engine, and a warning is an error in both.
"""

import desserte

project = "desserte"
author = "the desserte authors"
release = version = desserte.__version__
copyright = "desserte: MIT or Apache 2.0; maps © OpenStreetMap contributors"  # noqa: A001 - Sphinx says so

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon", "myst_parser"]
root_doc = "reference/index"
exclude_patterns = ["reference/conf.py"]
highlight_language = "python"

# A name of the package is written as one writes it: ds.site, and not where its file is.
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
# What a docstring refers to is there. Types of other packages are names, and no links.
nitpicky = True
nitpick_ignore_regex = [("py:class", ".*")]
python_maximum_signature_line_length = 90
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_custom_sections = ["Complexity"]

myst_heading_anchors = 3

html_theme = "alabaster"
html_theme_options = {
    "description": "How well a place is served",
    "fixed_sidebar": True,
    "page_width": "1220px",
    "body_max_width": "920px",
    "sidebar_includehidden": False,
    "sidebar_width": "240px",
}
html_show_sourcelink = False
html_copy_source = False
