"""Lines come in the order in which they are read, whole, and with what marks entries of lists."""

from __future__ import annotations

import pytest

from jobmatch.extraction.child import text_of
from jobmatch.extraction.texts import DOCX, PDF
from jobmatch.page_layout.lines import lines_of
from jobmatch.page_layout.pieces import Piece
from tests.support.docx_files import docx, paragraph, table
from tests.support.pdfs import line, pdf
from tests.support.work import calls_of

WIDE = 0.5
"""How wide each character is, in ems."""


def piece(x: float, y: float, text: str, size: float = 10, font: int = 1) -> Piece:
    return Piece(x, x + len(text) * WIDE * size, y, size, text, font)


def below(x: float, y: float, texts: list[str], leading: float = 14) -> list[Piece]:
    return [piece(x, y - leading * at, text) for at, text in enumerate(texts)]


def read(pieces: list[Piece]) -> list[str]:
    return [text for text in lines_of(pieces) if text]


TASKS = ["Your tasks", "• Drafting of patents", "• Oral proceedings", "• Visits of clients"]
PROFILE = ["Your profile", "• A degree in physics", "• Five years of practice", "• Good English"]


@pytest.mark.parametrize("indent", [0, 9])
@pytest.mark.parametrize("leading", [12, 14])
def test_a_column_may_have_headings_and_lists_at_edges_of_their_own(
    indent: int, leading: int
) -> None:
    pieces = below(60, 700, TASKS, leading)
    for at, text in enumerate(PROFILE):
        pieces.append(piece(300 + indent * (at > 0), 700 - 14 * at, text))
    assert read(pieces) == TASKS + PROFILE


def test_a_narrow_column_at_the_right_is_read_first() -> None:
    side = ["Ada Quill", "Munich, Germany", "ada@quill.example"]
    main = [f"{word} patents, opposed others, and was at hearings." for word in ("Drew", "Read")]
    pieces = below(60, 700, [*main, *main]) + below(400, 700, side, 15)
    assert read(pieces)[:3] == side


@pytest.mark.parametrize("higher", [0, 8])
def test_a_heading_stays_with_the_column_that_it_heads(higher: int) -> None:
    side = ["Ada Quill", "Munich, Germany", "ada@quill.example"]
    main = ["PROFILE", *["Drew patents, opposed others, and was at hearings."] * 4]
    pieces = below(60, 700 + higher, main) + below(400, 700, side, 15)
    assert read(pieces) == [*side, *main]


ROWS = [
    ["2018 - 2026", "Marrowgate Foods", "Counsel"],
    ["2012 - 2018", "Kestrel Vaughn LLP", "Associate"],
    ["2009 - 2012", "Polymer Institute", "Chemist"],
]


@pytest.mark.parametrize("second", [125, 180])
def test_a_table_is_read_row_by_row_also_with_headings_between_its_rows(second: float) -> None:
    pieces = []
    for at, row in enumerate([*ROWS, *ROWS]):
        y = 700 - 20 * at - (60 if at > 2 else 0)
        pieces += [piece(x, y, text) for x, text in zip((60, second, 330), row, strict=True)]
    pieces.append(piece(60, 615, "Before", 12))
    rows = ["   ".join(row) for row in ROWS]
    assert read(pieces) == [*rows, "Before", *rows]


def test_a_cell_goes_on_in_the_next_row() -> None:
    pieces = [piece(60, 700, "2012"), piece(150, 700, "Kestrel Vaughn &"), piece(300, 700, "Clerk")]
    pieces += [piece(150, 688, "Partners LLP")]
    pieces += [piece(60, 670, "2009"), piece(150, 670, "Dunmore Tate"), piece(300, 670, "Intern")]
    assert read(pieces) == [
        "2012   Kestrel Vaughn & Partners LLP   Clerk",
        "2009   Dunmore Tate   Intern",
    ]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["We prosecu\u2010", "te patents."], "We prosecute patents."),
        (["We prosecu\u00ad", "te patents."], "We prosecute patents."),
        (["We prosecu-", "te patents."], "We prosecute patents."),
        (["Freedom-to-", "operate work."], "Freedom-to-operate work."),
        (["Of Hatch-", "Waxman cases."], "Of Hatch-Waxman cases."),
        (["Of Hatch\u00ad", "Waxman cases."], "Of Hatch-Waxman cases."),
        (["Of Hatch\u00adWaxman", "cases here."], "Of Hatch-Waxman cases here."),
        (["Beratung im Patent-", "und Markenrecht."], "Beratung im Patent- und Markenrecht."),
    ],
)
def test_a_word_that_was_parted_is_whole(lines: list[str], whole: str) -> None:
    assert read(below(60, 700, lines)) == [whole]


