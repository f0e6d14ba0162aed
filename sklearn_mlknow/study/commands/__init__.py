"""What the ``mlknow`` command does: one file a sub-command, each with ``run(options) -> exit code``.

The parser stands in :mod:`sklearn_mlknow.cli` and loads one of these only when it is called, so that ``--help`` is
there at once.
"""
