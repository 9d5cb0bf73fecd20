"""Print docs/openapi.json as the generator of the Python client can read it.

It knows no body that is one of several kinds of document: each of these is a PDF there, and whoever
sends another kind uses the client's `get_httpx_client()`. Of an answer it reads the first media
type alone: where an error is ours or the gateway's, one schema has both. In a union it refuses what
is not the constant, and tries the other forms if that is a list of one value.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"
KEPT = "application/pdf"
PROBLEM, JSON = "application/problem+json", "application/json"


def without_constants(value: Any) -> Any:
    if isinstance(value, list):
        return [without_constants(part) for part in value]
    if not isinstance(value, dict):
        return value
    made = {name: without_constants(part) for name, part in value.items()}
    if "anyOf" in made:
        made["anyOf"] = [
            {"type": "string", "enum": [form["const"]]} if "const" in form else form
            for form in made["anyOf"]
        ]
    return made


def main() -> None:
    document = without_constants(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    for operations in document["paths"].values():
        for operation in operations.values():
            body = operation.get("requestBody", {})
            if kept := body.get("content", {}).get(KEPT):
                body["content"] = {KEPT: kept}
            for response in operation["responses"].values():
                content = response.get("content", {})
                if content.keys() == {PROBLEM, JSON}:
                    forms = [content[PROBLEM]["schema"], content[JSON]["schema"]]
                    response["content"] = {JSON: {"schema": {"anyOf": forms}}}
    print(json.dumps(document))


if __name__ == "__main__":
    main()