def test_a_heading_of_two_lines_is_one_and_entries_are_not() -> None:
    head = [piece(60, 740, "Patent Associate, Electrical", 18), piece(60, 718, "Engineering", 18)]
    entries = ["Member, State Bar of California", "Member, Patent Bar", "Chair, Bar of San Jose"]
    assert read([*head, *below(60, 690, entries)]) == [
        "Patent Associate, Electrical Engineering",
        *entries,
    ]


def test_words_far_apart_in_an_even_line_are_no_cells() -> None:
    pieces = [piece(60, 700, "Rhodri"), piece(115, 700, "Quill"), *below(60, 686, ["of Cardiff"])]
    assert read(pieces)[0] == "Rhodri Quill of Cardiff"


def test_a_space_that_kerning_made_narrow_is_a_space() -> None:
    content = "BT /F1 10 Tf 1 0 0 1 60 700 Tm [(in ) 450 (Texas)] TJ ET\n"
    assert text_of(pdf(content), PDF).text == "in Texas"


@pytest.mark.parametrize("dot", ["61 703 3 3 re f\n", "61 703 m 64 703 l 64 706 l 61 706 l f\n"])
def test_a_dot_that_is_drawn_before_a_line_marks_an_entry(dot: str) -> None:
    content = dot + line(75, 700, "Drafts patents") + line(60, 600, "Speaks") + "200 602 3 3 re f\n"
    assert text_of(pdf(content), PDF).text.split("\n") == ["• Drafts patents", "", "Speaks"]


def test_a_bullet_of_a_font_is_one() -> None:
    assert text_of(pdf(line(60, 700, "\x7f Drafts")), PDF).text == "• Drafts"


def test_page_numbers_and_repeated_heads_are_left_out() -> None:
    pages = [
        line(60, 810, f"Ada Quill - Page {at} of 2") + line(60, 700, f"Year {at}") for at in (1, 2)
    ]
    assert [each for each in text_of(pdf(*pages), PDF).text.split("\n") if each] == [
        "Ada Quill",
        "Year 1",
        "Year 2",
    ]


def cells(text: str) -> list[str]:
    """A table with a cell for each letter."""
    return lines_of(
        [piece(60 + 90 * (at % 5), 9_000 - 14 * (at // 5), "X") for at in range(len(text))]
    )


def test_twice_the_cells_are_at_most_twice_the_work() -> None:
    once, twice = (calls_of(cells, "x" * count) for count in (1_000, 2_000))
    assert twice < 2.5 * once


NUMBERED = (
    '<w:style w:type="paragraph" w:styleId="Dots"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr>'
    '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="More"><w:basedOn w:val="Dots"/>'
    "</w:style>"
)


@pytest.mark.parametrize("style", ["Dots", "More"])
def test_an_entry_of_a_list_may_be_one_by_its_style(style: str) -> None:
    named = f'<w:pStyle w:val="{style}"/>'
    off = f'{named}<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = paragraph("One", properties=named) + paragraph("Plain", properties=off)
    assert text_of(docx(body, styles=NUMBERED), DOCX).text == "• One\nPlain"


def test_soft_hyphens_of_a_document_are_not_text() -> None:
    assert text_of(docx(paragraph("prosecu\u00adtion\u00a0of")), DOCX).text == "prosecution of"


def test_a_box_comes_before_the_paragraph_that_holds_it() -> None:
    box = (
        "<w:r><w:drawing><wps:wsp><wps:txbx><w:txbxContent>"
        f"{paragraph('Ada Quill')}</w:txbxContent></wps:txbx></wps:wsp></w:drawing></w:r>"
    )
    read = text_of(docx(paragraph("PROFILE", box) + paragraph("A lawyer.")), DOCX).text
    assert [each for each in read.split("\n") if each] == ["Ada Quill", "PROFILE", "A lawyer."]


def test_a_narrow_cell_at_the_right_is_read_first() -> None:
    wide, narrow = (f'<w:tcW w:w="{width}"/>' for width in (7_000, 2_500))
    cells = [paragraph("PROFILE") + paragraph("A lawyer.")], [paragraph("Ada") + paragraph("Bonn")]
    rows = table(cells[0], properties=wide), table(cells[1], properties=narrow)
    row = rows[0].removesuffix("</w:tr></w:tbl>") + rows[1].removeprefix("<w:tbl><w:tr>")
    read = text_of(docx(row), DOCX).text
    assert [each for each in read.split("\n") if each] == ["Ada", "Bonn", "PROFILE", "A lawyer."]
