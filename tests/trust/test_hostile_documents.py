"""Documents that are made to break their reader: an answer, in time and memory that have an end."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobmatch.drafts import text
from jobmatch.drafts.service import JSON, ZIP, draft_profile
from jobmatch.errors import InvalidInputError, MalformedRequestError
from jobmatch.extraction.child import text_of
from jobmatch.extraction.texts import DOCX, HTML, PDF, TEXT
from tests.support.bodies import RESUME
from tests.support.docx_files import NAMESPACES, docx, paragraph, run, table, zipped
from tests.support.pdfs import Layer, line, lines, pdf, stream, written
from tests.support.trust import Section, found, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = scaled(60, 3_000)
PATIENT = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck], database=None
)
FORM = "/Type /XObject /Subtype /Form /BBox [0 0 600 900]"
PAGE = (
    lines(60, 700, ["Ada Quill", "Associate", "Munich"])
    + f"/OC /L BDC {line(60, 500, 'Layer')} EMC q 1 g 0.5 0.5 0.5 0 k Q /F Do\n"
)
# Not packed, so that a change is one of the content.
PLAIN_PDF = written(
    [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
            b" /Encoding << /Differences [65 /B /C] >> >> >> >> >>"
        ),
        stream(PAGE, packed=False),
    ]
)
WORD = docx(
    paragraph("Ada", run("Quill", '<w:color w:val="FF0000"/><w:sz w:val="20"/>'))
    + table(["2019", paragraph("One") + paragraph("Two")]),
    styles='<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr/></w:style>',
)
PACKED_PDF = pdf(PAGE, layers=(Layer("L", is_on=False),), forms={"F": stream("/F Do", FORM)})
MARKS = (
    *(b"999999999999", b"-1", b"0 R", b"<<", b">>", b"[", b"(", b"/Kids", b"/Prev 0", b"endobj"),
    *(b"null", b"true", b"1e999", b"\xff\xfe", b"<w:p>", b"</w:p>", b'w:val="', b"&#0;"),
    b"PK\x01\x02",
)
LETTERS = st.binary(min_size=1, max_size=12) | st.sampled_from(MARKS)


@st.composite
def changed(draw: st.DrawFn, *good: bytes) -> bytes:
    """One of these, of which up to eight parts are something else, missing or twice there."""
    body = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(body)))
        to = at + draw(st.integers(0, 40))
        part = draw(LETTERS | st.just(b"") | st.just(body[at:to] * 2))
        body = body[:at] + part + body[to:]
    return body


@st.composite
def changed_word(draw: st.DrawFn) -> bytes:
    """A Word document of which one file is changed, not the archive around it."""
    main = draw(
        changed(
            f"<w:document {NAMESPACES}><w:body>{paragraph('Ada')}</w:body></w:document>".encode()
        )
    )
    return docx("", parts={"document.xml": main})


READ: dict[str, tuple[st.SearchStrategy[bytes], Callable[[bytes], object]]] = {
    "PDF": (changed(PLAIN_PDF, PACKED_PDF), lambda body: text_of(body, PDF)),
    "DOCX": (changed(WORD) | changed_word(), lambda body: text_of(body, DOCX)),
    "HTML": (changed(b"<p>Ada<table><tr><td>Quill</table>"), lambda body: text_of(body, HTML)),
    "text": (changed(b"Ada Quill\n"), lambda body: text.read_document(body, TEXT)),
    "ZIP": (changed(zipped({"Profile.csv": "a,b\nc,d\n"})), lambda body: draft_profile(body, ZIP)),
    "JSON Resume": (
        changed(json.dumps(RESUME).encode()),
        lambda body: draft_profile(body, JSON),
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_changed_document_is_read_or_refused(name: str) -> None:
    strategy, read = READ[name]
    refused = 0

    @PATIENT
    @given(strategy)
    def one(body: bytes) -> None:
        nonlocal refused
        try:
            read(body)
        except (InvalidInputError, MalformedRequestError):
            refused += 1

    one()
    told = f"{refused:,} refused as documented, {EXAMPLES - refused:,} read"
    found(Section.INPUT, f"Documents, changed: {name}", EXAMPLES, told)


def a_pdf(*objects: bytes) -> bytes:
    return written([b"<< /Type /Catalog /Pages 2 0 R >>", *objects])


def a_bomb() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    return stream(packed, "/Filter /FlateDecode", packed=False)


def laughing() -> bytes:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12)
    )
    main = f"<!DOCTYPE d [{entities}]><w:document {NAMESPACES}><w:body>&a11;</w:body></w:document>"
    return docx("", parts={"document.xml": main})


ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE_OF_4 = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
DEEP = "<w:sdt>" * 50_000
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a page tree that holds itself": (
        PDF,
        lambda: a_pdf(b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"),
    ),
    "a billion pages": (PDF, lambda: a_pdf(b"<< /Type /Pages /Kids [] /Count 999999999 >>")),
    "content that unpacks to 200 MB": (PDF, lambda: a_pdf(ONE_PAGE, PAGE_OF_4, a_bomb())),
    "a form that paints itself": (
        PDF,
        lambda: pdf("/F Do", forms={"F": stream("/F Do " * 9, FORM)}),
    ),
    "a stream whose length is itself": (
        PDF,
        lambda: a_pdf(ONE_PAGE, PAGE_OF_4, b"<< /Length 4 0 R >>\nstream\nq\nendstream"),
    ),
    "a table of objects before itself": (
        PDF,
        lambda: written([b"<< /Type /Catalog /Pages 2 0 R >>"], "/Prev 9"),
    ),
    "arrays in arrays": (
        PDF,
        lambda: a_pdf(ONE_PAGE, PAGE_OF_4, stream("[" * 100_000 + " TJ")),
    ),
    "a million operators": (PDF, lambda: pdf("q Q 1 g 0 0 9 9 re f " * 400_000)),
    "entities in entities": (DOCX, laughing),
    "elements in elements": (DOCX, lambda: docx(DEEP + DEEP.replace("<", "</"))),
    "packed to a thousandth": (
        DOCX,
        lambda: zipped({f"{each}.xml": bytes(2_500_000) for each in range(20)}),
    ),
    "a million open elements": (HTML, lambda: b"<div>" * 400_000),
    "a file that ends in a tag": (HTML, lambda: b"<!--" * 400_000 + b"<"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_gets_an_answer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The limit is what is tried here, and not how long it is.
    monkeypatch.setattr(text, "MOST_SECONDS", scaled(2, text.MOST_SECONDS))
    media_type, made = HOSTILE[name]
    body = made()
    assert len(body) < text.MOST_BYTES * 3
    try:
        text.read_document(body, media_type)
        told = "read"
    except InvalidInputError as error:
        told = f"refused: {error.errors[0].message}"
    found(Section.INPUT, f"Documents, hostile: {name}", 1, told)
