"""What can go wrong in a way that one line explains."""


class LocalError(RuntimeError):
    """Shown as one line; the command then ends with exit code 1."""


class InUseError(LocalError):
    """The folder belongs to another process that is running."""


class SampleError(LocalError):
    """The sample data could not be loaded."""
