"""What operators do from a terminal, on this machine or with a deployed API.

`__main__` reads the command line, `commands` does what it says through `client`, `views` shows the
answers as tables, and `chains` verifies the decision log.
"""
