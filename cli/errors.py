"""Errors of a command that one line explains, and the exit codes, which scripts may rely on."""

DONE = 0
FAILED = 1
"""The system refused or failed, or a verification found what must not be."""
WRONG_OPTION = 2
"""An option, an argument or a variable is missing or not allowed; nothing was done."""
NOT_REACHED = 3
"""The system does not run, does not answer, or is too busy; the same command may succeed later."""
INTERRUPTED = 130
"""By Ctrl-C."""


class CommandError(RuntimeError):
    """Shown as one line; the command then ends with its exit code."""

    exit_code = FAILED


class WrongOptionError(CommandError):
    """What was asked for is not complete or not allowed."""

    exit_code = WRONG_OPTION


class NotReachedError(CommandError):
    """There is nobody who could answer at present."""

    exit_code = NOT_REACHED
