"""Documents come out as what a reader sees, in the order in which it is read."""

from __future__ import annotations

import pytest

from jobmatch.errors import InvalidInputError
from jobmatch.extraction import unzip
from jobmatch.extraction.child import text_of
from jobmatch.extraction.texts import DOCX, PDF, DocumentText
from tests.support.docx_files import NAMESPACES, docx, paragraph, run, table, zipped
from tests.support.pdfs import (
    Layer,
    line,
    lines,
    pdf,
    right_aligned,
    stream,
    written,
)

FORM = "/Type /XObject /Subtype /Form /BBox [0 0 600 900]"


def text(body: bytes, media_type: str) -> list[str]:
    return text_of(body, media_type).text.split("\n")


def reason(body: bytes, media_type: str) -> str:
    with pytest.raises(InvalidInputError) as error:
        text_of(body, media_type)
    (fault,) = error.value.errors
    assert fault.pointer == ""
    return fault.message


SEEN = line(60, 700, "Seen")
POISONED_PDF = {
    "white": line(60, 680, "zqhidden", before="1 g"),
    "nearly white": line(60, 680, "zqhidden", before="0.95 0.95 0.97 rg"),
    "without ink": line(60, 680, "zqhidden", before="0 0 0 0 k"),
    "without a spot's ink": line(60, 680, "zqhidden", before="/Ink cs 0 scn"),
    "on its own colour": (
        "0 0 0.5 rg 0 660 595 40 re f\n" + line(60, 680, "zqhidden", before="0 0 0.5 rg")
    ),
    "tiny": line(60, 680, "zqhidden", size=1),
    "tiny by its matrix": "q 0.01 0 0 0.01 60 680 cm " + line(0, 0, "zqhidden", size=20) + "Q\n",
    "squeezed": line(60, 680, "zqhidden", before="1 Tz"),
    "left of the page": line(-400, 680, "zqhidden"),
    "below the page": line(60, -50, "zqhidden"),
    "outside of the crop box": line(60, 830, "zqhidden"),
    "invisible": line(60, 680, "zqhidden", before="3 Tr"),
    "for clipping alone": line(60, 680, "zqhidden", before="7 Tr"),
    "transparent": line(60, 680, "zqhidden", before="/Faint gs"),
    "on a layer that is off": f"/OC /Off BDC {line(60, 680, 'zqhidden')} EMC\n",
    "marked within a layer that is off": (
        f"/OC /Off BDC /Span BMC {line(60, 680, 'zqhidden')} EMC EMC\n"
    ),
    "white in a form": "q 1 g /White Do Q\n",
}


@pytest.mark.parametrize("how", POISONED_PDF)
def test_hidden_text_of_a_pdf_is_not_read(how: str) -> None:
    body = pdf(
        SEEN + POISONED_PDF[how] + line(60, 640, "Seen, too"),
        layers=(Layer("Off", is_on=False), Layer("On", is_on=True)),
        forms={"White": stream(line(60, 680, "zqhidden"), FORM)},
        more="/CropBox [0 0 595 800]",
    )
    assert [each for each in text(body, PDF) if each] == ["Seen", "Seen, too"]


def test_text_that_only_looks_as_if_it_were_hidden_is_read() -> None:
    shown = (
        "0 0 0.5 rg 0 660 595 40 re f\n"
        + line(60, 680, "White on blue", before="1 g")
        + line(60, 640, "Grey", before="0.6 g")
        + line(60, 620, "Outlined", before="1 g 1 Tr")
        + f"/OC /On BDC {line(60, 600, 'On a layer')} EMC\n"
        + "q 1 0 0 1 0 -100 cm /Form Do Q\n"
    )
    layers = (Layer("Off", is_on=False), Layer("On", is_on=True))
    body = pdf(shown, layers=layers, forms={"Form": stream(line(60, 680, "In a form"), FORM)})
    assert text(body, PDF) == ["White on blue", "", "Grey", "Outlined", "On a layer", "In a form"]


SIDE = ["SKILLS", "Trademark prosecution", "Oppositions", "Licensing", "LANGUAGES", "English"]
MAIN = ["EXPERIENCE", "Senior Associate, Harrowgate & Lyle LLP", "Filed in 40 countries."]
MAIN += ["Associate, Quill & Partners", "Drafted licences for makers of software."]


