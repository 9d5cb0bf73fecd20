"""The operators' command line, for the system on this machine or a deployed one.

`options` says what is accepted, and `place` finds the system. `commands` sends requests to the API
through `client`; `operations` also reaches queues (`dead_letters`), the log (`logs`) and functions.
`transfers` reaches the database. `views` shows answers as tables, and `chains` verifies the
decision log.
"""
