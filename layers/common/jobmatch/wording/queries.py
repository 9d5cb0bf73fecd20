"""The words that are known: the project's own vocabulary, and the operator's aliases."""

from __future__ import annotations

from jobmatch.vocabulary.graph import vocabulary
from jobmatch.wording.schemas import KnownTerm, Vocabulary


def get_vocabulary() -> Vocabulary:
    """The project's vocabulary."""
    return Vocabulary(
        *(
            [
                KnownTerm(term.label, [*term.aliases, *term.other_languages], list(term.broader))
                for term in terms
            ]
            for terms in vocabulary().values()
        )
    )
