"""The operators' command line, for the API on this machine or a deployed one.

`__main__` parses the arguments, `commands` sends requests through `client`, `views` shows answers
as tables, and `chains` verifies the decision log.
"""