@pytest.mark.parametrize("leading", [11, 15])
def test_columns_are_read_one_after_the_other(leading: int) -> None:
    content = line(60, 790, "Ada Quill", 20) + line(60, 770, "Munich, Germany")
    content += lines(60, 720, SIDE, 10, leading) + lines(230, 720, MAIN, 10, 15)
    content += line(60, 40, "Ada Quill's résumé") + line(500, 40, "1/1")
    foot = ["", "Ada Quill's résumé   1/1"]
    assert text(pdf(content), PDF) == ["Ada Quill", "Munich, Germany", "", *SIDE, "", *MAIN, *foot]


def test_a_date_at_the_margin_stays_with_its_position() -> None:
    posts = {
        "Senior Associate, Harrowgate & Lyle LLP": "2019 - present",
        "Associate, Quill & Partners": "Jan 2015 - Dec 2018",
        "Trainee, Court of Munich": "2013 - 2014",
    }
    right = left = ""
    for at, (post, dates) in enumerate(posts.items()):
        y = 700 - 40 * at
        right += line(60, y, post) + right_aligned(535, y, dates) + line(60, y - 14, "Did much.")
        left += line(60, y, dates) + line(200, y, post) + line(200, y - 14, "Did much.")
    at_the_right = [part for part in text(pdf(right), PDF) if part]
    assert at_the_right == [
        part for post, dates in posts.items() for part in (f"{post}   {dates}", "Did much.")
    ]
    at_the_left = [part for part in text(pdf(left), PDF) if part]
    assert at_the_left == [
        part for post, dates in posts.items() for part in (f"{dates}   {post}", "Did much.")
    ]


def test_the_fields_of_a_table_stay_with_their_names() -> None:
    fields = {"Location": "Munich, Germany", "Experience": "Five years", "Bar": "Germany"}
    content = "".join(
        line(60, 700 - 20 * at, name) + line(200, 700 - 20 * at, value)
        for at, (name, value) in enumerate(fields.items())
    )
    assert text(pdf(content), PDF) == [f"{name}   {value}" for name, value in fields.items()]


def test_kerning_leaves_words_whole_and_gaps_are_spaces() -> None:
    content = "BT /F1 10 Tf 1 0 0 1 60 700 Tm [(Pat) 60 (ent) -300 (law) -20 (yer)] TJ ET\n"
    assert text(pdf(content), PDF) == ["Patent lawyer"]


def test_it_is_known_on_which_page_a_text_stands() -> None:
    read = text_of(pdf(line(60, 700, "One"), "", line(60, 700, "Three")), PDF)
    assert read.text == "One\n\nThree"
    assert [read.page_of(at) for at in (0, 2, 5)] == [1, 1, 3]
    assert DocumentText("One").page_of(0) is None


def test_a_page_that_lies_on_its_side_is_read() -> None:
    content = "BT /F1 10 Tf 0 1 -1 0 300 100 Tm (Turned) Tj 0 1 -1 0 320 100 Tm (Below) Tj ET\n"
    assert text(pdf(content, more="/Rotate 90"), PDF) == ["Turned", "Below"]


HIDDEN_RUNS = {
    "marked as hidden": "<w:vanish/>",
    "white": '<w:color w:val="FFFFFF"/>',
    "nearly white": '<w:color w:val="F5F5F5"/>',
    "white by the theme": '<w:color w:themeColor="background1"/>',
    "tiny": '<w:sz w:val="2"/>',
    "on its own colour": '<w:color w:val="101010"/><w:highlight w:val="black"/>',
    "hidden by a style": '<w:rStyle w:val="Secret"/>',
    "white by a style's base": '<w:rStyle w:val="Paler"/>',
}
STYLES = (
    '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Pale">'
    '<w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Paler"><w:basedOn w:val="Pale"/></w:style>'
)


@pytest.mark.parametrize("how", HIDDEN_RUNS)
def test_hidden_runs_of_a_document_are_not_read(how: str) -> None:
    body = paragraph("Seen", run(" zqhidden", HIDDEN_RUNS[how]), run(" and read"))
    assert text(docx(body, styles=STYLES), DOCX) == ["Seen and read"]


