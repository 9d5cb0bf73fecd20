"""Writes `index.json` and `suggestions.json`: what can be made of the vocabulary beforehand.

Run `python -m jobmatch.vocabulary.indexing` after every change of the other files of data.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobmatch.vocabulary.graph import build, vocabulary
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.suggestion_index import made

if TYPE_CHECKING:
    from jobmatch.vocabulary.graph import Graph

FOLDER = Path(__file__).parent


def files() -> dict[str, str]:
    """The text of each file by its name.

    Raises:
        VocabularyError: where the data contradict themselves.
    """
    graphs = {kind: build(kind, vocabulary()[kind]) for kind in Kind}
    return {
        "index.json": _text({kind: _look_ups(known) for kind, known in graphs.items()}),
        "suggestions.json": _text({kind: made(kind, known) for kind, known in graphs.items()}),
    }


def _look_ups(known: Graph) -> dict[str, Any]:
    """The look-ups of a list; terms are named by their place in `keys`."""
    keys = list(known.terms)
    place = {key: at for at, key in enumerate(keys)}
    return {
        "keys": keys,
        "forms": {form: place[key] for form, key in sorted(known.forms.items())},
        "coordinated": sorted(known.coordinated),
        "runTogether": {
            letters: place[key]
            for letters, key in sorted(known.run_together.items())
            if letters not in known.forms
        },
    }


def _text(data: dict[Kind, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
