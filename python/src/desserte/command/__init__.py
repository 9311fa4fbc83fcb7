"""What can be asked from a terminal, without writing Python?

A file is a verb, under its name: it reads its files, asks the package, and writes what
it found. What all verbs share stands in the files with an underscore: the program and
its exit codes (``_app``), the options (``_options``), networks, layers and outputs.

Nothing heavy is imported before a verb begins its work: ``desserte --help`` is at once
there. What explains and what is found is said in French; what is refused, in the words
of the package, so that a search for them finds its pages.
"""