def test_revisions_comments_and_fields_are_not_text_but_insertions_are() -> None:
    body = paragraph(
        "Kept",
        "<w:del><w:r><w:delText>zqhidden</w:delText></w:r></w:del>",
        f"<w:moveFrom>{run('zqhidden')}</w:moveFrom>",
        f"<w:ins>{run(' and added')}</w:ins>",
        "<w:r><w:instrText>zqhidden</w:instrText></w:r>",
        f"<w:hyperlink>{run(' and linked')}</w:hyperlink>",
    )
    comments = f"<w:comments {NAMESPACES}>{paragraph('zqhidden')}</w:comments>"
    read = text(docx(body, parts={"comments.xml": comments}), DOCX)
    assert read == ["Kept and added and linked"]


def test_paragraphs_and_tables_come_in_their_order_and_the_header_once() -> None:
    header = f"<w:hdr {NAMESPACES}>{paragraph('Ada Quill')}</w:hdr>"
    unused = f"<w:hdr {NAMESPACES}>{paragraph('zqhidden')}</w:hdr>"
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1.xml"/>'
        '<w:headerReference w:type="first" r:id="header2.xml"/></w:sectPr>'
    )
    two = paragraph("Associate, Quill & Partners") + paragraph("Drafted.")
    body = (
        paragraph("Experience")
        + table(["2019 - present", two], ["2015 - 2018", "Trainee"])
        + table([paragraph("Skills") + paragraph("English"), paragraph("At") + paragraph("Law")])
        + paragraph("Patents", properties="<w:numPr/>")
        + section * 2
    )
    read = text(docx(body, parts={"header1.xml": header, "header2.xml": unused}), DOCX)
    assert [each for each in read if each] == [
        "Ada Quill",
        "Experience",
        "2019 - present   Associate, Quill & Partners",
        "Drafted.",
        "2015 - 2018   Trainee",
        *("Skills", "English", "At", "Law"),
        "• Patents",
    ]


def test_white_text_on_a_dark_cell_or_shape_is_read() -> None:
    white = '<w:color w:val="FFFFFF"/>'
    shade = '<w:shd w:val="clear" w:fill="1F3864"/>'
    shape = (
        '<w:r><w:drawing><wps:wsp><wps:spPr><a:solidFill><a:srgbClr val="1F3864"/></a:solidFill>'
        f"</wps:spPr><wps:txbx><w:txbxContent>{paragraph(run('In a box', white))}"
        "</w:txbxContent></wps:txbx></wps:wsp></w:drawing></w:r>"
    )
    body = table([paragraph(run("In a cell", white))], properties=shade) + paragraph(shape)
    assert [each for each in text(docx(body), DOCX) if each] == ["In a cell", "In a box"]


def test_what_can_not_be_read_says_why() -> None:
    good = pdf(SEEN)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
    objects.append(b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O (a) /U (b) >>")
    assert "encrypted" in reason(written(objects, "/Encrypt 3 0 R /ID [(a) (b)]"), PDF)
    assert "broken" in reason(good[: len(good) // 2].replace(b"endobj", b""), PDF)
    assert "is not a PDF" in reason(b"Ada Quill", PDF)
    assert "OCR" in reason(pdf(""), PDF)
    assert "50 pages" in reason(pdf(*[""] * 51), PDF)
    assert "100,000 characters" in reason(pdf(lines(60, 830, ["x" * 250] * 400, 3.5, 2)), PDF)
    assert "encrypted" in reason(b"\xd0\xcf\x11\xe0" + bytes(99), DOCX)
    assert "broken" in reason(b"PK", DOCX)
    assert "broken" in reason(zipped({"a.xml": "<a/>"}), DOCX)
    assert "broken" in reason(docx("<w:p>"), DOCX)
    entities = f'<!DOCTYPE a [<!ENTITY e "zq">]><w:document {NAMESPACES}><w:body/></w:document>'
    assert "broken" in reason(docx("", parts={"document.xml": entities}), DOCX)
    bomb = docx("", parts={"bomb.xml": bytes(unzip.MOST_BYTES)})
    assert len(bomb) < 99_000
    assert "20 MB" in reason(bomb, DOCX)
    assert "1,000 files" in reason(zipped({f"{each}.xml": "" for each in range(1_001)}), DOCX)
