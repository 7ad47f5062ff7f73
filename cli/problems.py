"""Failures the user can do something about: one sentence, a line that fixes it, and an exit code."""

from __future__ import annotations

from enum import IntEnum

from cli import invocation


class Exit(IntEnum):
    """Exit codes of every `etopay` command."""

    OK = 0
    """It did what was asked, or you stopped it."""

    FAILED = 1
    """It was tried: a part ended by itself, a test failed, the sandbox refused or nothing answers."""

    USAGE = 2
    """Nothing was tried: an argument, a setting or the seed file is wrong."""

    MACHINE = 3
    """Nothing was tried: on this machine something is missing, taken or cannot be written."""


def exit_codes(*, ok: str = "done", failed: str = "refused, or nothing answers") -> str:
    """The line on exit codes that closes every help text."""
    return (
        f"Exit codes: {Exit.OK} {ok} · {Exit.FAILED} {failed} · {Exit.USAGE} wrong argument · "
        f"{Exit.MACHINE} something is missing, taken or cannot be written"
    )


class CliError(Exception):
    """A failure told in one sentence; ``fix`` is a command line that removes it."""

    def __init__(self, sentence: str, *, fix: str | None = None, code: Exit = Exit.FAILED) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.fix = fix
        self.code = code

    def lines(self) -> list[str]:
        """What the user reads."""
        if self.fix is None:
            return [self.sentence]
        return [self.sentence, f"  Fix it with: {invocation.line(self.fix)}"]


def usage(sentence: str, *, fix: str | None = None) -> CliError:
    """A wrong argument."""
    return CliError(sentence, fix=fix, code=Exit.USAGE)


def blocked(sentence: str, *, fix: str | None = None) -> CliError:
    """Something on this machine that is missing, taken or cannot be used."""
    return CliError(sentence, fix=fix, code=Exit.MACHINE)
