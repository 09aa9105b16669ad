"""Questions on a terminal; in a script every answer is an option of the command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import typer

from sync_daemon.cli.console import errors, print_failure
from sync_daemon.domain.visible import make_visible
from sync_daemon.errors import ConfigError, SheetdError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Asks the person at the terminal, if there is one.

    Attributes:
        is_interactive: whether somebody is there.
        takes_defaults: whether a question with a default is not asked (``--yes``).
    """

    is_interactive: bool
    takes_defaults: bool = False

    def say(self, text: str = "") -> None:
        """Tell something, on standard error."""
        errors.print(text, soft_wrap=True)

    def ask(
        self,
        option: str,
        question: str,
        check: Callable[[str], _T],
        default: str | None = None,
    ) -> _T:
        """Ask until ``check`` takes the answer.

        Raises:
            ConfigError: nobody is there to answer; it names the option.
        """
        if default is not None and (self.takes_defaults or not self.is_interactive):
            return check(default)
        if not self.is_interactive:
            message = f"init needs {option}."
            raise ConfigError(message, hint="In a script, pass every answer as an option.")
        while True:
            answer: str = typer.prompt(
                make_visible(question if default is None else f"{question} [{default}]"),
                default=default,
                show_default=False,
                err=True,
            )
            try:
                return check(answer)
            except SheetdError as error:
                print_failure(error.message, error.hint)

    def choose(
        self, option: str, question: str, answers: Sequence[str], *, is_proposal: bool = True
    ) -> int:
        """Ask for one of several answers; returns its index. One alone is not asked for.

        Args:
            option: the command's, which would answer it.
            question: in words.
            answers: to choose from.
            is_proposal: whether the first one is what most people want, and may be taken unasked.
        """
        if len(answers) == 1:
            return 0
        if not self.is_interactive:
            message = f"init needs {option}."
            raise ConfigError(message, hint=f"One of: {', '.join(map(repr, answers))}.")
        for number, answer in enumerate(answers, start=1):
            self.say(f"  {number}  {answer}")
        default = "1" if is_proposal else None
        return self.ask(option, question, lambda text: _index(text, answers), default)

    def confirm(self, question: str, *, default: bool) -> bool:
        """Ask yes or no; the default where nobody is there."""
        if self.takes_defaults or not self.is_interactive:
            return default
        return typer.confirm(make_visible(question), default=default, err=True)


def _index(text: str, answers: Sequence[str]) -> int:
    """The answer by its number or its words."""
    text = text.strip()
    if text in answers:
        return answers.index(text)
    if text.isdecimal() and 1 <= int(text) <= len(answers):
        return int(text) - 1
    raise ConfigError(f"{text!r} is not one of them.", hint=f"A number from 1 to {len(answers)}.")
