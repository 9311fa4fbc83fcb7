"""Which verbs are there, and how does a run end?

Exit codes: 0 for an answer; 1 where a file, a folder or the data are to blame; 2 where the
command line itself is; 130 for Ctrl-C. What the package refuses is told in a line; a
traceback is a bug.
"""

from __future__ import annotations

import contextlib
import errno
import re
import sys
import warnings
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from desserte import _native
from desserte.command._say import complain, say
from desserte.command.apl import apl
from desserte.command.build import build
from desserte.command.demo import demo
from desserte.command.info import info
from desserte.command.isochrones import isochrones
from desserte.command.nearest import nearest
from desserte.command.report import report
from desserte.command.site import site
from desserte.command.times import times
from desserte.errors import DesserteError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["main"]

VERBS: tuple[Callable[..., None], ...] = (
    demo,
    build,
    info,
    isochrones,
    times,
    nearest,
    apl,
    site,
    report,
)
"""The functions of the verbs, which bear their names, in the order of the help."""

REFUSED, MISUSED, INTERRUPTED = 1, 2, 130

_FRENCH = (
    (r"^Usage: ", "Utilisation : "),
    (r"^Options:", "Options :"),
    (r"^Arguments:", "Arguments :"),
    (r"^Commands:", "Verbes :"),
    (r"([\[;]\s*)required\]", r"\1obligatoire]"),
    (r"([\[;]\s*)default:", r"\1par défaut :"),
    (r"Show this message and exit\.", "Affiche cette aide."),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line, and gives the exit code."""
    if not (sys.argv[1:] if arguments is None else arguments):
        # Of the versions of typer, some take this for a question and some for a mistake.
        with contextlib.redirect_stdout(sys.stderr):
            main(["--help"])
        return MISUSED
    with warnings.catch_warnings():
        warnings.showwarning = _one_line
        try:
            _program()(arguments, prog_name="desserte")
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else REFUSED
    return 0


class _Verb(TyperCommand):
    """A verb, whose help is French throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help, in French."""
        return _in_french(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """The first line of the help, which refusals show too."""
        return _tidy(super().get_usage(ctx))


class _Verbs(TyperGroup):
    """All of them: the one place where a run is told to have failed."""

    def get_help(self, ctx: Any) -> str:
        """The help, in French."""
        return _in_french(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        """The first line of the help, which refusals show too."""
        return _tidy(super().get_usage(ctx))

    def invoke(self, ctx: Any) -> Any:
        """Runs a verb; what it refuses is told in a line."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except (DesserteError, OSError) as error:
            # Who reads the output has had enough of it, as in `desserte info ... | head`.
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            complain(_reason(error))
            raise typer.Exit(REFUSED) from None


def _program() -> Any:
    """The verbs as a program."""
    program = typer.Typer(
        cls=_Verbs,
        # Plain text: it reads the same in a terminal, in a file and in a mail.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        subcommand_metavar="VERBE ...",
    )
    program.callback()(_opening)
    for verb in VERBS:
        program.command(verb.__name__, cls=_Verb)(verb)
    return program


def _tell_version(value: bool) -> None:  # noqa: FBT001 - as typer calls it
    if value:
        say(f"desserte {_native.__version__}")
        raise typer.Exit


def _opening(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_tell_version, help="Affiche la version."
        ),
    ] = False,
) -> None:
    """Comment un lieu est-il desservi ? Temps de trajet, isochrones et accès aux soins.

    Chaque verbe a son aide, avec des exemples : desserte isochrones --help
    """


def _in_french(text: str) -> str:
    """The words of typer, in the language of the rest of the help."""
    for english, french in _FRENCH:
        text = re.sub(english, french, text, flags=re.MULTILINE)
    return _tidy(text)


def _tidy(text: str) -> str:
    """The names of arguments as one writes them."""
    text = re.sub(r"\{([^{}|]*?)(?:\.\.\.)?\}(\.\.\.)?", r"\1\2", text)
    # Types of Python tell a planner nothing; blanks keep the columns in their places.
    return re.sub(r" <(?:list\[)?(?:Path|str)\]?>", lambda kind: " " * len(kind[0]), text)


def _reason(error: Exception) -> str:
    """What went wrong, with the file where the system alone says it."""
    if isinstance(error, OSError) and error.strerror and not isinstance(error, DesserteError):
        named = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{named}"
    return str(error)


def _one_line(  # noqa: PLR0917 - as Python calls it
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: str | None = None,
) -> None:
    """A warning as a reader wants it: what it says, not where in the program."""
    del category, filename, lineno, file, line
    complain(f"warning: {' '.join(str(message).split())}")


if __name__ == "__main__":
    sys.exit(main())
