"""The tools for agents over standard input and output: one message of MCP a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jobmatch.agents.api_client import HttpApi
from jobmatch.agents.protocol import MessageError, Reply, answer, read_message

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

PATIENCE = 60
"""Seconds that the API may take for one tool."""


def serve_agent(address: str, token: str, lines: Iterable[bytes], output: TextIO) -> None:
    """Answer each message until there are no more.

    Args:
        address: the API's.
        token: of the user with whose rights the agent acts.
        lines: the messages.
        output: gets an answer to each request.
    """
    for line in lines:
        if line.isspace():
            continue
        try:
            reply = answer(read_message(line), HttpApi(address, f"Bearer {token}", PATIENCE))
        except MessageError as error:
            reply = Reply(error.body())
        if reply.body is not None:
            print(json.dumps(reply.body), file=output, flush=True)
