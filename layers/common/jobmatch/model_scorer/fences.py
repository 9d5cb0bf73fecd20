"""Requests to a model in which every text is data, and what the answers give to their one tool.

The author of a text may write instructions to the model into it, visible or hidden. So all texts
are sent as JSON between two marks with a random number. No author can predict the number, and no
text can contain a mark. Invisible characters are removed first.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from jobmatch.aws import UNREADABLE, ModelSilentError

MOST_TOKENS = 2**31 - 1
"""As many as the history can hold."""
_CUT_OFF = {"max_tokens", "model_context_window_exceeded"}
_FILTERED = {"guardrail_intervened", "content_filtered"}


@dataclass(frozen=True, slots=True)
class Tool:
    """What a model must call to answer; the JSON schema is that of its input."""

    name: str
    description: str
    schema: dict[str, Any]


def fenced(facts: Mapping[str, Any]) -> bytes:
    """The facts as JSON that can't contain a mark, even if an author knew the number."""
    return to_json(facts).replace(b"<", b"\\u003c").replace(b">", b"\\u003e")


def request_of(
    model_id: str, instructions: str, parts: Mapping[str, bytes], tool: Tool, most_tokens: int
) -> dict[str, Any]:
    """The parameters of Bedrock's Converse, with a new random number.

    Args:
        model_id: the model, or the inference profile.
        instructions: with `{nonce}` for the number and `{tool}` for the tool's name.
        parts: what `fenced` gave, by the heading above it.
        tool: the only way to answer.
        most_tokens: of the answer.
    """
    nonce = secrets.token_hex(16)
    message = "\n".join(
        f"{heading}\n<data {nonce}>\n{data.decode()}\n</data {nonce}>"
        for heading, data in parts.items()
    )
    schema = {"json": tool.schema}
    spec = {"name": tool.name, "description": tool.description, "inputSchema": schema}
    return {
        "modelId": model_id,
        "system": [{"text": instructions.format(nonce=nonce, tool=tool.name)}],
        "messages": [{"role": "user", "content": [{"text": message}]}],
        "inferenceConfig": {"maxTokens": most_tokens, "temperature": 0},
        "toolConfig": {
            "tools": [{"toolSpec": spec}],
            "toolChoice": {"tool": {"name": tool.name}},
        },
    }


def tokens_of(answer: Mapping[str, Any]) -> tuple[int, int]:
    """The tokens in and out of an answer, which may claim any number."""
    usage = answer.get("usage")
    counts = [
        usage.get(name) if isinstance(usage, Mapping) else None
        for name in ("inputTokens", "outputTokens")
    ]
    into, out = (min(max(n, 0), MOST_TOKENS) if isinstance(n, int) else 0 for n in counts)
    return into, out


def tool_input(answer: Mapping[str, Any], name: str) -> Any:
    """What an answer of Converse gave to the tool; its form is not checked.

    Raises:
        ModelSilentError: the answer was cut off or filtered, or does not call the tool once.
    """
    try:
        reason = answer.get("stopReason")
        if reason in _CUT_OFF:
            raise ModelSilentError("cut-off")
        if reason in _FILTERED:
            raise ModelSilentError("refused")
        content = ((answer.get("output") or {}).get("message") or {}).get("content") or []
        uses = [part["toolUse"] for part in content if "toolUse" in part]
        (given,) = (use.get("input") for use in uses if use.get("name") == name)
    except UNREADABLE:
        raise ModelSilentError("malformed-answer") from None
    return given
