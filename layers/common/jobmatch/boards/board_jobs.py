"""Jobs as the public job boards of Greenhouse and Ashby give them, read as jobs of ours.

A board says in fields what a job is called and where it is, and in prose what it asks for: the
prose is read by the rules that draft a job from an advertisement.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any

from jobmatch.documents.html_text import text_of
from jobmatch.errors import FieldError, InvalidInputError
from jobmatch.jobs.identifiers import Identifier
from jobmatch.postings.job_posting import MOST_HTML, PostingRead
from jobmatch.postings.posting_place import address_of, remote_within
from jobmatch.postings.service import job_readers
from jobmatch.postings.tree import Node, Record
from jobmatch.vocabulary.kinds import Kind
from jobmatch.vocabulary.terms import known_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobmatch.drafts.schemas import JobDraft

GREENHOUSE = "application/vnd.jobmatch.greenhouse+json"
ASHBY = "application/vnd.jobmatch.ashby+json"
_LONGEST = 255
_MOST = 50
"""Places, fields or values that are read."""
_LISTS = {
    Kind.SPECIALIZATION: "requiredSpecializations",
    Kind.TECHNICAL_DOMAIN: "requiredTechnicalDomains",
}
_REMOTE = "remote"
_ITEM = re.compile(r"<li(?:\s[^<>]*)?>(?:\s*<p(?:\s[^<>]*)?>)?", re.IGNORECASE)


def read_greenhouse(document: object) -> PostingRead:
    """A job of `GET /v1/boards/{board}/jobs?content=true`, alone or the first of the answer.

    Raises:
        InvalidInputError: it is none, or what is read of it is of another type.
    """
    job = _Job(document, "Greenhouse")
    posting = job.posting
    job.describe(posting.member("content"), is_escaped=True)
    where = posting.member("location").member("name").first()
    if where.text:
        job.place(where.text, where)
    for each in islice(posting.member("metadata").items(), _MOST):
        job.custom_field(each)
    return job.read()


def read_ashby(document: object) -> PostingRead:
    """A job of `GET /posting-api/job-board/{board}`, alone or the first of the answer.

    Raises:
        InvalidInputError: it is none, or what is read of it is of another type.
    """
    job = _Job(document, "Ashby")
    posting = job.posting
    html, plain = posting.member("descriptionHtml"), posting.member("descriptionPlain")
    job.describe(html if html.value is not None else plain)
    if html.value is not None and plain.value is not None:
        plain.use()  # the same in another form
    listed = posting.member("isListed").first()
    if listed.value is False:
        listed.note("The board does not list it: it becomes a draft like any other.")
    elif listed.value is True:
        listed.use()
    _place_of_ashby(job)
    return job.read()


def _place_of_ashby(job: _Job) -> None:
    posting = job.posting
    kind, remote = posting.member("workplaceType").first(), posting.member("isRemote").first()
    where = posting.member("location").first()
    address = posting.member("address").member("postalAddress").first()
    nation = address.member("addressCountry").first()
    is_remote = (kind.text or "").casefold() == _REMOTE or (kind.text is None and remote.value)
    if is_remote:
        job.place(remote_within([nation.text] if nation.text else []), remote, kind, nation)
        return
    if remote.value is False:
        remote.use()
    found = address_of(address) if isinstance(address.value, dict) else None
    said = [found[0] if found else where.text or ""]
    used = [where]
    for each in islice(posting.member("secondaryLocations").items(), _MOST):
        other = each.member("location").first()
        if other.text and len("; ".join([*said, other.text])) <= _LONGEST:
            said.append(other.text)
            used.append(other)
    if any(said):
        job.place("; ".join(filter(None, said)), *used)


class _Job:
    """The job that is read from a board's, so far.

    Raises:
        InvalidInputError: the document holds no job.
    """

    def __init__(self, document: object, board: str) -> None:
        self._root = Node(document, "", Record())
        self._board = board
        self.posting = self._find()
        title = self.posting.member("title").first()
        self._title = title.value if isinstance(title.value, str) else ""
        self._job: dict[str, Any] = {"title": title.value}
        # A job that has no title is at fault where it would be.
        self._sources = {"/title": self.posting.child("title", None).pointer}
        if title.value is not None:
            title.use()

    def _find(self) -> Node:
        value = self._root.value
        if isinstance(value, dict) and isinstance(value.get("jobs"), list):
            first, *others = [*self._root.child("jobs", value["jobs"]).items()] or [self._root]
            for other in others:
                other.note("This is another job: the first alone is read.")
        else:
            first = self._root
        if not isinstance(first.value, dict) or "title" not in first.value:
            raise InvalidInputError(
                FieldError(first.pointer, f"must be a job of {self._board}'s job board")
            )
        return first

    def _set(self, name: str, value: object, node: Node) -> None:
        self._job[name] = value
        self._sources[f"/{name}"] = node.pointer

    def place(self, text: str, *nodes: Node) -> None:
        """Set the location, which these nodes say."""
        self._set("preferredLocation", text, nodes[0])
        for node in nodes:
            if node.value is not None:
                node.use()

    def describe(self, node: Node, *, is_escaped: bool = False) -> None:
        """Set the description, and what it asks for."""
        html = node.value
        if html is None:
            return
        if not isinstance(html, str):
            raise InvalidInputError(FieldError(node.pointer, "must be a text"))
        if len(html) > MOST_HTML:
            raise InvalidInputError(
                FieldError(node.pointer, f"should have at most {MOST_HTML} characters")
            )
        html = unescape(html) if is_escaped else html
        shown = text_of(html)
        self._set("description", shown.text, node)
        node.use()
        if shown.has_hidden:
            node.note("Parts of it that a browser does not show are left out.")
        # The rules expect of every item of a list that it asks for something.
        self._add_asked(text_of(_ITEM.sub(r"\g<0>- ", html)).text, node)

    def _add_asked(self, text: str, node: Node) -> None:
        draft = _draft(f"{self._title}\n\n{text}")
        # What the fields of the board say counts more than its prose.
        for name, value in draft.draft.items():
            if name not in ("title", "description"):
                self._set(name, value, node)
        for each in draft.not_understood:
            node.note(f"“{each.quote}”: {each.reason}", each.suggestions)
        if draft.not_understood_omitted:
            node.note(f"{draft.not_understood_omitted} more parts of it were not understood.")

    def custom_field(self, field: Node) -> None:
        """Add the known values of a field that the board's owner has made."""
        values = [*islice(field.member("value").items(), _MOST)]
        for value in values:
            for kind, name in _LISTS.items():
                label = known_label(kind, value.text) if value.text else None
                if label and self._add(name, label, value):
                    field.use() if len(values) == 1 else value.use()
                    break

    def _add(self, name: str, label: str, node: Node) -> bool:
        entries: list[str] = self._job.setdefault(name, [])
        if label not in entries and len(entries) < _MOST:
            self._sources[f"/{name}/{len(entries)}"] = node.pointer
            entries.append(label)
        return label in entries

    def read(self) -> PostingRead:
        """The job, what the board calls it, and all that was not used."""
        identifier = None
        id_ = self.posting.member("id").first()
        if id_.text and len(id_.text) <= _LONGEST and "\0" not in id_.text:
            identifier = Identifier(self._board, id_.text)
            id_.use()
        told = self._root.record.leftovers.told(self._root.value)
        return PostingRead(self._job, identifier, *told, self.posting.pointer, self._sources)


def _draft(text: str) -> JobDraft:
    # Late: whoever posts in another form need not wait for the rules to load.
    from jobmatch.drafts.job import job_draft  # noqa: PLC0415
    from jobmatch.extraction.texts import DocumentText  # noqa: PLC0415

    return job_draft(DocumentText(text))


READERS = {ASHBY: read_ashby, GREENHOUSE: read_greenhouse}
"""By media type, the function that reads a board's job."""
SCHEMAS = {
    media_type: {"$ref": f"#/components/schemas/{name}"}
    for media_type, name in ((ASHBY, "AshbyJob"), (GREENHOUSE, "GreenhouseJob"))
}
"""By media type, what the API document says of it."""


def all_readers(context: dict[str, Any]) -> dict[str, Callable[[object], dict[str, Any]]]:
    """As `job_readers`, for JobPosting and the boards."""
    return job_readers(context, READERS)
