"""A JobPosting in a document of JSON-LD: alone, in a list, or in a graph."""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.postings.posting_names import CONTEXT, TYPE
from jobmatch.postings.tree import Node, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_CONTEXTS = 20
_CONTEXT = re.compile(r"https?://(?:www\.)?schema\.org[/#]?", re.ASCII)
_TYPE_URL = re.compile(r"https?://(?:www\.)?schema\.org/JobPosting", re.ASCII)
_TYPES = frozenset(
    {
        "AdministrativeArea",
        "City",
        "Country",
        "DefinedTerm",
        "EducationalOccupationalCredential",
        TYPE,
        "OccupationalExperienceRequirements",
        "Place",
        "PostalAddress",
        "PropertyValue",
        "QuantitativeValue",
        "State",
    }
)
"""The types that are read; any other says something that is not."""


def find_posting(document: object) -> tuple[Node, Node]:
    """The document, and the first JobPosting in it; others are told as not used.

    Raises:
        InvalidInputError: it holds no JobPosting of schema.org.
    """
    record = Record()
    root = Node(document, "", record)
    first: Node | None = None
    for node, context in _nodes(root):
        if not _is_posting(node, context):
            continue
        if first is None:
            first = node
            use_types(node)
            for each in chain(_contexts(context), *map(_contexts_of, root.items())):
                each.use()
        else:
            node.use()
            node.note("This is another JobPosting: the first alone is read.")
    if first is None:
        raise _no_posting(root)
    for node, _ in _nodes(root):
        name = node.member("@id").value
        if isinstance(name, str):
            record.by_id.setdefault(name, node)
    return root, first


def _nodes(root: Node) -> Iterator[tuple[Node, Node]]:
    """The nodes of a document, each with the context that holds for it."""
    for entry in root.items():
        context = entry.member("@context")
        graph = entry.member("@graph")
        if graph.value is None:
            yield entry, context
        for node in graph.items():
            own = node.member("@context")
            yield node, context if own.value is None else own


def _contexts(context: Node) -> Iterator[Node]:
    """What of a context names schema.org."""
    for each in islice(context.items(), _MOST_CONTEXTS):
        inner = [*each.value.items()][:_MOST_CONTEXTS] if isinstance(each.value, dict) else []
        for node in (each, *(each.child(*pair) for pair in inner)):
            if isinstance(node.value, str) and _CONTEXT.fullmatch(node.value.strip()):
                yield node


def _contexts_of(entry: Node) -> Iterator[Node]:
    return _contexts(entry.member("@context"))


def _is_posting(node: Node, context: Node) -> bool:
    types = [each for each in node.member("@type").items() if each.named() == TYPE]
    by_url = any(_TYPE_URL.fullmatch(each.value.strip()) for each in types)
    return bool(types) and (by_url or any(_contexts(context)))


def _no_posting(root: Node) -> InvalidInputError:
    if not isinstance(root.value, dict) or "@graph" in root.value:
        return InvalidInputError(FieldError("", "must be or hold a JobPosting of schema.org"))
    faults = []
    if not any(_contexts(root.member("@context"))):
        faults.append(FieldError("/@context", f"must be {CONTEXT}"))
    if not any(each.named() == TYPE for each in root.member("@type").items()):
        faults.append(FieldError("/@type", f"must be {TYPE}"))
    return InvalidInputError(*faults)


def use_types(node: Node) -> None:
    """Say that the types of an object are used, those that are read."""
    for each in node.member("@type").items():
        if each.named() in _TYPES:
            each.use()
