"""Errors of the runtime that one line explains."""


class LocalError(RuntimeError):
    """Shown as one line; the command then ends with exit code 1."""


class InUseError(LocalError):
    """Another process that is running uses the folder."""


class SampleError(LocalError):
    """The sample data could not be loaded."""
