"""Writes `index.json`: the look-ups that can be made of the vocabulary beforehand.

Run it after every change of `vocabulary.json` or `words.json`:
`python -m jobmatch.vocabulary.indexing`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobmatch.vocabulary.graph import build, vocabulary
from jobmatch.vocabulary.kinds import Kind

INDEX = Path(__file__).with_name("index.json")


def index() -> dict[str, Any]:
    """The look-ups of every list; terms are named by their place in `keys`.

    Raises:
        VocabularyError: where the data contradict themselves.
    """
    data: dict[str, Any] = {}
    for kind in Kind:
        made = build(kind, vocabulary()[kind])
        keys = list(made.terms)
        place = {key: at for at, key in enumerate(keys)}
        data[kind] = {
            "keys": keys,
            "forms": {form: place[key] for form, key in sorted(made.forms.items())},
            "coordinated": sorted(made.coordinated),
            "runTogether": {
                letters: place[key]
                for letters, key in sorted(made.run_together.items())
                if letters not in made.forms
            },
        }
    return data


def text() -> str:
    """The content of `index.json`."""
    return json.dumps(index(), ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    INDEX.write_text(text(), encoding="utf-8")
