"""Failures the user can do something about: one sentence, a line that fixes it, and an exit code."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every `etopay` command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    MISSING = 3


class CliError(Exception):
    """A failure told in one sentence; ``fix`` is a command line that removes it."""

    def __init__(self, sentence: str, *, fix: str | None = None, code: Exit = Exit.FAILED) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fix = fix
        self.code = code

    def lines(self) -> list[str]:
        """What the user reads."""
        return [self.sentence, f"  Fix it with: {self.fix}"] if self.fix else [self.sentence]


def usage(sentence: str, *, fix: str | None = None) -> CliError:
    """A wrong argument or a place that cannot be used."""
    return CliError(sentence, fix=fix, code=Exit.USAGE)


def missing(sentence: str, *, fix: str | None = None) -> CliError:
    """Something this machine lacks."""
    return CliError(sentence, fix=fix, code=Exit.MISSING)
