"""Errors of a command that one line explains."""


class CommandError(RuntimeError):
    """Shown as one line; the command then ends with exit code 1."""
