"""A parser whose complaints are one clear line with a near name, raised as `UsageError` and never printed by itself."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

from compliance.errors import UsageError, near

SEVERAL = {"--pack": re.compile(r"[a-z][a-z0-9_]*"), "--set": re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)}
"""Options that take several values, and what another value looks like."""


class Parser(argparse.ArgumentParser):
    """`argparse`, with messages for people. Options are not guessed from their first letters."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        if examples:
            kwargs["epilog"] = "examples:\n" + "\n".join(f"  {example}" for example in examples)
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.set_defaults(parser=self)

    def error(self, message: str) -> NoReturn:
        """A wrong use; argparse's words, made shorter."""
        said = message.removeprefix("argument ").replace("the following arguments are required: ", "needs ")
        raise UsageError(f"{self.prog}: {said} (see {self.prog} --help)")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Help is an answer too: argparse would hide that it cannot be written."""
        if message and (file or sys.stderr) is not None:
            print(message, end="", file=file or sys.stderr, flush=True)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        choices = [str(choice) for choice in action.choices or ()]
        if not choices or value in choices:
            return
        verbs = isinstance(action, argparse._SubParsersAction)
        what = "there is no verb" if verbs else f"{'/'.join(action.option_strings)} cannot be"
        raise UsageError(
            f"{self.prog}: {what} `{value}`; {'there are' if verbs else 'one of'} {', '.join(choices)}."
            f"{near(str(value), choices)}"
        )

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """The options of a command line; raises `UsageError` for any that does not exist."""
        found, left = self.parse_known_args(list(apart(argv)))
        if left:
            found.parser.refuse(left)
        return found

    def refuse(self, left: Sequence[str]) -> NoReturn:
        """Says which of the words left over is wrong, and what is near to it."""
        options = [word.partition("=")[0] for word in left if word.startswith("-")]
        if not options:
            raise UsageError(f"{self.prog}: `{left[0]}` is one too many (see {self.prog} --help)")
        known = [name for action in self._actions for name in action.option_strings]
        hint = near(options[0], known) or f" See {self.prog} --help."
        raise UsageError(f"{self.prog}: there is no option `{options[0]}`.{hint}")


def apart(argv: Iterable[str]) -> Iterator[str]:
    """Gives each of several values its option again: `--pack a b` as `--pack a --pack b`.

    Only what looks like another value and is no file is taken for one, so that WORLD may follow.
    """
    option, given = "", 0
    for word in argv:
        if word in SEVERAL:
            option, given = word, 0
        elif option:
            given += 1
            if given > 1:
                if word.startswith("-") or not SEVERAL[option].fullmatch(word) or os.path.exists(word):
                    option = ""
                else:
                    yield option
        yield word
